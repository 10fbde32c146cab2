// Loaded after the entries came: "Install and load the library".
import assert from "node:assert/strict";

/** @type {import("../probe.js").Case[]} */
export const lateCases = [
  {
    name: "loaded late, every vital of before is reported",
    async run(probe) {
      await probe.open({ late: true, block: 150, image: true });
      await probe.shift(4);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.load();
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      for (const name of ["CLS", "FCP", "INP", "LCP", "TTFB"]) await probe.until(name);
      const [lcp] = await probe.reports("LCP");
      assert.equal(lcp.entries[0].element, "IMG");
      assert.ok(lcp.value > 400);
      assert.ok((await probe.reports("CLS"))[0].value > 0);
      assert.ok((await probe.reports("INP"))[0].value >= 100);
    },
  },
  {
    name: "loaded late with `reportAllChanges`, each candidate of LCP is reported",
    async run(probe) {
      await probe.open({ late: true, image: true, registrations: [{ reportAllChanges: true }] });
      await probe.load();
      await probe.until("LCP", ({ entries }) => entries[0]?.element === "IMG");
      const reports = await probe.reports("LCP");
      assert.ok(reports.length >= 2, String(reports.length));
      const [first, last] = [reports[0], reports[reports.length - 1]];
      assert.equal(first.value, first.delta);
      assert.ok(last.value > 400 && last.delta < last.value);
      assert.equal(first.id, last.id);
    },
  },
  ...[false, true].map((reportAllChanges) => ({
    name: `hidden before all has loaded, CLS is reported; reportAllChanges: ${reportAllChanges}`,
    /** @param {import("../probe.js").Probe} probe */
    async run(probe) {
      // Of the sampler alone.
      await probe.page.route("**/apus-sampler.wasm", async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        await route.continue();
      });
      await probe.open({ late: true, registrations: [{ reportAllChanges }] });
      await probe.shift(3);
      await probe.page.evaluate(() => {
        /** @type {any} */ (globalThis).load();
      });
      await probe.page.waitForFunction(() => "starting" in globalThis);
      await probe.settle();
      await probe.turn("hidden");
      const { value, entries } = await probe.until("CLS", (report) => report.value > 0);
      assert.ok(value > 0 && entries.length > 0);
      await probe.until("FCP");
    },
  })),
  {
    name: "hidden and shown before it was loaded, the page counts as the browser saw it",
    async run(probe) {
      await probe.page.addInitScript(() => {
        const real = performance.getEntriesByType.bind(performance);
        performance.getEntriesByType = (type) =>
          type === "visibility-state"
            ? /** @type {any} */ ([{ name: "hidden", startTime: 1 }])
            : real(type);
      });
      await probe.open({ late: true });
      await probe.load();
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      await probe.until("INP");
      const names = (await probe.reports()).map(({ name }) => name);
      assert.ok(!names.includes("LCP") && !names.includes("FCP"), String(names));
    },
  },
  {
    name: "loaded late, soft navigations of before count",
    async run(probe) {
      await probe.open({ late: true, registrations: [{ reportSoftNavs: true }] });
      await probe.shift(3);
      await probe.go(1);
      await probe.load();
      await probe.until("FCP", ({ navigationType }) => navigationType === "soft-navigation");
      await probe.page.click("#quick"); // ends LCP
      await probe.until("LCP", ({ navigationType }) => navigationType === "soft-navigation");
      const first = await probe.until("CLS");
      assert.equal(first.navigationType, "navigate");
      assert.ok(first.value > 0);
    },
  },
];
