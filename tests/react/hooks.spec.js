// useVirtualList, useCache, useVital, and <Sampler>.
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { useCache, useVirtualList, useVital } from "../../js/react/index.js";
import { expect, test } from "../browser.js";
import { open, start } from "./app.js";

test.beforeEach(async ({ page }) => {
  await open(page);
  await start(page);
  await page.evaluate(() => {
    window.root = window.kit.createRoot(document.getElementById("root"));
  });
});

const mountVirtual = (page) =>
  page.evaluate(() => {
    const { h, StrictMode, useVirtualList } = window.kit;
    const Rows = ({ items, estimate = 50, gap = 2 }) => {
      const list = useVirtualList({ items, keyOf: (item) => item.id, estimate, gap });
      window.virtual = list;
      const rows = list.rows.map(({ index, item }) =>
        h(
          "p",
          {
            ...{ key: item.id, ref: list.measure, "data-index": index },
            style: { margin: 0, height: 30 + (item.id % 7) * 10 },
          },
          `Item ${item.id}`,
        ),
      );
      return h(
        "div",
        { id: "scroller", ref: list.ref, style: { height: 400, overflow: "auto" } },
        h("div", { style: list.content }, h("div", { style: list.box }, rows)),
      );
    };
    window.items = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    window.show = (items, more) =>
      window.root.render(h(StrictMode, null, h(Rows, { items, ...more })));
    window.show(window.items);
  });

test("useVirtualList renders what is in view, and jumps exactly", async ({ page, problems }) => {
  await mountVirtual(page);
  await expect(page.getByText("Item 0", { exact: true })).toBeVisible();
  await expect
    .poll(() => page.evaluate(() => document.getElementById("scroller").scrollHeight))
    .toBe(4_000_000); // the longest that a list gets; its rows are longer
  await page.evaluate(() => window.virtual.scrollToIndex(70_000));
  await expect(page.getByText("Item 70000", { exact: true })).toBeVisible();
  await expect
    .poll(() =>
      page.getByText("Item 70000", { exact: true }).evaluate((row) => {
        const top = document.getElementById("scroller").getBoundingClientRect().top;
        return Math.abs(row.getBoundingClientRect().top - top);
      }),
    )
    .toBeLessThan(1);
  expect(await page.locator("p").count()).toBeLessThan(60);
  const message = await page.evaluate(() => {
    try {
      window.virtual.scrollToIndex(-1);
    } catch (error) {
      return error.message;
    }
  });
  expect(message).toMatch(/index must be between/);
  expect(problems).toEqual([]);
});

test("useVirtualList keeps the rows in view when others are added before", async ({
  page,
  problems,
}) => {
  await mountVirtual(page);
  await expect(page.getByText("Item 0", { exact: true })).toBeVisible();
  await page.evaluate(() => window.virtual.scrollToIndex(500));
  const row = page.getByText("Item 500", { exact: true });
  await expect(row).toBeVisible();
  const before = await row.boundingBox();
  await page.evaluate(() => {
    const older = Array.from({ length: 300 }, (_, i) => ({ id: 200_000 + i }));
    window.show([...older, ...window.items]);
  });
  await expect.poll(() => page.evaluate(() => window.virtual.rows[0].index)).toBeGreaterThan(700);
  await expect
    .poll(async () => Math.abs(((await row.boundingBox())?.y ?? 1e9) - (before?.y ?? 0)))
    .toBeLessThan(1);
  expect(problems).toEqual([]);
});

test("useVirtualList takes other options, and jumps before it has started", async ({
  page,
  problems,
}) => {
  await mountVirtual(page);
  await page.waitForFunction(() => window.virtual);
  await page.evaluate(() => {
    window.items = window.items.slice(0, 1000);
    window.show(window.items);
  });
  await page.waitForFunction(() => window.virtual.rows.at(-1).index < 1000);
  await page.evaluate(() => window.virtual.scrollToIndex(900));
  await expect(page.getByText("Item 900", { exact: true })).toBeVisible();
  const height = () => page.evaluate(() => document.getElementById("scroller").scrollHeight);
  const before = await height();
  await page.evaluate(() => window.show([...window.items], { estimate: 500, gap: 20 }));
  await expect.poll(height).toBeGreaterThan(before + 300_000);
  await expect(page.getByText("Item 900", { exact: true })).toBeVisible();
  const [first, second] = await page
    .locator("p")
    .evaluateAll((rows) => rows.slice(0, 2).map((row) => row.getBoundingClientRect()));
  expect(second.top - first.bottom).toBeCloseTo(20, 0);
  expect(problems).toEqual([]);
});

test("useCache loads once for all, follows changes, and reports errors", async ({
  page,
  problems,
}) => {
  await page.evaluate(async () => {
    const { h, Cache, StrictMode, useCache } = window.kit;
    window.cache = await Cache.open("towns");
    window.loads = [];
    const Town = ({ name, loader }) => {
      const load = (key) => {
        window.loads.push(key);
        return loader();
      };
      const { value, error, loading, refresh } = useCache(window.cache, `town:${name}`, load);
      const text = error?.message ?? value ?? (loading ? "loading" : "nothing");
      return h("button", { type: "button", id: name, onClick: refresh }, text);
    };
    const { promise, resolve } = Promise.withResolvers();
    window.arrive = resolve;
    window.bad = true;
    const flaky = async () => {
      if (window.bad) throw new Error("no such town");
      return "found";
    };
    const list = h(StrictMode, null, [
      h(Town, { key: 1, name: "bern", loader: () => promise }),
      h("p", { key: 2 }, h(Town, { name: "bern", loader: () => promise })),
      h(Town, { key: 3, name: "oz", loader: flaky }),
    ]);
    window.root.render(list);
  });
  await expect(page.locator("p #bern")).toHaveText("loading");
  await page.evaluate(() => window.arrive("Bern"));
  await expect(page.locator("#bern").first()).toHaveText("Bern");
  await expect(page.locator("p #bern")).toHaveText("Bern");
  await expect(page.locator("#oz")).toHaveText("no such town");
  await page.evaluate(() => window.cache.set("town:bern", "Berne"));
  await expect(page.locator("p #bern")).toHaveText("Berne");
  await page.evaluate(() => (window.bad = false));
  await page.locator("#oz").click();
  await expect(page.locator("#oz")).toHaveText("found");
  await page.evaluate(() => window.cache.delete("town:oz"));
  await expect(page.locator("#oz")).toHaveText("found"); // loaded again
  const loads = await page.evaluate(() => window.loads);
  expect(loads.filter((key) => key === "town:bern").length).toBeLessThanOrEqual(2); // StrictMode
  expect(problems).toEqual([]);
});

test("useVital and Sampler show what the page measured", async ({ page, problems }) => {
  await page.evaluate(() => {
    const { h, Sampler, useEffect, useRef, useState, useVital } = window.kit;
    const App = () => {
      const host = useRef(null);
      const [sampler, setSampler] = useState();
      const ttfb = useVital(sampler, "TTFB");
      useEffect(() => {
        const look = setInterval(() => {
          const { sampler } = document.querySelector("apus-sampler");
          if (sampler) setSampler(sampler);
        }, 20);
        return () => clearInterval(look);
      }, []);
      return h("div", { ref: host }, [
        h("p", { key: 1 }, ttfb ? `TTFB is ${ttfb.rating}` : "not yet"),
        h(Sampler, { key: 2, className: "tiles", "aria-label": "Vitals" }),
      ]);
    };
    window.root.render(h(App));
  });
  await expect(page.getByText(/TTFB is (good|needs-improvement|poor)/)).toBeVisible();
  await expect(page.locator("apus-sampler.tiles")).toContainText("TTFB");
  expect(problems).toEqual([]);
});

test("on a server the hooks have no value, and say so without a browser", () => {
  const Page = () => {
    const { value, loading } = useCache(undefined, "a", () => 1);
    const vital = useVital(undefined, "LCP");
    const { rows } = useVirtualList({ items: ["x", "y", "z"], initialCount: 2 });
    return createElement("p", null, JSON.stringify([value ?? null, loading, vital ?? null, rows]));
  };
  const html = renderToString(createElement(Page)).replaceAll("&quot;", '"');
  expect(html).toContain('[null,false,null,[{"index":0,"item":"x"},{"index":1,"item":"y"}]]');
});
