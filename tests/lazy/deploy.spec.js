// A page of an old build and a server with a new one.
import { expect, path, test } from "./fixture.js";

test.beforeEach(async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
});

const manifest = (build, hash, older) => ({
  type: "application/json",
  headers: { "cache-control": "no-cache" },
  body: JSON.stringify({
    apus: 1,
    build,
    files: {
      [`chart-${hash}.js`]: {
        name: "src/chart.js",
        imports: [`shared-${hash}.js`],
        ...(older && { replaces: [`chart-${older}.js`] }),
      },
      [`shared-${hash}.js`]: {},
    },
  }),
});

/** Deploys the files of one build and removes all others. `older` is the previous build. */
function deploy(server, hash, older) {
  for (const name of Object.keys(server.extra)) delete server.extra[name];
  server.extra["manifest.json"] = manifest(`build ${hash}`, hash, older);
  server.extra[`chart-${hash}.js`] = {
    body: `export { version } from "./shared-${hash}.js"; export const hash = "${hash}";`,
  };
  server.extra[`shared-${hash}.js`] = { body: `export const version = "${hash}";` };
}

const load = (page, url, options) =>
  page.evaluate(
    async ([url, options]) => {
      globalThis.stale ??= [];
      globalThis.reports ??= [];
      addEventListener("apus-lazy:stale", ({ detail }) => globalThis.stale.push(detail.reloaded));
      addEventListener("apus-lazy:manifest", ({ detail }) =>
        globalThis.reports.push(detail.error.code),
      );
      const { lazy } = await import("/apus/index.js");
      try {
        return { ...(await lazy(url, options)) };
      } catch (error) {
        return { code: error.code };
      }
    },
    [url, options],
  );

test("a manifest provides the graph and names that replace URLs", async ({ page, server }) => {
  deploy(server, "aaaaaaaa");
  const folder = path("first=1", "");
  const options = { manifest: `${folder}manifest.json` };
  expect(await load(page, "src/chart.js", options)).toEqual({
    hash: "aaaaaaaa",
    version: "aaaaaaaa",
  });
  expect(await load(page, `${folder}chart-aaaaaaaa.js`, options)).toMatchObject({
    hash: "aaaaaaaa",
  });
  expect(server.requests.get(`${folder}chart-aaaaaaaa.js`)).toBe(2);
  expect(server.requests.get(`${folder}manifest.json`)).toBe(2);
});

test("a chunk that is gone is loaded from the new build", async ({ page, server }) => {
  deploy(server, "aaaaaaaa");
  const folder = path("ok", "");
  const options = { manifest: `${folder}manifest.json` };
  deploy(server, "bbbbbbbb", "aaaaaaaa");
  // This page knows only the old URL; the manifest is already new.
  expect(await load(page, `${folder}chart-aaaaaaaa.js`, options)).toEqual({
    hash: "bbbbbbbb",
    version: "bbbbbbbb",
  });
  expect(await page.evaluate(() => globalThis.stale)).toEqual([]);
});

test("one request for the manifest repairs a deploy under an open page", async ({
  page,
  server,
}) => {
  deploy(server, "aaaaaaaa");
  const folder = path("ok", "");
  const options = { manifest: `${folder}manifest.json` };
  server.extra["other.js"] = { body: "export default 1" };
  await load(page, `${folder}other.js`, options); // the page now has the old manifest
  deploy(server, "bbbbbbbb");
  expect(await load(page, "src/chart.js", options)).toMatchObject({ version: "bbbbbbbb" });
  expect(server.requests.get(`${folder}manifest.json`)).toBe(2);
});

test("a file that merely has a similar name never runs", async ({ page, server }) => {
  for (const name of Object.keys(server.extra)) delete server.extra[name];
  const files = { "user-deletion.js": {}, "chart-bbbbbbbb.js": {} };
  const body = JSON.stringify({ apus: 1, build: "b", files });
  server.extra["manifest.json"] = { type: "application/json", body };
  for (const name of Object.keys(files)) server.extra[name] = { body: "globalThis.ran = true;" };
  const folder = path("ok", "");
  const options = { manifest: `${folder}manifest.json` };
  for (const name of ["user-settings.js", "chart-aaaaaaaa.js", "user.js"]) {
    expect(await load(page, `${folder}${name}`, options)).toEqual({ code: "GONE" });
  }
  expect(await page.evaluate(() => globalThis.ran)).toBe(undefined);
});

test("HTML instead of a module counts as gone", async ({ page, server }) => {
  deploy(server, "bbbbbbbb", "aaaaaaaa");
  server.extra["chart-aaaaaaaa.js"] = { type: "text/html", body: "<!doctype html>" };
  const folder = path("ok", "");
  const options = { manifest: `${folder}manifest.json` };
  expect(await load(page, `${folder}chart-aaaaaaaa.js`, options)).toMatchObject({
    hash: "bbbbbbbb",
  });
});

test("a file without a successor dispatches an event that offers one reload", async ({
  page,
  server,
}) => {
  deploy(server, "bbbbbbbb");
  const folder = path("ok", "");
  const url = `${folder}removed-cccccccc.js`;
  const options = { manifest: `${folder}manifest.json` };
  expect(await load(page, url, options)).toEqual({ code: "GONE" });
  expect(await page.evaluate(() => globalThis.stale)).toEqual([false]);
  const reload = (url) =>
    page.evaluate(async (url) => {
      const { lazy } = await import("/apus/index.js");
      const offered = new Promise((resolve) =>
        addEventListener("apus-lazy:stale", ({ detail }) => resolve(detail)),
      );
      lazy(url).catch(() => {});
      return (await offered).reload();
    }, url);
  await Promise.all([page.waitForEvent("load"), reload(url).catch(() => {})]);
  expect(await reload(url), "not a second time").toBe(false);
});

/** Asks for a reload because of a file that is gone, as a page does. */
const askForReload = (page, url) =>
  page.evaluate(async (url) => {
    const { lazy } = await import("/apus/index.js");
    const offered = new Promise((resolve) =>
      addEventListener("apus-lazy:stale", ({ detail }) => resolve(detail), { once: true }),
    );
    lazy(url).catch(() => {});
    return (await offered).reload();
  }, url);

test("a query that changes each time does not cause endless reloads", async ({ page, server }) => {
  deploy(server, "bbbbbbbb");
  const url = path("ok", "removed.js");
  const loaded = page.waitForEvent("load");
  await askForReload(page, `${url}?t=1`).catch(() => {}); // the page navigates away
  await loaded;
  for (let i = 2; i < 5; i++) expect(await askForReload(page, `${url}?t=${i}#${i}`)).toBe(false);
});

test("names that change each time do not cause endless reloads either", async ({
  page,
  server,
}) => {
  deploy(server, "bbbbbbbb");
  let reloads = 0;
  for (let i = 0; i < 6; i++) {
    const loaded = page.waitForEvent("load");
    loaded.catch(() => {}); // the last loads never happen
    const refused = await askForReload(page, path("ok", `removed-${i}.js`)).catch(() => true);
    if (refused === false) break;
    await loaded;
    reloads++;
  }
  expect(reloads).toBe(3);
});

test("other data in the session storage does no harm", async ({ page, server }) => {
  deploy(server, "bbbbbbbb");
  for (const value of ["7", "{}", "null", '"x"', "[7,null,[]]", '["old"]', '[["x","y"]]', "{"]) {
    const code = await page.evaluate(
      async ([value, url]) => {
        sessionStorage.setItem("apus-lazy-reloaded", value);
        const { lazy } = await import("/apus/index.js");
        return lazy(url).catch(({ code }) => code);
      },
      [value, path("ok", "removed.js")],
    );
    expect(code, value).toBe("GONE");
  }
});

/** Calls an import that a module of the old build wrapped in lazyImport. */
const open = async (page, server, options) => {
  server.extra["route.js"] = {
    body: `import { lazyImport } from "/apus/index.js";
      export const open = lazyImport(() => import(/* a comment */ "./chart-aaaaaaaa.js"), ${options});`,
  };
  const folder = path("ok", "");
  const result = await page.evaluate(async (url) => {
    const stale = new Promise((resolve) =>
      addEventListener("apus-lazy:stale", ({ detail }) => resolve(detail.url)),
    );
    const { open } = await import(url);
    return open().then(
      ({ hash }) => hash,
      async ({ code }) => [code, (await stale).split("/").at(-1)],
    );
  }, `${folder}route.js`);
  return { result, asked: server.requests.get(`${folder}chart-aaaaaaaa.js`) };
};

test("lazyImport loads from the new build too", async ({ page, server }) => {
  deploy(server, "bbbbbbbb", "aaaaaaaa");
  const options = `{ manifest: new URL("manifest.json", import.meta.url) }`;
  expect((await open(page, server, options)).result).toBe("bbbbbbbb");
});

test("lazyImport reports a file that is gone at once, and offers the reload", async ({
  page,
  server,
}) => {
  deploy(server, "bbbbbbbb");
  const { result, asked } = await open(page, server, "{}");
  expect(result).toEqual(["GONE", "chart-aaaaaaaa.js"]);
  expect(asked, "two requests and the import itself").toBe(3);
});

test("a malformed manifest is reported, and the lexer takes over", async ({ page, server }) => {
  deploy(server, "aaaaaaaa");
  for (const body of ["{", '{"apus":2}', '{"apus":1,"build":"a","files":{"a.js":{"imports":1}}}']) {
    server.extra["manifest.json"] = { type: "application/json", body };
    const folder = path("ok", "");
    const options = { manifest: `${folder}manifest.json` };
    expect(await load(page, `${folder}chart-aaaaaaaa.js`, options)).toMatchObject({
      hash: "aaaaaaaa",
    });
  }
  const codes = await page.evaluate(() => globalThis.reports);
  expect(new Set(codes)).toEqual(new Set(["MANIFEST_INVALID"]));
});
