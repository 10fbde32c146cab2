// A removed element is collected, with its items, its rows and its engine.
import { expect, test } from "../browser.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/**
 * Makes 20 elements one after the other, uses each and removes it. Returns how many are alive
 * after a collection.
 * @param {import("@playwright/test").Page} page
 * @param {(index: number) => Promise<Element>} use makes, uses and removes an element
 */
async function alive(page, use) {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async () => {
    await import("/apus/define.js");
    window.refs = [];
  });
  for (let i = 0; i < 20; i++) {
    const element = await page.evaluateHandle(use, i);
    await page.evaluate((element) => refs.push(new WeakRef(element)), element);
    await element.dispose();
  }
  await page.evaluate(() => getSelection().removeAllRanges());
  const session = await page.context().newCDPSession(page);
  const count = async () => {
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    await session.send("HeapProfiler.collectGarbage");
    return page.evaluate(() => refs.filter((ref) => ref.deref()).length);
  };
  await expect.poll(count, { timeout: 15_000 }).toBe(0);
}

test("removed lists are collected, and their engines freed", async ({ page }) => {
  await alive(page, async () => {
    const { VirtualList } = await import("/apus/index.js");
    if (window.freed === undefined) {
      window.freed = 0;
      const { dispose } = VirtualList.prototype;
      VirtualList.prototype.dispose = function () {
        window.freed++;
        dispose.call(this);
      };
    }
    const list = document.createElement("apus-list");
    list.style.height = "200px";
    list.setAttribute("role", "listbox");
    list.setAttribute("reorder", "");
    list.releaseItem = () => {};
    list.isHeader = (_item, index) => index % 50 === 0;
    list.renderItem = (item, _index, row) => {
      row.textContent = item.name;
    };
    list.items = Array.from({ length: 1000 }, (_, i) => ({ name: `Row ${i}` }));
    document.body.append(list);
    while (!list.range.end) await new Promise(requestAnimationFrame);
    await list.find("Row 700");
    list.scrollToIndex(100, { behavior: "smooth" });
    list.dispatchEvent(new Event("pointerdown"));
    list.querySelector('[role="option"], [role="listitem"]').tabIndex = -1;
    list.querySelector("[tabindex]").focus();
    getSelection().selectAllChildren(list);
    await new Promise((done) => setTimeout(done));
    dispatchEvent(new Event("beforeprint"));
    dispatchEvent(new Event("afterprint"));
    list.remove();
    return list;
  });
  await expect.poll(() => page.evaluate(() => freed)).toBe(20);
});

test("a removed list whose source never answers is collected", async ({ page }) => {
  await alive(page, async (index) => {
    const list = document.createElement("apus-list");
    list.style.height = "200px";
    list.source = {
      length: 1000,
      getRange: () => {
        if (index % 2) throw new Error("no");
        return new Promise(() => {});
      },
    };
    document.body.append(list);
    while (!list.range.end) await new Promise(requestAnimationFrame);
    list.remove();
    return list;
  });
});

test("removed caches are collected", async ({ page }) => {
  await alive(page, async (index) => {
    const element = document.createElement("apus-cache");
    element.setAttribute("name", `c${index % 3}`);
    element.toggleAttribute("panel", index % 2 === 0);
    document.body.append(element);
    (await element.ready).set("a", new Array(1000).fill(index));
    element.remove();
    return element;
  });
});

test("removed samplers are collected", async ({ page }) => {
  await alive(page, async (index) => {
    const element = document.createElement("apus-sampler");
    element.toggleAttribute("dashboard", index % 8 === 0);
    document.body.append(element);
    while (!element.sampler) await new Promise((done) => setTimeout(done));
    element.sampler.track("a", index);
    await new Promise((done) => setTimeout(done));
    element.remove();
    return element;
  });
});

test("removed lazy parts are collected", async ({ page }) => {
  await alive(page, async (index) => {
    const element = document.createElement("apus-lazy");
    element.setAttribute("when", ["now", "visible", "interaction", "idle"][index % 4]);
    const loaded = new Promise((done) => element.addEventListener("load", done));
    element.setAttribute("src", "/tests/engines/module.js");
    document.body.append(element);
    if (index % 4 === 0) await loaded;
    await new Promise((done) => setTimeout(done));
    element.remove();
    return element;
  });
});
