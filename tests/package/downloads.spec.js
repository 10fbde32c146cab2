// The download of a page that uses one room: WebAssembly, facade and element, gzip.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "../browser.js";

const KB = 1024;

/** Plain uses of the rooms, run in the page; each resolves when it works. */
const uses = {
  cache: async () => {
    const element = document.createElement("apus-cache");
    element.setAttribute("name", "plain");
    document.body.append(element);
    const cache = await element.ready;
    cache.set("a", 1);
    return cache.get("a") === 1;
  },
  list: async () => {
    const list = document.createElement("apus-list");
    list.style.height = "200px";
    list.renderItem = (item, _index, row) => {
      row.textContent = item;
    };
    list.items = ["one", "two"];
    document.body.append(list);
    while (!list.textContent.includes("two")) await new Promise(requestAnimationFrame);
    return true;
  },
  lazy: async () => {
    const element = document.createElement("apus-lazy");
    const loaded = new Promise((resolve) => element.addEventListener("load", resolve));
    element.setAttribute("src", "/tests/engines/module.js");
    document.body.append(element);
    await loaded;
    return true;
  },
  sampler: async () => {
    const element = document.createElement("apus-sampler");
    document.body.append(element);
    while (!element.sampler) await new Promise(requestAnimationFrame);
    element.sampler.track("plain", 1);
    return element.sampler.summary("plain")?.count === 1;
  },
};

/** KB, all files together. They may only fall. */
const budgets = { cache: 26, list: 25, lazy: 27, sampler: 30 };

for (const [room, use] of Object.entries(uses)) {
  test(`${room}: a page downloads no more than its budget`, async ({ page, problems }) => {
    const names = new Set();
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/apus/")) names.add(pathname.slice("/apus/".length));
    });
    await page.goto("/tests/pages/blank.html");
    await page.evaluate((room) => import(`/apus/define/${room}.js`), room);
    expect(await page.evaluate(use)).toBe(true);
    await page.waitForLoadState("networkidle");
    const files = [...names].map((name) => {
      const file = readFileSync(new URL(`../../dist/${name}`, import.meta.url));
      return [name, gzipSync(file, { level: 9 }).length];
    });
    const sum = files.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    expect(sum / KB, JSON.stringify(files)).toBeLessThanOrEqual(
      budgets[/** @type {keyof typeof budgets} */ (room)],
    );
    expect(problems).toEqual([]);
  });
}
