// The fetch gate in a second engine: Firefox, if it is installed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findFirefox } from "../../tools/setup/firefox.js";
import { faultServer } from "./fault-server.js";

const executablePath = findFirefox();
const options = { skip: executablePath ? false : "Firefox is not installed", timeout: 120_000 };

/** @type {any} */
let browser;
/** @type {any} */
let server;
/** @type {any} */
let page;

before(async () => {
  if (!executablePath) return;
  const { launch } = await import("puppeteer-core");
  server = await faultServer({
    extra: {
      "blank.html": { type: "text/html", body: "<!doctype html>" },
      "syntax.js": { body: "let let = 1;" },
      "throws.js": { body: "JSON.parse('{');" },
      "missing.js": { body: "import { nothing } from './m8.js';" },
      "taken.js": {
        body: `customElements.define("x-a", class extends HTMLElement {});
          customElements.define("x-a", class extends HTMLElement {});`,
      },
      "empty.wasm": {
        type: "application/octet-stream",
        body: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0),
      },
    },
  });
  browser = await launch({ browser: "firefox", executablePath, headless: true });
  page = await browser.newPage();
  await page.goto(`${server.url}/tests/pages/blank.html`);
});

after(async () => {
  await browser?.close();
  await server?.close();
});

const load = (path) =>
  page.evaluate(async (path) => {
    const { lazy } = await import("/apus/index.js");
    try {
      const result = await lazy(path, { timeout: 2000, budget: 30_000 });
      return result instanceof WebAssembly.Module ? "module" : result.size;
    } catch (error) {
      return error.code ?? String(error);
    }
  }, path);

test("Firefox: graphs arrive, each module once", options, async () => {
  for (const spec of ["ok", "503=0.3", "reset=0.3", "hang=0.1", "truncate=0.2"]) {
    assert.equal(await load(`/faults/${spec}/firefox/m0.js`), 10, spec);
  }
  const urls = await page.evaluate(() => globalThis.instances);
  assert.equal(urls.length, 45);
  assert.equal(new Set(urls).size, 45);
  const asked = [...server.requests].filter(([path]) => path.startsWith("/faults/ok/firefox/"));
  assert.deepEqual(
    asked.map(([, count]) => count),
    Array(9).fill(1),
  );
});

test("Firefox: what may not be kept is asked for once, too", options, async () => {
  await page.goto(`${server.url}/faults/ok/firefox/blank.html`);
  for (const header of ["cache=no-store", "cache=none", "cache=max-age=0,etag=1"]) {
    assert.equal(await load(`/faults/503=0.3,${header}/firefox/m0.js`), 10, header);
    const folder = `/faults/ok,${header}/firefox/`;
    assert.equal(await load(`${folder}m0.js`), 10, header);
    const asked = [...server.requests].filter(([path]) => path.startsWith(folder));
    const counts = asked.map(([, count]) => count);
    assert.deepEqual(counts, Array(9).fill(1), header);
  }
  const urls = await page.evaluate(() => globalThis.instances);
  assert.equal(urls.length, 54);
  assert.equal(new Set(urls).size, 54);
});

test("Firefox: each error has its code", options, async () => {
  const codes = {
    "syntax.js": "SYNTAX_ERROR",
    "throws.js": "EVALUATION_ERROR",
    "missing.js": "EXPORT_MISSING",
    "taken.js": "ELEMENT_NAME_TAKEN",
    "none.js": "GONE",
  };
  for (const [file, code] of Object.entries(codes)) {
    assert.equal(await load(`/faults/ok/firefox/${file}`), code, file);
  }
});

test("Firefox: WebAssembly with a wrong MIME type is downloaded once", options, async () => {
  assert.equal(await load("/faults/ok/firefox/empty.wasm"), "module");
  assert.equal(server.requests.get("/faults/ok/firefox/empty.wasm"), 1);
});
