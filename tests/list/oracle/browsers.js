// Browsers for the oracle, and what it asks of their pages.
import { chromium } from "@playwright/test";
import { launch } from "puppeteer-core";
import { findChromium } from "../../../tools/setup/chromium.js";
import { findFirefox } from "../../../tools/setup/firefox.js";

/** @typedef {import("./run.js").Hands} Hands */
/**
 * @typedef {object} Browser
 * @property {(ratio?: number) => Promise<Hands & { close: () => Promise<void> }>} open a page with that
 *   many device pixels a CSS pixel
 * @property {() => Promise<void>} close
 */

export const viewport = { width: 1000, height: 700 };

/** @type {Record<string, () => Promise<Browser>>} */
export const browsers = {
  async chromium() {
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: ["--no-sandbox"],
    });
    return {
      async open(deviceScaleFactor = 1) {
        const context = await browser.newContext({ viewport, deviceScaleFactor });
        return { ...handsOf(await context.newPage()), close: () => context.close() };
      },
      close: () => browser.close(),
    };
  },
  // Playwright cannot drive Debian's Firefox.
  async firefox() {
    const executablePath = findFirefox();
    if (!executablePath) throw new Error("no Firefox here");
    const browser = await launch({ browser: "firefox", executablePath, headless: true });
    return {
      async open(deviceScaleFactor = 1) {
        const page = await browser.newPage();
        await page.setViewport({ ...viewport, deviceScaleFactor });
        return {
          goto: (url) => page.goto(url),
          evaluate: (task, ...args) => page.evaluate(task, ...args),
          point: (x, y) => page.mouse.move(x, y),
          wheel: (deltaX, deltaY) => page.mouse.wheel({ deltaX, deltaY }),
          press: (key) => page.keyboard.press(/** @type {any} */ (key)),
          close: () => page.close(),
        };
      },
      close: () => browser.close(),
    };
  },
};

/** @param {import("@playwright/test").Page} page @returns {Hands} */
export function handsOf(page) {
  return {
    goto: (url) => page.goto(url),
    evaluate: (task, ...args) => page.evaluate(`(${task})(...${JSON.stringify(args)})`),
    point: (x, y) => page.mouse.move(x, y),
    wheel: (dx, dy) => page.mouse.wheel(dx, dy),
    press: (key) => page.keyboard.press(key),
  };
}
