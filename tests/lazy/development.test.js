// Vite's development server with the plugin: names of the manifest work before anything is built.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createServer } from "vite";
import { parseManifest } from "../../js/lazy/build/manifest.js";
import { lazyManifest } from "../../js/lazy/build/plugins/vite.node.js";

/** @param {import("node:test").TestContext} context @param {object} files @param {string} base */
async function serveProject(context, files, base) {
  const root = await mkdtemp(join(tmpdir(), "apus-development-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const server = await createServer({
    configFile: false,
    root,
    base,
    logLevel: "error",
    plugins: [lazyManifest({ fileName: "names.json" })],
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  await server.listen();
  context.after(async () => {
    await server.close();
    await rm(root, { recursive: true });
  });
  const { port } = server.httpServer.address();
  return { origin: `http://127.0.0.1:${port}`, root };
}

const project = {
  "index.html": "<!doctype html><title>A page</title>",
  "src/route.ts": "export const title: string = 'A route';",
  "src/my chart.js": "export default 1;",
  "src/types.d.ts": "export {};",
  "public/copied.js": "",
  "dist/old.js": "",
  "node_modules/other/index.js": "",
  ".cache/tool.js": "",
};

for (const base of ["/", "/app/"]) {
  test(`the manifest at ${base} names the project's scripts, and their URLs answer`, async (context) => {
    const { origin, root } = await serveProject(context, project, base);
    const url = `${origin}${base}names.json`;
    const ask = async () => parseManifest(await (await fetch(url)).json(), url);
    const { names, build } = await ask();
    assert.deepEqual([...names.keys()], ["src/my chart.js", "src/route.ts"]);
    const response = await fetch(names.get("src/route.ts"));
    assert.match(response.headers.get("content-type"), /javascript/);
    assert.match(await response.text(), /A route/);
    assert.equal((await fetch(names.get("src/my chart.js"))).status, 200);
    await writeFile(join(root, "src/late.js"), "export default 2;");
    const later = await ask();
    assert.ok(later.names.has("src/late.js"));
    assert.equal(later.build, build); // a new file is no deploy
  });
}
