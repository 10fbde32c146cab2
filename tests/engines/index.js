// Engines other than Chromium, for `node --test`: Playwright cannot drive Debian's builds of them.
import { after, before } from "node:test";
import { serve } from "../../tools/serve.js";
import { findFirefox } from "../../tools/setup/firefox.js";
import { findWebKit } from "../../tools/setup/webkit.js";

/**
 * A page in its own browser.
 *
 * @typedef {object} Page
 * @property {(url: string) => Promise<void>} goto
 * @property {<Args extends any[]>(task: (...args: Args) => any, ...args: Args) => Promise<any>} evaluate
 *   runs it in the page; arguments and result are plain data
 * @property {() => Promise<void>} close
 */

const engines = {
  Firefox: { find: findFirefox, open: async () => (await import("./firefox.js")).openFirefox() },
  WebKit: { find: findWebKit, open: async () => (await import("./webkit.js")).openWebKit() },
};

/**
 * Runs `suite` once for each engine; where the engine is not installed its tests are skipped.
 * The suite gets a page that is opened before its first test, and the server's address.
 *
 * @param {(engine: { name: string, options: { skip: string | false, timeout: number },
 *   page: Page, url: string }) => void} suite `page` and `url` are there once a test runs
 * @param {Parameters<typeof serve>[0]} [site]
 */
export function inEachEngine(suite, site) {
  for (const [name, { find, open }] of Object.entries(engines)) {
    const there = find() !== undefined;
    const options = /** @type {const} */ ({
      skip: there ? false : `no ${name} here`,
      timeout: 120_000,
    });
    const engine = /** @type {any} */ ({ name, options });
    let server;
    if (there) {
      before(async () => {
        server = await serve(site);
        engine.url = server.url;
        engine.page = await open();
      });
      after(async () => {
        await engine.page?.close();
        await server?.close();
      });
    }
    suite(engine);
  }
}
