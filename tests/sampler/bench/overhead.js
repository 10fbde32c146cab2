// Script time of a page with 150 clicks: web-vitals alone with attribution
// next to the sampler with everything on, interleaved, the best of each.

const clicks = 150;

/** Each is bundled by itself, as an application would. */
export const overheadScripts = {
  "web-vitals": `import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";
    for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(() => {}, { reportAllChanges: true });
    ready();`,
  apus: `import { Sampler } from "./js/sampler/index.js";
    Sampler.start().then(ready);`,
  "apus-everything": `import { Sampler } from "./js/sampler/index.js";
    Sampler.start({
      alerts: true, memory: true, frames: true, budgets: { vitals: { LCP: 2000 } },
    }).then(ready);`,
  bare: "ready();",
};

/** @param {string} name of the page */
export function overheadPage(name) {
  return `<!doctype html><title>clicks</title><link rel="icon" href="data:,">
    <button type="button" id="button">0</button><p>Some text to paint.</p>
    <script>
      const button = document.getElementById("button");
      let n = 0;
      button.addEventListener("click", () => {
        button.textContent = String(++n);
      });
      const ready = () => { document.body.dataset.ready = "yes"; };
    </script><script type="module" src="/bench/${name}.js"></script>`;
}

/**
 * @param {import("playwright-core").Browser} browser @param {string} url @param {number} rounds
 * @returns {Promise<Record<string, number>>} ms of script by page, its loading included
 */
export async function benchOverhead(browser, url, rounds) {
  /** @type {Record<string, number>} */
  const best = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(overheadScripts)) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Performance.enable");
      await page.goto(`${url}/bench/overhead?page=${encodeURIComponent(name)}`);
      await page.waitForSelector("[data-ready]");
      for (let i = 0; i < clicks; i++) await page.mouse.click(20, 20);
      // Idle callbacks and the last batch belong to the cost.
      await page.waitForTimeout(1500);
      const { metrics } = await session.send("Performance.getMetrics");
      const ms = 1000 * (metrics.find((metric) => metric.name === "ScriptDuration")?.value ?? 0);
      best[name] = Math.min(best[name] ?? Infinity, ms);
      await context.close();
    }
  }
  return best;
}
