// lazy(url, { as: "worker" }): module workers through a bad network.
import { expect, path, test } from "./fixture.js";

test.beforeEach(async ({ page, server }) => {
  for (const name of Object.keys(server.extra)) delete server.extra[name];
  server.extra["worker.js"] = {
    body: `import { size } from "./m0.js";
      postMessage("ready"); onmessage = ({ data }) => postMessage(data + size);`,
  };
  await page.goto("/tests/pages/blank.html");
});

/** Starts a worker; its first two messages, or the error's code and the cause's. */
const start = (page, url, options = {}) =>
  page.evaluate(
    async ([url, options]) => {
      const { lazy } = await import("/apus/index.js");
      try {
        const worker = await lazy(url, { as: "worker", ...options });
        const heard = [];
        return await new Promise((resolve) => {
          worker.onmessage = ({ data }) => {
            if (heard.push(data) === 2) resolve(heard);
            else worker.postMessage(32);
          };
        }).finally(() => worker.terminate());
      } catch (error) {
        return { code: error.code ?? error.name, cause: error.cause?.code };
      }
    },
    [url, options],
  );

test("a worker starts, and what it posts first is not lost", async ({ page, server }) => {
  const url = path("ok", "worker.js");
  expect(await start(page, url)).toEqual(["ready", 42]);
  expect(server.requests.get(url), "one request").toBe(1);
});

test("workers start through every fault, their imports too", async ({ page, server }) => {
  for (const fault of ["503=0.3", "reset=0.3", "truncate=0.3"]) {
    expect(await start(page, path(fault, "worker.js"), { maxDelay: 50 })).toEqual(["ready", 42]);
  }
  // The browser asks once more for what it may not keep.
  server.extra["alone.js"] = { body: `postMessage(1); onmessage = () => postMessage(2);` };
  for (let i = 0; i < 5; i++) {
    const url = path("503=0.3,cache=no-store", "alone.js");
    expect(await start(page, url, { maxDelay: 50 })).toEqual([1, 2]);
  }
});

test("a worker's name in the manifest leads to the file of the current build", async ({
  page,
  server,
}) => {
  const files = { "worker.js": { name: "src/worker.js", kind: "worker", imports: ["m0.js"] } };
  const body = JSON.stringify({ apus: 1, build: "1", files });
  server.extra["manifest.json"] = { type: "application/json", body };
  const manifest = path("ok", "manifest.json");
  expect(await start(page, "src/worker.js", { manifest })).toEqual(["ready", 42]);
});

test("preload() fetches its files and starts nothing", async ({ page, server }) => {
  const url = path("ok", "worker.js");
  await page.evaluate(async (url) => {
    const { preload } = await import("/apus/index.js");
    await preload(url, { as: "worker" });
  }, url);
  expect(page.workers()).toHaveLength(0);
  expect(server.requests.get(url.replace("worker.js", "m8.js"))).toBe(1);
});

test("a worker that throws, does not parse or is gone ends at once", async ({ page, server }) => {
  server.extra["throws.js"] = { body: `throw new Error("no")` };
  expect(await start(page, path("ok", "throws.js"))).toMatchObject({ code: "EVALUATION_ERROR" });
  server.extra["broken.js"] = { body: "const" };
  const broken = await start(page, path("ok", "broken.js"), { delay: 1, maxDelay: 1 });
  expect(["NETWORK", "EVALUATION_ERROR"]).toContain(broken.code);
  expect(await start(page, path("ok", "missing.js"))).toMatchObject({ code: "GONE" });
});

test("a busy browser, which reports a failure late, is given time", async ({ page }) => {
  await page.evaluate(() => {
    const later = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
    /** Its failure comes 100 ms after its file. */
    window.Worker = class extends EventTarget {
      constructor(url) {
        super();
        fetch(url)
          .then((file) => file.text()) // it is listed when it was read
          .then(() => later(100))
          .then(() => this.onerror?.(new Event("error")));
      }
      terminate() {}
    };
  });
  const options = { delay: 1, maxDelay: 1, retries: 1 };
  const late = await start(page, path("ok", "worker.js"), options);
  expect(late).toEqual({ code: "GAVE_UP", cause: "NETWORK" });
});

test("a hash that cannot be checked, and another origin, are refused", async ({ page, server }) => {
  const integrity = `sha384-${"A".repeat(64)}`;
  const url = path("ok", "worker.js");
  expect(await start(page, url, { integrity })).toMatchObject({ code: "INTEGRITY_UNSUPPORTED" });
  expect(server.requests.get(url)).toBe(undefined);
  const other = server.url.replace("localhost", "127.0.0.1");
  await page.goto(`${server.url}/tests/pages/blank.html`);
  expect(await start(page, `${other}${url}`)).toMatchObject({
    code: expect.stringMatching(/CORS_BLOCKED|GAVE_UP|NETWORK/),
  });
});

test("an abort ends the start", async ({ page }) => {
  const name = await page.evaluate(
    async (url) => {
      const { lazy } = await import("/apus/index.js");
      const stop = new AbortController();
      const started = lazy(url, { as: "worker", signal: stop.signal });
      setTimeout(() => stop.abort(), 50);
      return started.catch(({ name }) => name);
    },
    path("hang=1", "worker.js"),
  );
  expect(name).toBe("AbortError");
  expect(page.workers()).toHaveLength(0);
});
