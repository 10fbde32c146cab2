// The tests' own server with the /faults/ paths added, in every test.
import { test as base, expect } from "../browser.js";
import { faultServer } from "./fault-server.js";

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

/** A path nobody asked for before. @param {string} spec @param {string} [file] */
export function path(spec, file = "m0.js") {
  return `/faults/${spec}/${process.pid}-${trial++}/${file}`;
}
