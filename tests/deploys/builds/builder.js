// A process of its own that builds the application again and again: builds must not delay the servers.
import { join } from "node:path";
import { ways } from "../ways.js";
import { writeApp } from "./app.js";
import { withEsbuild, withVite, withWebpack } from "./bundlers.js";

/** @type {Record<string, (task: import("./bundlers.js").Task) => Promise<unknown>>} */
const bundlers = { vite: withVite, webpack: withWebpack, esbuild: withEsbuild };

const [, , bundler, name] =
  /** @type {[string, string, "vite" | "webpack" | "esbuild", string]} */ (process.argv);

process.on("message", async (/** @type {number} */ number) => {
  const folder = await writeApp(name, bundler, number, ways.replaceAll("BUILD", String(number)));
  const out = join(folder, "dist");
  await bundlers[bundler]({ folder, out, again: true });
  process.send?.(out);
});
