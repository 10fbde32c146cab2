// A page with React in its development build, which warns, and apus/react, bundled.
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const root = new URL("../..", import.meta.url).pathname;

/** @type {Promise<Uint8Array> | undefined} */
let bundle;

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: [`${root}tests/react/app/kit.js`],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    define: { "process.env.NODE_ENV": '"development"' },
  });
  return outputFiles[0].contents;
}

/**
 * Opens a page whose `#root` has this content.
 * @param {import("@playwright/test").Page} page @param {string} [content]
 */
export async function open(page, content = "") {
  bundle ??= bundled();
  const script = Buffer.from(await bundle);
  await page.route("**/react/**", async (route) => {
    const name = new URL(route.request().url()).pathname.split("/").pop() ?? "";
    if (name === "kit.js") return route.fulfill({ body: script, contentType: "text/javascript" });
    if (name.endsWith(".wasm")) {
      const body = await readFile(`${root}dist/${name}`);
      return route.fulfill({ body, contentType: "application/wasm" });
    }
    const body = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>React</title>
      <style>body{margin:0} apus-list>[slot=row]{min-height:20px}</style><div id="root">${content}</div></html>`;
    return route.fulfill({ body, contentType: "text/html" });
  });
  await page.goto("/react/");
}

/** Starts the scripts. @param {import("@playwright/test").Page} page */
export async function start(page) {
  await page.addScriptTag({ url: "/react/kit.js", type: "module" });
  await page.waitForFunction(() => window.kit);
}
