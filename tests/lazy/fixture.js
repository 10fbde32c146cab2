// The tests' server, with the /faults/ paths added.
import { createHash } from "node:crypto";
import { test as base, expect } from "../browser.js";
import { faultServer, graph } from "./fault-server.js";

export { expect };

export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await faultServer();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
});

let trial = 0;

/** A path that was never requested before. @param {string} spec @param {string} [file] */
export function path(spec, file = "m0.js") {
  return `/faults/${spec}/${process.pid}-${trial++}/${file}`;
}

/**
 * A manifest of the graph of nine modules, with the hash of each, as the file `sealed.json`.
 * @param {{ url: string, extra: object }} server
 */
export async function seal(server) {
  /** @type {Record<string, object>} */
  const files = {};
  for (const [file, imports] of Object.entries(graph)) {
    const body = await (await fetch(`${server.url}${path("ok", file)}`)).text();
    const integrity = `sha384-${createHash("sha384").update(body).digest("base64")}`;
    files[file] = { imports, integrity };
  }
  const body = JSON.stringify({ apus: 1, build: "1", files });
  server.extra["sealed.json"] = { type: "application/json", body };
}

/**
 * Loads such graphs through a bad network.
 * @returns {Promise<[sizes: number[], instances: number, different: number]>} of `trials` graphs
 */
export async function loadSealed(page, server, spec, trials) {
  await seal(server);
  const folders = Array.from({ length: trials }, () => path(spec, ""));
  return page.evaluate(async (folders) => {
    const { lazy } = await import("/apus/index.js");
    const sizes = [];
    for (const folder of folders) {
      const options = { manifest: `${folder}sealed.json`, timeout: 1000, budget: 60_000 };
      sizes.push(await lazy(`${folder}m0.js`, options).then(({ size }) => size, String));
    }
    const { instances } = globalThis;
    return [sizes, instances.length, new Set(instances).size];
  }, folders);
}
