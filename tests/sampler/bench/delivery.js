// How many batches reach a collector when a page is left, closed or crashes.

/** @typedef {{ url: string, arrived: Set<number> }} Site */

let visit = 0;

/**
 * @param {import("playwright-core").Browser} browser @param {Site} site
 * @param {(page: import("playwright-core").Page) => Promise<unknown>} leave
 * @param {number} rounds
 * @returns {Promise<number>} percent of the visits that arrived
 */
async function share(browser, site, leave, rounds) {
  const visits = [];
  for (let round = 0; round < rounds; round++) {
    const n = ++visit;
    visits.push(n);
    const page = await browser.newPage();
    await page.goto(`${site.url}/tests/sampler/pages/send.html?n=${n}`);
    await page.waitForFunction(() => "sampler" in globalThis);
    // The value is tracked after the start; the sampler pulses once a second.
    await page.waitForTimeout(1200);
    await leave(page);
    await page.close().catch(() => {});
  }
  for (let wait = 0; wait < 50 && !visits.every((n) => site.arrived.has(n)); wait++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return (100 * visits.filter((n) => site.arrived.has(n)).length) / rounds;
}

/** @param {import("playwright-core").Browser} browser @param {Site} site @param {number} rounds */
export function benchCrash(browser, site, rounds) {
  return share(
    browser,
    site,
    async (page) => {
      const crashed = page.waitForEvent("crash");
      page.goto("chrome://crash").catch(() => {});
      await crashed;
    },
    rounds,
  );
}

/** @param {import("playwright-core").Browser} browser @param {Site} site @param {number} rounds */
export async function benchLeave(browser, site, rounds) {
  const half = Math.ceil(rounds / 2);
  const navigated = await share(browser, site, (page) => page.goto("about:blank"), half);
  const closed = await share(browser, site, (page) => page.close({ runBeforeUnload: true }), half);
  return (navigated + closed) / 2;
}

/**
 * @param {import("playwright-core").Browser} browser @param {string} url @param {number} seconds
 * @returns {Promise<number>} ms of the longest task with the dashboard shown at 10,000 entries a second
 */
export async function benchDashboard(browser, url, seconds) {
  const page = await browser.newPage();
  await page.goto(`${url}/tests/sampler/pages/dashboard.html`);
  await page.waitForFunction(() =>
    document.querySelector("apus-sampler")?.shadowRoot?.querySelector("[role=tab]"),
  );
  const longest = await page.evaluate(async (seconds) => {
    const tabs = /** @type {NodeListOf<HTMLElement>} */ (
      document.querySelector("apus-sampler")?.shadowRoot?.querySelectorAll("[role=tab]")
    );
    let longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    }).observe({ type: "longtask" });
    const end = performance.now() + seconds * 1000;
    let fed = 0;
    const start = performance.now();
    for (let tab = 0; performance.now() < end; ) {
      const due = (performance.now() - start) * 10;
      for (let i = 0; fed < due && i < 300; fed++, i++) {
        performance.measure(`work ${fed % 20}`, { start: 0, duration: fed % 977 });
      }
      performance.clearMeasures();
      if (Math.floor((performance.now() - start) / 1000) > tab) tabs[++tab % tabs.length].click();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return { longest, rate: fed / seconds };
  }, seconds);
  await page.close();
  console.log(`dashboard fed at ${Math.round(longest.rate)} entries a second`);
  // The browser reports tasks of 50 ms and more.
  return longest.longest;
}
