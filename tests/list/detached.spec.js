// A list that is out of the document stands still, and goes on where it stood.
import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** Takes the list out of the document and counts what it does from then on. */
const detach = (page) =>
  page.evaluate(async () => {
    window.home = list.parentNode;
    list.remove();
    await new Promise((done) => setTimeout(done));
    window.did = { renders: 0, frames: 0 };
    list.renderItem = (...row) => {
      did.renders++;
      render(...row);
    };
    const request = window.requestAnimationFrame;
    window.frames = (count) => {
      window.requestAnimationFrame = request;
      return new Promise((done) => {
        const next = () => (count-- ? request(next) : done());
        next();
      });
    };
    window.requestAnimationFrame = (frame) => {
      did.frames++;
      return request(frame);
    };
  });

/** What the list did since it was detached. */
const did = (page) => page.evaluate(() => frames(5).then(() => did));

const attach = async (page) => {
  await page.evaluate(() => home.append(list));
  await settled(page);
};

for (const [name, change] of Object.entries({
  "items =": () => {
    list.items = makeItems(1_000_000);
  },
  "refresh()": () => list.refresh(),
  "splice()": () => list.splice(0, 0, makeItems(1000)),
  "scrollToIndex()": () => list.scrollToIndex(500),
  "smooth scrollToIndex()": () => list.scrollToIndex(500, { behavior: "smooth" }),
  "restoreState()": () => list.restoreState({ row: 500, px: 0 }),
  "an attribute": () => list.setAttribute("overscan", "4000"),
})) {
  test(`detached, ${name} renders nothing and requests no frame`, async ({ page }) => {
    await openList(page, 1000);
    await detach(page);
    await page.evaluate(change);
    expect(await did(page)).toEqual({ renders: 0, frames: 0 });
    await attach(page);
    await expectCovered(page);
  });
}

test("a list that is removed and appended again stands where it stood", async ({ page }) => {
  await openList(page, 10_000);
  await page.evaluate(() => {
    list.scrollToIndex(7000);
    list.scrollTop += 11;
  });
  await settled(page);
  const before = await visible(page);
  await detach(page);
  await page.evaluate(() => {
    list.refresh();
    list.splice(9000, 10, makeItems(1000));
  });
  await did(page);
  await attach(page);
  expect(await visible(page)).toEqual(before);
  await page.mouse.move(200, 300);
  await page.mouse.wheel(0, 300);
  await expect.poll(async () => (await visible(page))[0].index).not.toBe(before[0].index);
});

test("at its top, it is still there after a change while it was away", async ({ page }) => {
  await openList(page, 1000);
  await detach(page);
  await page.evaluate(() => {
    list.items = makeItems(1_000_000);
  });
  await did(page);
  await attach(page);
  expect((await expectCovered(page))[0]).toMatchObject({ index: 0, top: 0 });
});

test("while away it is scrolled to a row, where it stands when it is back", async ({ page }) => {
  await openList(page, 10_000);
  await detach(page);
  await page.evaluate(() => {
    list.scrollToIndex(100);
    list.scrollToIndex(5000, { behavior: "smooth" });
  });
  await did(page);
  await attach(page);
  expect((await expectCovered(page))[0]).toMatchObject({ index: 5000, top: 0 });
});

test("an item that changed while it was away is rendered when it is back", async ({ page }) => {
  await openList(page, 100);
  await detach(page);
  await page.evaluate(() => {
    list.items[1].name = "Changed";
    list.refresh();
  });
  await attach(page);
  expect((await visible(page))[1].text).toBe("Changed");
});

test("removed while its engine loads, it opens at its first row", async ({ page }) => {
  let go;
  const gate = new Promise((done) => {
    go = done;
  });
  await page.route("**/apus-list.wasm", async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto("/tests/list/pages/list.html");
  await page.waitForFunction(() => window.ready);
  const loaded = page.waitForResponse("**/apus-list.wasm");
  await page.evaluate(() => {
    window.home = list.parentNode;
    list.items = makeItems(1_000_000);
    list.remove();
    list.items = makeItems(1_000_000);
    window.renders = 0;
    list.renderItem = (...row) => {
      renders++;
      render(...row);
    };
  });
  go();
  await (await loaded).finished();
  await page.evaluate(async () => {
    const { VirtualList } = await import("/apus/index.js");
    (await VirtualList.create()).dispose(); // the list's engine has loaded, too
  });
  await settled(page);
  await settled(page);
  expect(await page.evaluate(() => renders)).toBe(0);
  await attach(page);
  expect((await expectCovered(page))[0]).toMatchObject({ index: 0, top: 0 });
});

test("a list that moves in one task keeps its rows, their focus and its place", async ({
  page,
}) => {
  await openList(page, 10_000);
  await page.evaluate(() => list.scrollToIndex(7000));
  await settled(page);
  const before = await visible(page);
  const kept = await page.evaluate(async () => {
    const rows = [...list.querySelectorAll(".row")];
    rows[10].tabIndex = -1;
    rows[10].focus({ preventScroll: true });
    await new Promise((done) => setTimeout(done));
    let renders = 0;
    list.renderItem = (...row) => {
      renders++;
      render(...row);
    };
    renders = 0;
    const section = document.createElement("section");
    document.body.append(section);
    section.append(list);
    const focused = document.activeElement === rows[10];
    await new Promise((done) => setTimeout(done));
    return [focused, renders, rows.every((row) => row.parentNode === list)];
  });
  expect(kept).toEqual([true, 0, true]);
  await settled(page);
  expect(await visible(page)).toEqual(before);
});

test("the focus does not come back to a list that is appended later", async ({ page }) => {
  await openList(page, 100);
  await page.evaluate(() => {
    const row = list.querySelector(".row");
    row.tabIndex = -1;
    row.focus();
  });
  await detach(page);
  await attach(page);
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
});

test("moveBefore() keeps its rows, their focus and its place", async ({ page }) => {
  await openList(page, 10_000);
  test.skip(!(await page.evaluate(() => "moveBefore" in document.body)), "no moveBefore()");
  await page.evaluate(() => list.scrollToIndex(7000));
  await settled(page);
  const before = await visible(page);
  const focused = await page.evaluate(() => {
    const row = list.querySelectorAll(".row")[10];
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    const section = document.createElement("section");
    document.body.append(section);
    section.moveBefore(list, null);
    return document.activeElement === row;
  });
  expect(focused).toBe(true);
  await settled(page);
  expect(await visible(page)).toEqual(before);
  await page.mouse.move(200, 300);
  await page.mouse.wheel(0, 300);
  await expect.poll(async () => (await visible(page))[0].index).not.toBe(before[0].index);
});

test("a list that was never in the document opens where it was scrolled to", async ({ page }) => {
  await page.goto("/tests/list/pages/list.html");
  await page.waitForFunction(() => window.ready);
  await page.evaluate(async () => {
    const fresh = document.createElement("apus-list");
    fresh.renderItem = render;
    fresh.items = makeItems(10_000);
    fresh.scrollToIndex(4000);
    await new Promise((done) => setTimeout(done));
    list.replaceWith(fresh);
    window.list = fresh;
  });
  await page.waitForFunction(() => list.range.end > 0);
  await settled(page);
  expect((await expectCovered(page))[0]).toMatchObject({ index: 4000, top: 0 });
});

test("a source rests while its list is away: requests are cancelled, none follow", async ({
  page,
}) => {
  await openList(page, 0);
  const told = await page.evaluate(async () => {
    const told = { asked: 0, cancelled: 0 };
    window.told = told;
    window.answer = false;
    list.source = {
      length: 100_000,
      getRange: (start, end, signal) => {
        told.asked++;
        signal.addEventListener("abort", () => told.cancelled++);
        if (!window.answer) return new Promise(() => {});
        return makeItems(end).slice(start);
      },
    };
    while (!told.asked) await new Promise(requestAnimationFrame);
    const before = told.asked;
    window.home = list.parentNode;
    list.remove();
    await new Promise((done) => setTimeout(done));
    list.refresh();
    list.scrollToIndex(50_000);
    await new Promise((done) => setTimeout(done, 50));
    return { ...told, before };
  });
  // By the part that loads with the first source.
  await expect.poll(() => page.evaluate(() => window.told.cancelled)).toBe(told.before);
  expect(await page.evaluate(() => window.told.asked)).toBe(told.before);
  await page.evaluate(() => {
    window.answer = true;
  });
  await attach(page);
  await expect.poll(async () => (await visible(page))[0]?.text).toBe("Row 50000");
});
