// Modules that the HTTP cache does not keep: each is asked for once, and the text that has arrived runs.
import { everyHeader } from "./every-header.js";
import { expect, path, test } from "./fixture.js";
import { good, hash, test as hostile, load, open } from "./hostile.js";

everyHeader();

/** What a page without a policy gets from `lazy()`. */
const run = (page, url, task = (module) => module.result) =>
  page.evaluate(
    async ([url, task]) => {
      const { lazy } = await import("/apus/index.js");
      // biome-ignore lint/security/noGlobalEval: the test's own text
      return globalThis.eval(task)(await lazy(url));
    },
    [url, String(task)],
  );

hostile.describe("a module that runs from its text", () => {
  hostile.beforeEach(async ({ page }) => {
    await page.goto("/open.html");
  });

  hostile("has its own import.meta, import(), attributes and lines", async ({ page, server }) => {
    server.answer("/a/dep.js", `export const dep = import.meta.url;`);
    server.answer(
      "/a/more.js",
      `export { dep } from "./dep.js"; export const at = import.meta.url;`,
    );
    server.answer("/a/data.json", `{ "data": 7 }`);
    server.answer(
      "/a/x.js",
      `#!/usr/bin/env node
      import { dep } from './dep.js'; import data from "./data.json" with { type: "json" };
      // import "./not-this.js"
      const text = "import './nor-this.js'; import.meta";
      const more = await import ( /* here */ "./more.js" );
      const name = "more"; const same = await import(\`./\${name}.js\`);
      const { default: again } = await import("./data.json", { with: { type: "json" } });
      const line = /x\\.js:(\\d+)/.exec(new Error().stack)[1];
      export const result = [import.meta.url, import.meta.resolve("./y.js"), dep, more.dep, more.at,
        more === same, data.data, again.data, line].join(" ");`,
    );
    const at = (/** @type {string} */ file) => `${server.url}/a/${file}`;
    expect(await run(page, "/a/x.js")).toBe(
      [at("x.js"), at("y.js"), at("dep.js"), at("dep.js"), at("more.js"), true, 7, 7, 8].join(" "),
    );
    expect(server.count("/a/dep.js")).toBe(1);
    expect(server.count("/a/more.js")).toBe(1);
    expect(server.requests.filter(({ path: it }) => it.includes("this.js"))).toEqual([]);
  });

  hostile("shares its imports with the page's own, before and after", async ({ page, server }) => {
    const counts = `globalThis.runs = (globalThis.runs ?? 0) + 1; export const runs = [];`;
    server.answer("/first.js", counts);
    server.answer("/later.js", counts);
    server.answer(
      "/x.js",
      `export { runs as a } from "./first.js"; export { runs as b } from "./later.js";`,
    );
    const same = await page.evaluate(async () => {
      const first = await import("/first.js");
      const { lazy } = await import("/apus/index.js");
      const { a, b } = await lazy("/x.js");
      const later = await import("/later.js");
      return [a === first.runs, b === later.runs, (await lazy("/x.js")).a === a, globalThis.runs];
    });
    expect(same).toEqual([true, true, true, 2]);
  });

  hostile("may be imported by those that it imports", async ({ page, server }) => {
    server.answer(
      "/x.js",
      `import { later } from "./y.js"; export const one = 1; export const result = later();`,
    );
    server.answer(
      "/y.js",
      `import { one } from "./x.js"; export function later() { return typeof one; }`,
    );
    server.answer(
      "/z.js",
      `import { two } from "./z2.js"; export function one() { return 1; } export const result = two;`,
    );
    server.answer("/z2.js", `import { one } from "./z.js"; export const two = one() + 1;`);
    expect(await run(page, "/z.js")).toBe(2);
    expect(server.count("/z.js")).toBe(1);
    expect(await load(page, "/x.js")).toBe("something");
    expect(server.count("/x.js")).toBe(1);
  });

  hostile("is fetched once for a thousand calls, however large", async ({ page, server }) => {
    server.answer("/x.js", {
      body: `globalThis.runs = (globalThis.runs ?? 0) + 1; export const result = 1;`,
      huge: 5e6,
    });
    const runs = await page.evaluate(async () => {
      const { lazy } = await import("/apus/index.js");
      const all = await Promise.all(Array.from({ length: 1000 }, () => lazy("/x.js")));
      return [new Set(all).size, globalThis.runs];
    });
    expect(runs).toEqual([1, 1]);
    expect(server.count("/x.js")).toBe(1);
  });

  hostile("keeps its errors apart, and may be mended", async ({ page, server }) => {
    server.answer("/syntax.js", "let let = 1;", good);
    server.answer("/throws.js", "throw new Error('ouch');");
    server.answer("/missing.js", "import { nothing } from './who.js';");
    server.answer("/bare.js", "import 'nothing-like-this';");
    server.answer("/who.js", good);
    expect(await load(page, "/syntax.js")).toBe("SYNTAX_ERROR");
    expect(await load(page, "/syntax.js")).toBe("good");
    expect(await load(page, "/throws.js")).toBe("EVALUATION_ERROR");
    expect(await load(page, "/missing.js")).toBe("EXPORT_MISSING");
    expect(await load(page, "/bare.js")).toBe("SPECIFIER_UNKNOWN");
  });

  hostile("is what was checked: with integrity one request is enough", async ({ page, server }) => {
    server.answer("/x.js", good, `globalThis.evil = true; export const who = "evil";`);
    expect(await load(page, "/x.js", { integrity: hash(good) })).toBe("good");
    expect(server.count("/x.js")).toBe(1);
  });

  hostile("obeys the import map, its scopes included", async ({ page, server }) => {
    server.answer(
      "/a/x.js",
      `export { who } from "dep"; export { who as other } from "../b/y.js";`,
    );
    server.answer("/b/y.js", `export { who } from "dep";`);
    server.answer("/one.js", `export const who = "one";`);
    server.answer("/two.js", `export const who = "two";`);
    const imports = { dep: "/one.js" };
    const map = JSON.stringify({ imports, scopes: { "/b/": { dep: "/two.js" } } });
    server.answer("/map.html", { ...open, body: `<script type="importmap">${map}</script>` });
    await page.goto("/map.html");
    expect(await run(page, "/a/x.js", (it) => [it.who, it.other])).toEqual(["one", "two"]);
    expect(server.count("/one.js")).toBe(1);
    expect(server.count("/two.js")).toBe(1);
  });
});

test("a policy without blob: is obeyed, and nothing is reported", async ({
  page,
  server,
  problems,
}) => {
  await page.goto("/tests/pages/blank.html");
  const url = path("ok,cache=no-store");
  expect(await load(page, url)).toBe(10);
  expect(server.requests.get(url)).toBe(2);
  expect(problems).toEqual([]);
});
