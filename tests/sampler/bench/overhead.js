// Script time of a page with 150 clicks: web-vitals alone with attribution
// beside the sampler with everything on, interleaved, the best of each.

const clicks = 150;

const pages = {
  "web-vitals": `import { onCLS, onFCP, onINP, onLCP, onTTFB } from
      "/node_modules/web-vitals/dist/web-vitals.attribution.js";
    for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(() => {}, { reportAllChanges: true });
    ready();`,
  apus: `import { Sampler } from "/apus/index.js";
    await Sampler.start({ alerts: true, exemplars: 4, memory: true, budgets: { vitals: { LCP: 2000 } } });
    ready();`,
  "apus + frames": `import { Sampler } from "/apus/index.js";
    await Sampler.start({ alerts: true, exemplars: 4, memory: true, frames: true });
    ready();`,
  bare: "ready();",
};

/** @param {string} name of the page */
export function overheadPage(name) {
  const script = pages[/** @type {keyof typeof pages} */ (name)];
  return `<!doctype html><title>clicks</title><link rel="icon" href="data:,">
    <button type="button" id="button">0</button><p>Some text to paint.</p>
    <script>
      const button = document.getElementById("button");
      let n = 0;
      button.addEventListener("click", () => {
        button.textContent = String(++n);
        const end = performance.now() + 4;
        while (performance.now() < end);
      });
      const ready = () => { document.body.dataset.ready = "yes"; };
    </script><script type="module">${script}</script>`;
}

/**
 * @param {import("playwright-core").Browser} browser @param {string} url @param {number} rounds
 * @returns {Promise<Record<string, number>>} ms of script by page, the bare page's taken off
 */
export async function benchOverhead(browser, url, rounds) {
  /** @type {Record<string, number>} */
  const best = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(pages)) {
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
  const bare = best.bare;
  return Object.fromEntries(
    Object.entries(best).map(([name, ms]) => [name, name === "bare" ? ms : ms - bare]),
  );
}
