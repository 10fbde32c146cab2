// dist/ as a server of npm's packages serves it: from another origin, under a path with a version, with
// the import map of the fixture and the page of the fixtures, which tries every room.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize } from "node:path";
import { expected, types } from "../../tools/fixtures/drive.js";
import { root } from "../../tools/run.js";
import { expect, test } from "../browser.js";

/** @param {(pathname: string) => Promise<[file: string, body?: string] | undefined>} find @param {Record<string, string>} headers */
async function serveOn(find, headers) {
  /** @type {string[]} */
  const refused = [];
  const server = createServer(async ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://x");
    const [file = "", text] = (await find(pathname)) ?? [];
    const body = text ?? (await readFile(file).catch(() => undefined));
    if (body === undefined) refused.push(pathname);
    response.writeHead(body === undefined ? 404 : 200, {
      ...headers,
      "content-type": types[extname(file)] ?? "text/plain",
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${port}`, refused, close };
}

test("all rooms work from another origin, with an import map", async ({ page, problems }) => {
  const cdn = await serveOn(
    async (path) => {
      const [, name] = /^\/apus@0\.1\.0\/dist\/(.*)$/.exec(normalize(path)) ?? [];
      return name === undefined ? undefined : [`${root}/dist/${name}`];
    },
    { "access-control-allow-origin": "*" },
  );
  const fixture = await readFile(`${root}/tests/fixtures/import-map/index.html`, "utf8");
  const html = fixture.replaceAll("/node_modules/apus/", `${cdn.url}/apus@0.1.0/`);
  const [, map] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html) ?? [];
  const hash = createHash("sha256").update(map).digest("base64");
  const site = await serveOn(
    async (path) =>
      path === "/" ? ["index.html", html] : [`${root}/tests/fixtures/app${normalize(path)}`],
    {
      "content-security-policy": `default-src 'self'; script-src 'self' ${cdn.url} 'sha256-${hash}' 'wasm-unsafe-eval'; connect-src 'self' ${cdn.url}; img-src data:; style-src 'self'; worker-src 'self'`,
    },
  );
  await page.goto(site.url);
  await page.waitForFunction(() => "tried" in globalThis);
  expect(await page.evaluate(() => Reflect.get(globalThis, "tried"))).toEqual(expected);
  expect(cdn.refused).toEqual([]);
  expect(site.refused).toEqual([]);
  expect(problems).toEqual([]);
  site.close();
  cdn.close();
});
