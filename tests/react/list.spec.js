// <List>: rows are components of React.
import { expect, test } from "../browser.js";
import { keysCompared } from "../list/pages.js";
import { open, start } from "./app.js";

test.beforeEach(async ({ page }) => {
  await open(page);
  await start(page);
});

/** Mounts 1,000 numbered people; each row counts its mounts and has an input. */
const mount = (page, props = {}) =>
  page.evaluate((props) => {
    const { h, createRoot, List, StrictMode, createContext, useContext, useEffect } = window.kit;
    const Theme = createContext("none");
    window.alive = 0;
    const Row = ({ person, index }) => {
      useEffect(() => {
        window.alive++;
        return () => window.alive--;
      }, []);
      const theme = useContext(Theme);
      return h("label", { style: { display: "block", height: 30 } }, [
        `${index} ${person.name} ${theme}`,
        h("input", { key: "input", "aria-label": person.name }),
      ]);
    };
    const renderItem = (person, index) => h(Row, { person, index });
    const keyOf = (person) => person.id;
    window.people = Array.from({ length: 1000 }, (_, id) => ({ id, name: `Person ${id}` }));
    window.app ??= createRoot(document.getElementById("root"));
    window.show = (items, theme = "light", more = {}) => {
      const list = h(List, {
        ...{ items, renderItem, keyOf, style: { height: 300 } },
        ...{ "aria-label": "People", ref: (list) => (window.list = list) },
        ...props,
        ...more,
      });
      const tree = h(Theme.Provider, { value: theme }, list);
      window.app.render(props.strict ? h(StrictMode, null, tree) : tree);
    };
    window.show(window.people);
  }, props);

const rows = (page) => page.locator("apus-list > [slot=row]");

test("rows have the context around the list, and follow it", async ({ page, problems }) => {
  await mount(page);
  await expect(rows(page).first()).toHaveText("0 Person 0 light");
  await page.evaluate(() => window.show(window.people, "dark"));
  await expect(rows(page).first()).toHaveText("0 Person 0 dark");
  expect(await rows(page).count()).toBeLessThan(40);
  expect(problems).toEqual([]);
});

test("after 1,000 steps as many rows are alive as are mounted", async ({ page, problems }) => {
  await mount(page);
  await expect(rows(page).first()).toBeVisible();
  await page.evaluate(async () => {
    for (let step = 1; step <= 1000; step++) {
      window.list.scrollTop = step % 100 ? step * 37 : (step * 7919) % 28_000;
      if (step % 4 === 0) await new Promise(requestAnimationFrame);
    }
  });
  await expect
    .poll(() =>
      page.evaluate(() => window.alive / window.list.querySelectorAll(":scope>[slot=row]").length),
    )
    .toBe(1);
  // Every row in view shows its own person.
  const texts = await rows(page).allTextContents();
  const positions = await rows(page).evaluateAll((all) =>
    all.map((row) => Number(row.getAttribute("aria-posinset")) - 1),
  );
  expect(texts).toEqual(positions.map((index) => `${index} Person ${index} light`));
  expect(problems).toEqual([]);
});

test("rows keep their state by key: prepended, reversed, filtered", async ({ page, problems }) => {
  await mount(page);
  await keysCompared(page);
  const input = page.getByLabel("Person 3", { exact: true });
  await input.fill("kept");
  await page.evaluate(() => window.show([{ id: -1, name: "New" }, ...window.people]));
  await expect(rows(page).filter({ hasText: "4 Person 3 " })).toBeVisible();
  await expect(input).toHaveValue("kept");
  await page.evaluate(() => window.show(window.people.slice(0, 6).reverse()));
  await expect(rows(page).first()).toHaveText("0 Person 5 light");
  await expect(input).toHaveValue("kept");
  await page.evaluate(() => window.show(window.people.filter(({ id }) => id % 3 === 0)));
  await expect(input).toHaveValue("kept");
  await page.evaluate(() =>
    window.show(window.people.map((person) => ({ ...person, name: `${person.name}!` }))),
  );
  await expect(page.getByLabel("Person 3!")).toHaveValue("kept");
  expect(problems).toEqual([]);
});

test("a row that comes back to its place is a new one", async ({ page, problems }) => {
  await mount(page);
  await page.getByLabel("Person 3", { exact: true }).fill("typed");
  await page.evaluate(() => document.activeElement?.blur());
  await page.evaluate(() => window.list.scrollToIndex(700));
  await expect(page.getByLabel("Person 700")).toBeVisible();
  await expect(page.locator("input[value=typed]")).toHaveCount(0);
  await page.evaluate(() => window.list.scrollToIndex(0));
  await expect(page.getByLabel("Person 3", { exact: true })).toHaveValue("");
  expect(problems).toEqual([]);
});

test("StrictMode mounts each row once", async ({ page, problems }) => {
  await mount(page, { strict: true });
  await expect(rows(page).first()).toHaveText("0 Person 0 light");
  await page.evaluate(() => window.list.scrollToIndex(500));
  await expect(page.getByLabel("Person 500")).toBeVisible();
  await expect
    .poll(() =>
      page.evaluate(() => window.alive - window.list.querySelectorAll(":scope>[slot=row]").length),
    )
    .toBe(0);
  expect(problems).toEqual([]);
});

test("a jump from an effect renders rows without a warning", async ({ page, problems }) => {
  await mount(page);
  await expect(rows(page).first()).toBeVisible();
  await page.evaluate(() => {
    const { h, createRoot, useLayoutEffect } = window.kit;
    const Jump = () => {
      useLayoutEffect(() => window.list.scrollToIndex(800));
      return null;
    };
    createRoot(document.body.appendChild(document.createElement("div"))).render(h(Jump));
  });
  await expect(page.getByLabel("Person 800")).toBeVisible();
  const { top } = await page.getByLabel("Person 800").evaluate((input) => {
    const row = input.closest("[slot=row]").getBoundingClientRect();
    return { top: row.top - window.list.getBoundingClientRect().top };
  });
  expect(top).toBe(0);
  expect(problems).toEqual([]);
});

test("events are props, and options are props", async ({ page, problems }) => {
  await mount(page);
  await page.evaluate(() => {
    window.seen = [];
    window.show(window.people, "light", {
      onRangeChange: ({ detail }) => window.seen.push(detail.first),
      onSelectionChange: ({ detail }) => window.seen.push(`${detail.count} selected`),
      onClick: () => window.seen.push("click"),
      selection: "multiple",
      gap: 10,
    });
  });
  await expect(page.locator("apus-list")).toHaveRole("listbox");
  await rows(page).nth(1).dispatchEvent("click"); // a label takes its own
  await expect.poll(() => page.evaluate(() => window.seen.includes("1 selected"))).toBe(true);
  expect(await page.evaluate(() => window.seen.filter((it) => it === "click"))).toHaveLength(1);
  await page.evaluate(() => window.list.scrollToIndex(400));
  await expect.poll(() => page.evaluate(() => window.seen.at(-1))).toBe(400);
  await page.evaluate(() => window.show(window.people, "light", { selection: undefined }));
  await expect.poll(() => page.evaluate(() => window.list.gap)).toBe(0);
  await page.evaluate(() => {
    window.show(window.people, "light", {
      estimate: 1e9,
      onError: (event) => {
        event.preventDefault();
        window.seen.push(event.detail.error.message);
      },
    });
  });
  await expect.poll(() => page.evaluate(() => window.seen.at(-1))).toMatch(/estimate/);
  expect(problems).toEqual([]);
});

test("an empty list shows its node, and again after its rows went", async ({ page, problems }) => {
  await mount(page, { empty: "Nobody" });
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByText("Nobody")).toBeHidden();
  await page.evaluate(() => window.show([]));
  await expect(page.getByText("Nobody")).toBeVisible();
  await expect(rows(page)).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => window.alive)).toBe(0);
  expect(problems).toEqual([]);
});

test("wrong props are named", async ({ page }) => {
  const messages = await page.evaluate(async () => {
    const { h, createRoot, List } = window.kit;
    const message = (props) =>
      new Promise((resolve) => {
        const onUncaughtError = (error) => resolve(error.message);
        createRoot(document.createElement("div"), { onUncaughtError }).render(h(List, props));
      });
    return [
      await message({ items: [] }),
      await message({ items: "abc", renderItem: () => null }),
      await message({ items: [], renderItem: () => null, keyOf: "id" }),
    ];
  });
  expect(messages[0]).toMatch(/renderItem must be a function/);
  expect(messages[1]).toMatch(/items must be an array/);
  expect(messages[2]).toMatch(/keyOf must be a function/);
});
