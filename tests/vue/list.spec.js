// <List> of apus/vue: rows are components, in a real browser.
import { test as base, expect } from "../browser.js";
import { servedApp } from "../bundled.js";
import { keysCompared } from "../list/pages.js";
import { onServer } from "../on-server.js";
import { vue } from "./sfc.js";

const test = base.extend({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const app = await servedApp("tests/vue/app/main.js", { plugins: [vue()] });
      await use(app);
      await app.close();
    },
    { scope: "worker" },
  ],
  /** Warnings of Vue fail a test too. */
  vueProblems: async ({ page, problems }, use) => {
    page.on("console", (message) => {
      if (message.type() === "warning") problems.push(message.text());
    });
    await use(problems);
  },
});

const root = (html = "") => `<div id="root">${html}</div>`;

const open = async (page, app, html) => {
  app.body = root(html);
  await page.goto(app.url);
  await expect(page.getByRole("button", { name: "City 0: 0" })).toBeVisible();
  await expect(page.locator("apus-list > [slot=row]").first()).toBeVisible();
};

test.beforeEach(({ vueProblems }) => expect(vueProblems).toEqual([]));

/** Rows in the document, their buttons, and components alive. */
const counts = (page) =>
  page.evaluate(() => ({
    rows: document.querySelectorAll("apus-list > [slot=row]").length,
    buttons: document.querySelectorAll("apus-list > [slot=row] button").length,
    alive: counts.mounted - counts.unmounted,
  }));

test("after 1,000 scroll steps, the components alive are the rows mounted", async ({
  page,
  app,
}) => {
  test.slow(); // a thousand frames
  await open(page, app);
  await page.evaluate(async () => {
    const list = document.querySelector("apus-list");
    for (let step = 0; step < 1000; step++) {
      list.scrollTop += step % 3 ? 190 : -40;
      await new Promise(requestAnimationFrame);
    }
  });
  const { rows, buttons, alive } = await counts(page);
  expect(rows).toBeGreaterThan(10);
  expect({ buttons, alive }).toEqual({ buttons: rows, alive: rows });
  const { mounted, detached } = await page.evaluate(() => counts);
  expect(mounted).toBeGreaterThan(1000);
  expect(detached).toBe(0); // hooks find their component in the document
});

test("rows inject, capture errors, and follow the state that their slot reads", async ({
  page,
  app,
  problems,
}) => {
  await open(page, app);
  const row = page.getByRole("listitem").filter({ hasText: "City 2:" });
  await expect(row.locator("b")).toHaveText("dark");
  await expect(row.locator("em")).toHaveText("a");
  await page.evaluate(() => {
    app.state.label = "b";
  });
  await expect(row.locator("em")).toHaveText("b");
  expect(await page.evaluate(() => app.ranges.at(-1).first)).toBe(0);
  await page.evaluate(() => {
    app.items.value = [{ id: -1, name: "Bad", bad: true }, ...app.items.value];
  });
  await expect.poll(() => page.evaluate(() => app.errors)).toContain("bad item");
  // Vue warns of a component whose setup has failed.
  expect(problems.splice(0).join()).toMatch(/^\[Vue warn\]: Component is missing template/);
});

test("state stays with its key when rows are prepended, reversed and filtered", async ({
  page,
  app,
}) => {
  await open(page, app);
  await keysCompared(page);
  const button = page.locator('[data-id="3"]');
  await button.click();
  await expect(button).toHaveText("City 3: 1");
  await button.evaluate((element) => {
    window.before = element;
  });
  const index = page.locator("apus-list > [slot=row]").filter({ has: button }).locator("i");
  await page.evaluate(() => {
    app.items.value = [{ id: 10_001, name: "New" }, ...app.items.value];
  });
  await expect(index).toHaveText("4");
  await expect(button).toHaveText("City 3: 1");
  await page.evaluate(() => {
    app.items.value = app.items.value.slice(0, 8).reverse();
  });
  await expect(index).toHaveText("3");
  await page.evaluate(() => {
    app.items.value = app.items.value.filter(({ id }) => id % 3 === 0);
  });
  await expect(index).toHaveText("1");
  await expect(button).toHaveText("City 3: 1");
  expect(await button.evaluate((element) => element === window.before)).toBe(true);
  const { rows, alive } = await counts(page);
  expect(rows).toBe(3); // 6, 3, 0
  expect(alive).toBe(rows);
  await page.evaluate(() => {
    app.items.value = [];
  });
  await expect(page.getByText("No cities")).toBeVisible();
  await expect.poll(() => counts(page)).toEqual({ rows: 0, buttons: 0, alive: 0 });
});

test("a reactive array that changes in place changes the rows", async ({ page, app }) => {
  await open(page, app);
  await page.evaluate(async () => {
    app.items.value = app.reactive([{ id: 1, name: "One" }]);
  });
  await expect(page.getByRole("listitem")).toHaveText(/One: 0/);
  await page.evaluate(() => {
    app.items.value.push({ id: 2, name: "Two" });
    app.items.value[0].name = "Uno";
  });
  await expect(page.getByRole("listitem")).toHaveText([/Uno: 0/, /Two: 0/]);
  await page.evaluate(() => app.items.value.reverse());
  await expect(page.getByRole("listitem")).toHaveText([/Two: 0/, /Uno: 0/]);
});

test("booleans that are false are off, attributes follow props, and the ref has the methods", async ({
  page,
  app,
}) => {
  await open(page, app);
  const list = page.locator("apus-list");
  await expect(list).not.toHaveAttribute("stick-to-end");
  await expect(list).not.toHaveAttribute("reorder");
  await expect(list).not.toHaveAttribute("lanes");
  await expect(page.getByRole("list", { name: "Cities" })).toHaveClass("cities");
  await page.evaluate(() => Object.assign(app.state, { stick: true, selection: "multiple" }));
  await expect(list).toHaveAttribute("stick-to-end", "");
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.evaluate(() => {
    const { start } = document.querySelector("apus-list").range;
    app.list.value.select([{ start, end: start + 2 }]);
  });
  await expect(page.locator('[aria-selected="true"]')).toHaveCount(2);
  await page.evaluate(() => Object.assign(app.state, { stick: false, selection: undefined }));
  await expect(list).not.toHaveAttribute("selection");
  expect(await list.evaluate((list) => [list.stickToEnd, list.selection, list.lanes])).toEqual([
    false,
    "",
    1,
  ]);
  await page.evaluate(() => app.list.value.scrollToIndex(5000));
  await expect(page.getByRole("button", { name: "City 5000: 0" })).toBeVisible();
  expect(
    await page.evaluate(() => app.list.value.element === document.querySelector("apus-list")),
  ).toBe(true);
});

test("unmounting unmounts every row and leaves no list alive", async ({ page, app }) => {
  await open(page, app);
  await page.evaluate(() => {
    window.refs = [];
  });
  for (let i = 0; i < 10; i++) {
    await page.evaluate(async () => {
      refs.push(new WeakRef(document.querySelector("apus-list")));
      app.state.shown = false;
    });
    await expect(page.locator("apus-list")).toHaveCount(0);
    const { mounted, unmounted } = await page.evaluate(() => counts);
    expect(unmounted).toBe(mounted);
    await page.evaluate(() => {
      app.state.shown = true;
    });
    await expect(page.getByRole("button", { name: "City 0: 0" })).toBeVisible();
  }
  await page.evaluate(() => unmount());
  const { mounted, unmounted } = await page.evaluate(() => counts);
  expect(unmounted).toBe(mounted);
  const session = await page.context().newCDPSession(page);
  await expect
    .poll(async () => {
      await session.send("HeapProfiler.collectGarbage");
      return page.evaluate(() => refs.filter((ref) => ref.deref()).length);
    })
    .toBe(0);
});

for (const early of [false, true]) {
  test(`a server's rows hydrate without a warning, the element ${early ? "already" : "not yet"} defined`, async ({
    page,
    app,
    problems,
  }) => {
    const external = ["vue", "vue/*"];
    const server = await onServer("tests/vue/app/server.js", { plugins: [vue(true)], external });
    const html = await server.html();
    expect(html.match(/<button/g)).toHaveLength(20);
    app.body = root(html);
    await page.addInitScript(() => {
      addEventListener("DOMContentLoaded", () => {
        window.served = document.querySelector("apus-list");
      });
    });
    if (early) {
      // Upgraded long before Vue hydrates.
      await page.route("**/app.js", async (route) => {
        await page.evaluate(() => import("/apus/define/list.js"));
        await route.continue();
      });
    }
    await page.goto(app.url);
    await expect(page.locator("apus-list > [slot=row]").first()).toBeVisible();
    await expect(page.locator("apus-list > [slot=empty]")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "City 0: 0" })).toHaveCount(1);
    expect(await page.evaluate(() => served === document.querySelector("apus-list"))).toBe(true);
    const { rows, alive } = await counts(page);
    expect(alive).toBe(rows);
    // The element that was there is of another copy, which is told.
    const copies = problems.findIndex((text) =>
      text.startsWith("apus: this page loads two copies"),
    );
    expect(copies >= 0).toBe(early);
    if (early) problems.splice(copies, 1);
  });
}
