import { launch } from "puppeteer-core";
import { findFirefox } from "../../tools/setup/firefox.js";

/**
 * @returns {Promise<import("./index.js").Page>}
 */
export async function openFirefox() {
  const browser = await launch({
    browser: "firefox",
    executablePath: findFirefox(),
    headless: true,
  });
  const page = await browser.newPage();
  return {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (task, ...args) => /** @type {any} */ (page.evaluate(task, ...args)),
    close: () => browser.close(),
  };
}
