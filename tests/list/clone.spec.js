// Clones and snapshots of a list bring rows of their own, which the list does not keep.
import { expect, test } from "../browser.js";
import { expectCovered, openList, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** Replaces the list by what `copy` returns, sets it up as the page's script does, and scrolls. */
async function replace(page, copy) {
  await openList(page, 1000);
  await page.evaluate(() => list.scrollToIndex(300));
  await settled(page);
  const stale = await page.evaluate(copy);
  expect(stale).toBeGreaterThan(0);
  await page.evaluate(() => {
    window.list = document.querySelector("apus-list");
    list.renderItem = render;
    list.items = makeItems(1000);
  });
  await page.waitForFunction(() => list.range.end > 0);
  await page.evaluate(() => list.scrollToIndex(100));
  await settled(page);
  const rows = await expectCovered(page);
  expect(rows[0]).toMatchObject({ index: 100, text: "Row 100", top: 0 });
  const names = await page.evaluate(() => [...list.children].map((row) => row.textContent));
  expect(new Set(names).size).toBe(names.length);
}

test("a clone of a list shows none of its rows", async ({ page }) => {
  await replace(page, () => {
    const clone = list.cloneNode(true);
    const { length } = clone.querySelectorAll(".row");
    list.replaceWith(clone);
    return length;
  });
});

test("a snapshot of the page, cloned and restored, shows none of its rows", async ({ page }) => {
  await replace(page, () => {
    const snapshot = document.body.cloneNode(true); // as Turbo does
    const { length } = snapshot.querySelectorAll("apus-list .row");
    document.body.replaceWith(snapshot);
    return length;
  });
});

test("a snapshot of the page's HTML shows none of its rows", async ({ page, problems }) => {
  await replace(page, () => {
    const html = document.querySelector("main").innerHTML; // as htmx does
    document.querySelector("main").innerHTML = html;
    return html.split("Row 3").length;
  });
  // The page's policy refuses the style attributes of its rows.
  for (const text of problems.splice(0)) expect(text).toMatch(/^Applying inline style/);
});

test("rows of a snapshot that is still being parsed are dropped, too", async ({ page }) => {
  await replace(page, () => {
    const rows = [...list.querySelectorAll(".row")].map((row) => row.cloneNode(true));
    const fresh = document.createElement("apus-list");
    list.replaceWith(fresh);
    fresh.append(...rows);
    return rows.length;
  });
});

test("the template and the slots of a list are cloned with it", async ({ page }) => {
  await openList(page, 0);
  await page.evaluate(() => {
    const fresh = document.createElement("apus-list");
    fresh.innerHTML =
      '<template><p class="row"><b data-text="name"></b></p></template><i slot="empty">None</i>';
    fresh.items = makeItems(3);
    list.replaceWith(fresh);
  });
  await expect(page.locator("apus-list b")).toHaveCount(3);
  await page.evaluate(() => {
    const clone = document.querySelector("apus-list").cloneNode(true);
    document.querySelector("apus-list").replaceWith(clone);
  });
  await expect(page.locator("apus-list i")).toBeVisible();
  await expect(page.locator("apus-list b")).toHaveCount(0);
  await page.evaluate(() => {
    document.querySelector("apus-list").items = makeItems(2);
  });
  await expect(page.locator("apus-list b")).toHaveText(["Row 0", "Row 1"]);
});

test("children without a slot are not shown and move no row", async ({ page }) => {
  await openList(page, 100);
  await page.evaluate(() => {
    list.insertAdjacentHTML("afterbegin", "Text <p id=stray>Stray</p>");
    list.append("more");
    list.scrollToIndex(50);
  });
  await settled(page);
  await expect(page.locator("#stray")).toBeHidden();
  expect((await expectCovered(page))[0]).toMatchObject({ index: 50, top: 0 });
  expect(await page.evaluate(() => document.getElementById("stray").isConnected)).toBe(true);
});

test("a template whose children are not in its content works, as React and Vue build it", async ({
  page,
}) => {
  await openList(page, 0);
  await page.evaluate(() => {
    const make = (tag, attributes, ...children) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.append(...children);
      return element;
    };
    const cell = make("b", { "data-text": "name" });
    const failed = make("em", {}, "Failed");
    list.renderItem = undefined;
    list.replaceWith(
      make(
        "apus-list",
        {},
        make("template", {}, make("article", { class: "row" }, cell)),
        make("template", { slot: "error" }, failed),
      ),
    );
    window.list = document.querySelector("apus-list");
    list.items = makeItems(5);
  });
  await expect(page.locator("[slot=row] b")).toHaveText([
    "Row 0",
    "Row 1",
    "Row 2",
    "Row 3",
    "Row 4",
  ]);
  await page.evaluate(() => {
    list.addEventListener("error", (event) => event.preventDefault());
    list.renderItem = () => {
      throw new Error("no");
    };
  });
  await expect(page.locator("[slot=row] em").first()).toHaveText("Failed");
  expect(await visible(page)).toHaveLength(5);
});
