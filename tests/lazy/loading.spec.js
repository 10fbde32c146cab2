// lazy() in a real browser, under the strict Content-Security-Policy.
import { createHash } from "node:crypto";
import sharp from "sharp";
import { expect, loadSealed, path, test } from "./fixture.js";
import { tinyFont } from "./tiny-font.js";

test.beforeEach(async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
});

/** Loads, and returns a summary of the result or the error. */
const load = (page, url, options) =>
  page.evaluate(
    async ([url, options]) => {
      const { lazy } = await import("/apus/index.js");
      try {
        const result = await lazy(url, options);
        if (result instanceof WebAssembly.Module) {
          return { wasm: WebAssembly.Module.exports(result).length };
        }
        if (result instanceof CSSStyleSheet) return { rules: result.cssRules.length };
        if (result instanceof HTMLImageElement) return { width: result.naturalWidth };
        return { ...result };
      } catch (error) {
        return { code: error.code ?? error.name, cause: error.cause?.code, message: error.message };
      }
    },
    [url, options],
  );

test("a graph is fetched once, and each module has one instance", async ({ page, server }) => {
  const url = path("ok");
  expect(await load(page, url)).toMatchObject({ size: 10 });
  expect(await load(page, url)).toMatchObject({ size: 10 });
  const asked = [...server.requests].filter(([path]) => path.startsWith(url.replace("m0.js", "")));
  expect(asked.map(([, count]) => count)).toEqual(Array(9).fill(1));
  expect(await page.evaluate(() => globalThis.instances.length)).toBe(9);
});

test("graphs load through every fault, each module once", async ({ page }) => {
  const specs = [
    "503=0.4",
    "reset=0.4",
    "hang=0.2",
    "slow=0.2",
    "truncate=0.3",
    "first=1,fault=mime",
  ];
  const options = { timeout: 1000, budget: 60_000 };
  const results = await Promise.all(specs.map((spec) => load(page, path(spec), options)));
  expect(results.map(({ size }) => size)).toEqual(specs.map(() => 10));
  const instances = await page.evaluate(() => globalThis.instances);
  expect(new Set(instances).size).toBe(9 * specs.length);
  expect(instances.length).toBe(9 * specs.length);
});

test("graphs of modules with hashes load, each module once", async ({ page, server }) => {
  for (const spec of ["503=0.3", "reset=0.3", "truncate=0.3"]) {
    const [sizes, instances, different] = await loadSealed(page, server, spec, 5);
    expect(sizes).toEqual(Array(5).fill(10));
    expect(different).toBe(instances);
  }
});

test("hashes cost no request while nothing fails", async ({ page, server }) => {
  const before = server.total();
  const [sizes] = await loadSealed(page, server, "ok", 1);
  expect(sizes).toEqual([10]);
  // The test itself reads the nine files; the page asks for each once, and for the manifest.
  expect(server.total() - before).toBe(9 + 9 + 1);
});

test("waits as long as the server asks", async ({ page }) => {
  const began = Date.now();
  expect(await load(page, path("first=1,only=m0.js,retry-after=1"))).toMatchObject({ size: 10 });
  expect(Date.now() - began).toBeGreaterThan(1000);
});

test("preload fetches everything and runs nothing", async ({ page, server }) => {
  const url = path("ok");
  await page.evaluate(async (url) => {
    const { preload } = await import("/apus/index.js");
    await preload(url);
  }, url);
  expect(server.requests.get(url.replace("m0", "m8"))).toBe(1);
  expect(await page.evaluate(() => globalThis.instances)).toBe(undefined);
  expect(await load(page, url)).toMatchObject({ size: 10 });
  expect(server.requests.get(url)).toBe(1);
});

test("prefetch waits for its target", async ({ page, server }) => {
  const url = path("ok");
  await page.evaluate(async (url) => {
    const { prefetch } = await import("/apus/index.js");
    const link = document.createElement("button");
    link.textContent = "Go";
    document.body.append(link);
    prefetch(url, { when: "hover", target: link });
  }, url);
  expect(server.requests.get(url)).toBe(undefined);
  await page.getByText("Go").hover();
  await expect.poll(() => server.requests.get(url)).toBe(1);
});

test("lazyImport reads the URL from the function and retries it", async ({ page, server }) => {
  const folder = path("503=0.4", "");
  server.extra["route.js"] = {
    body: `import { lazyImport } from "/apus/index.js";
      export const open = lazyImport(() => import("./m0.js"));`,
  };
  const size = await page.evaluate(async (folder) => {
    const { lazy } = await import("/apus/index.js");
    const { open } = await lazy(`${folder}route.js`);
    return (await open()).size;
  }, folder);
  expect(size).toBe(10);
});

const bad = {
  "syntax.js": ["let let = 1;", "SYNTAX_ERROR"],
  "throws.js": ["throw new Error('ouch');", "EVALUATION_ERROR"],
  "parses.js": ["JSON.parse('{');", "EVALUATION_ERROR"],
  "missing.js": ["import { nothing } from './m8.js';", "EXPORT_MISSING"],
  "bare.js": ["import 'nothing-like-this';", "SPECIFIER_UNKNOWN"],
  "deep.js": ["import './syntax.js';", "SYNTAX_ERROR"],
  "taken.js": [
    `const element = () => class extends HTMLElement {};
     customElements.define("x-taken", element());
     customElements.define("x-taken", element());`,
    "ELEMENT_NAME_TAKEN",
  ],
};
test("each error of a module has its own code, and the module is requested once", async ({
  page,
  server,
}) => {
  for (const [name, [body]] of Object.entries(bad)) server.extra[name] = { body };
  for (const [file, [, code]] of Object.entries(bad)) {
    const url = path("ok", file);
    expect(await load(page, url), file).toMatchObject({ code });
    expect(server.requests.get(url), file).toBe(1);
  }
});

test("integrity: the right hash loads, a wrong one never runs", async ({ page, server }) => {
  const body = "globalThis.ran = true; export const a = 1;";
  server.extra["sealed.js"] = { body };
  const hash = createHash("sha384").update(body).digest("base64");
  const other = createHash("sha384").update("other").digest("base64");
  const url = path("ok", "sealed.js");
  expect(await load(page, url, { integrity: `sha384-${other}` })).toMatchObject({
    code: "INTEGRITY_MISMATCH",
  });
  expect(await page.evaluate(() => globalThis.ran)).toBe(undefined);
  expect(server.requests.get(url), "one request past the caches, no more").toBe(2);
  expect(await load(page, url, { integrity: `sha384-${hash}` })).toMatchObject({ a: 1 });
});

test("WebAssembly with a wrong MIME type is downloaded once", async ({ page, server }) => {
  const body = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  server.extra["empty.wasm"] = { type: "application/octet-stream", body };
  server.extra["broken.wasm"] = { type: "application/wasm", body: body.map((byte) => byte ^ 1) };
  const url = path("ok", "empty.wasm");
  expect(await load(page, url)).toEqual({ wasm: 0 });
  expect(server.requests.get(url)).toBe(1);
  expect((await load(page, path("ok", "broken.wasm"))).code).toBe("SYNTAX_ERROR");
  expect(await load(page, path("truncate=0.5", "empty.wasm"))).toEqual({ wasm: 0 });
});

test("style sheets, JSON, images and fonts are ready to use", async ({ page, server }) => {
  server.extra["a.css"] = { type: "text/css", body: "p { color: red } b { color: blue }" };
  server.extra["a.json"] = { type: "application/json", body: '{ "a": 1 }' };
  server.extra["bad.json"] = { type: "application/json", body: "{" };
  server.extra["a.svg"] = {
    type: "image/svg+xml",
    body: '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"/>',
  };
  server.extra["bad.png"] = { type: "image/png", body: "no" };
  server.extra["bad.woff2"] = { type: "font/woff2", body: "no" };
  expect(await load(page, path("first=1", "a.css"))).toEqual({ rules: 2 });
  expect(await load(page, path("first=1", "a.json"))).toEqual({ a: 1 });
  expect((await load(page, path("ok", "bad.json"))).code).toBe("SYNTAX_ERROR");
  const image = path("first=1", "a.svg");
  expect(await load(page, image)).toEqual({ width: 7 });
  expect(server.requests.get(image)).toBe(2);
  expect((await load(page, path("ok", "bad.png"))).code).toBe("SYNTAX_ERROR");
  expect((await load(page, path("ok", "bad.woff2"))).code).toBe("SYNTAX_ERROR");
  expect((await load(page, path("ok"), { as: "film" })).code).toBe("TypeError");
});

test("images load through every fault, also where the browser asks again to show them", async ({
  page,
  server,
}) => {
  test.slow();
  const create = { width: 9, height: 5, channels: 3, background: "teal" };
  server.extra["a.png"] = { type: "image/png", body: await sharp({ create }).png().toBuffer() };
  const faults = ["503=0.4", "reset=0.4", "truncate=0.3", "hang=0.2"];
  const kept = faults.map((fault) => path(fault, "a.png"));
  const twice = faults.map((fault) => path(`${fault},cache=no-store`, "a.png"));
  const seen = await page.evaluate(
    async (urls) => {
      const { lazy } = await import("/apus/index.js");
      let retries = 0;
      const options = { as: "image", timeout: 1000, budget: 60_000, onretry: () => retries++ };
      const images = await Promise.all(
        urls.flatMap((url) =>
          [1, 2, 3].map((n) => lazy(`${url}?${n}`, { ...options, priority: "high" })),
        ),
      );
      return [
        images.map(({ complete, naturalWidth, fetchPriority }) =>
          [complete, naturalWidth, fetchPriority].join(),
        ),
        retries,
      ];
    },
    [...kept, ...twice],
  );
  expect(seen[0]).toEqual(Array(24).fill("true,9,high"));
  expect(seen[1]).toBeGreaterThan(5);

  // Only what shows the image fails: it is asked for again, and what hangs is given up.
  for (const fault of ["503", "hang"]) {
    const url = path("ok,cache=no-store", "a.png");
    await page.route(`**${url}`, async (route, request) => {
      if (request.resourceType() !== "image" || broken-- <= 0) return route.continue();
      if (fault === "503") await route.fulfill({ status: 503 });
    });
    let broken = 2;
    expect(await load(page, url, { as: "image", timeout: 500, delay: 5 })).toEqual({ width: 9 });
    expect(server.requests.get(url)).toBeGreaterThanOrEqual(4);
  }
  const controlled = await page.evaluate(
    async (url) => {
      const { lazy } = await import("/apus/index.js");
      const control = new AbortController();
      const image = lazy(url, { as: "image", timeout: Infinity, signal: control.signal });
      setTimeout(() => control.abort("enough"), 50);
      return image.catch((reason) => reason);
    },
    path("hang=1", "a.png"),
  );
  expect(controlled).toBe("enough");
});

test("a font is decoded before it is returned", async ({ page, server }) => {
  server.extra["tiny.ttf"] = { type: "font/ttf", body: tinyFont("Tiny") };
  const url = path("first=1", "tiny.ttf");
  const font = await page.evaluate(async (url) => {
    const { lazy } = await import("/apus/index.js");
    const { family, status } = await lazy(url, { family: "Mine" });
    return [family, status, document.fonts.check("16px Mine", "A")];
  }, url);
  expect(font).toEqual(["Mine", "loaded", true]);
  expect(server.requests.get(url)).toBe(2);
});

test("a server that does not allow the origin gives CORS_BLOCKED", async ({ page, server }) => {
  server.extra["open.html"] = { type: "text/html", body: "<!doctype html>" }; // no CSP
  server.extra["private.js"] = { body: "1", headers: { "access-control-allow-origin": "null" } };
  await page.goto(path("ok", "open.html"));
  const url = server.url.replace("localhost", "127.0.0.1") + path("ok", "private.js");
  expect(await load(page, url, { delay: 10 })).toMatchObject({ code: "CORS_BLOCKED" });
});

test("an abort while the loader itself loads ends it at once", async ({ page }) => {
  await page.route(/\/(page-loader|gated-import)-/, () => {}); // never answered
  const names = await page.evaluate(async (url) => {
    const { lazy, lazyImport, preload } = await import("/apus/index.js");
    const controller = new AbortController();
    const { signal } = controller;
    const all = [lazy(url, { signal }), preload(url, { signal })];
    all.push(lazyImport(() => import("/never.js"), { signal })());
    controller.abort();
    return Promise.all(all.map((it) => it.catch(({ name }) => name)));
  }, path("ok"));
  expect(names).toEqual(Array(3).fill("AbortError"));
});

for (const [at, spec] of Object.entries({ request: "hang=1", wait: "503=1", body: "slow=1" })) {
  test(`an abort during the ${at} ends it at once`, async ({ page, server }) => {
    const url = path(spec);
    const loading = page.evaluate(async (url) => {
      const { lazy } = await import("/apus/index.js");
      const controller = new AbortController();
      globalThis.stop = () => controller.abort();
      const options = { signal: controller.signal, delay: 100_000, maxDelay: 100_000 };
      return lazy(url, options).catch(({ name }) => name);
    }, url);
    await expect.poll(() => server.requests.get(url)).toBe(1);
    await page.evaluate(() => globalThis.stop());
    expect(await loading).toBe("AbortError");
  });
}
