// Loading WebAssembly in a real browser: CSP, MIME types, workers.
import { readFile } from "node:fs/promises";
import { serve } from "../../tools/serve.js";
import { expect, test } from "../browser.js";

const wasm = new URL("../../dist/apus-list.wasm", import.meta.url);

/** Loads a room's module in the page. @returns the outcome */
const initInPage = async () => {
  const { init } = await import("/apus/index.js");
  return init({ list: {} }).then(
    () => "ready",
    (error) => `${error.name} ${error.code}: ${error.message}`,
  );
};

test("a module runs under script-src 'self' 'wasm-unsafe-eval'", async ({ page, problems }) => {
  const response = await page.goto("/tests/pages/blank.html");
  expect(response?.headers()["content-security-policy"]).toContain(
    "script-src 'self' 'wasm-unsafe-eval'",
  );
  expect(await page.evaluate(initInPage)).toBe("ready");
  expect(problems).toEqual([]);
});

test("a module that failed to load is requested again", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  let requests = 0;
  await page.route("**/apus-list.wasm", (route) =>
    ++requests > 1 ? route.continue() : route.abort(),
  );
  expect(await page.evaluate(initInPage)).toContain("WASM_UNAVAILABLE");
  expect(await page.evaluate(initInPage)).toBe("ready");
  expect(requests).toBe(2);
});

test("a page that uses one room downloads no other room's module", async ({ page, problems }) => {
  const wasm = [];
  page.on("request", (request) => {
    const [name] = /[\w-]+\.wasm$/.exec(new URL(request.url()).pathname) ?? [];
    if (name) wasm.push(name);
  });
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async () => {
    const { VirtualList } = await import("/apus/index.js");
    (await VirtualList.create({ rows: 3 })).dispose();
  });
  expect(wasm).toEqual(["apus-list.wasm"]);
  expect(problems).toEqual([]);
});

test("when a policy blocks WebAssembly, the error names the directive to add", async ({ page }) => {
  const server = await serve({
    handle: (_request, response, url) => {
      if (url.pathname !== "/blocked") return false;
      response.writeHead(200, {
        "content-type": "text/html",
        "content-security-policy": "script-src 'self'",
      });
      response.end("<!doctype html><title>Blocked</title>");
      return true;
    },
  });
  await page.goto(`${server.url}/blocked`);
  const outcome = await page.evaluate(initInPage);
  await server.close();
  expect(outcome).toContain("ApusError WASM_UNAVAILABLE");
  expect(outcome).toContain("script-src 'self' 'wasm-unsafe-eval'");
});

test("a wrong MIME type costs no second download", async ({ page }) => {
  const bytes = await readFile(wasm);
  let downloads = 0;
  const server = await serve({
    handle: (_request, response, url) => {
      if (url.pathname !== "/apus/apus-list.wasm") return false;
      downloads += 1;
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
      return true;
    },
  });
  await page.goto(`${server.url}/tests/pages/blank.html`);
  expect(await page.evaluate(initInPage)).toBe("ready");
  await server.close();
  expect(downloads).toBe(1);
});

test("a module runs in a worker", async ({ page, problems }) => {
  await page.goto("/tests/pages/blank.html");
  const answer = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/tests/core/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
      }),
  );
  expect(answer).toBe("ready");
  expect(problems).toEqual([]);
});

test("importing the package loads no WebAssembly", async ({ page }) => {
  /** @type {string[]} */
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(() => import("/apus/index.js"));
  expect(requests.filter((url) => url.endsWith(".wasm"))).toEqual([]);
});
