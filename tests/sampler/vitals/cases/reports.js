// When vitals are reported, and what a report says: "Basic usage", "Report the value on every
// change", "Report only the delta of changes", "Batch multiple reports together", "Metric".
import assert from "node:assert/strict";

/** @typedef {import("../probe.js").Reported} Reported */

/** @param {Reported[]} reports */
const names = (reports) => [...new Set(reports.map(({ name }) => name))].sort();

/** Deltas of one vital add up to its value. @param {Reported[]} reports */
function assertSums(reports) {
  let sum = 0;
  for (const { id, value, delta } of reports) {
    assert.equal(id, reports[0].id);
    sum += delta;
    assert.ok(Math.abs(sum - value) < 1e-9, `${sum} ${value}`);
  }
  assert.equal(reports[0].value, reports[0].delta);
}

/** @type {import("../probe.js").Case[]} */
export const reportCases = [
  {
    name: "FCP and TTFB are reported as soon as they are known, each once",
    async run(probe) {
      await probe.open();
      await probe.until("FCP");
      await probe.until("TTFB");
      await probe.turn("hidden");
      await probe.settle();
      for (const name of ["FCP", "TTFB"]) assert.equal((await probe.reports(name)).length, 1);
    },
  },
  {
    name: "LCP, CLS and INP are reported when they are final, not before",
    async run(probe) {
      await probe.open();
      await probe.until("TTFB");
      await probe.shift(3);
      assert.deepEqual(names(await probe.reports()), ["FCP", "TTFB"]);
      await probe.page.click("#slow");
      await probe.until("LCP");
      await probe.settle();
      assert.deepEqual(names(await probe.reports()), ["FCP", "LCP", "TTFB"]);
      await probe.turn("hidden");
      await probe.until("CLS");
      await probe.until("INP");
    },
  },
  {
    name: "without an interaction there is no INP",
    async run(probe) {
      await probe.open();
      await probe.until("TTFB");
      await probe.leave();
      await probe.until("CLS");
      await probe.until("LCP");
      assert.equal((await probe.reports("INP")).length, 0);
    },
  },
  {
    name: "a page that was loaded in the background has no CLS, FCP and LCP",
    async run(probe) {
      await probe.page.addInitScript(() => {
        Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
      });
      await probe.open();
      await probe.until("TTFB");
      await probe.turn("visible");
      await probe.shift(2);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      await probe.until("INP");
      assert.deepEqual(names(await probe.reports()), ["INP", "TTFB"]);
    },
  },
  {
    name: "a page that was hidden before its first paint has no FCP and LCP",
    async run(probe) {
      await probe.page.addInitScript(() => {
        const real = performance.getEntriesByType.bind(performance);
        performance.getEntriesByType = (type) =>
          type === "visibility-state"
            ? /** @type {any} */ ([{ name: "hidden", startTime: 1 }])
            : real(type);
      });
      await probe.open();
      await probe.until("TTFB");
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      await probe.until("INP");
      assert.deepEqual(names(await probe.reports()), ["INP", "TTFB"]);
    },
  },
  {
    name: "CLS and INP are reported each time that the page is hidden, if they have changed",
    async run(probe) {
      await probe.open();
      await probe.until("TTFB");
      await probe.shift(2);
      await probe.page.click("#quick");
      await probe.settle();
      await probe.turn("hidden");
      const first = [await probe.until("CLS"), await probe.until("INP")];
      await probe.turn("visible");
      await probe.turn("hidden");
      await probe.settle();
      assert.equal((await probe.reports("CLS")).length, 1); // no change
      await probe.turn("visible");
      await probe.page.waitForTimeout(600); // shifts right after an input do not count
      await probe.shift(6);
      await probe.page.evaluate((ms) => {
        /** @type {any} */ (globalThis).block = ms;
      }, first[1].value + 100);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      for (const { name, id, value } of first) {
        await probe.until(name, (report) => report.value > value && report.id === id);
        assertSums(await probe.reports(name));
      }
    },
  },
  {
    name: "`reportAllChanges` reports each change of CLS",
    async run(probe) {
      await probe.open({ registrations: [{ reportAllChanges: true }] });
      await probe.until("CLS", ({ value }) => value === 0);
      await probe.shift(4);
      const reports = await probe.reports("CLS");
      assert.ok(reports.length >= 4, String(reports.length));
      assert.ok(reports.every(({ visibility }) => visibility === "visible"));
      assertSums(reports);
    },
  },
  {
    name: "`reportAllChanges` does not report what leaves CLS as it is",
    async run(probe) {
      await probe.open({ registrations: [{ reportAllChanges: true }] });
      await probe.shift(6, 0);
      const before = await probe.until("CLS", ({ value }, all) => value === all.at(-1)?.value);
      await probe.page.waitForTimeout(1100); // ends the session window
      await probe.shift(1, 0); // less than the largest window
      const reports = await probe.reports("CLS");
      assert.equal(reports.at(-1)?.id, before.id);
      assert.ok(reports.every(({ delta }, at) => at === 0 || delta > 0));
      assertSums(reports);
    },
  },
  {
    name: "`reportAllChanges` reports LCP candidates and INP as they come",
    async run(probe) {
      await probe.open({ registrations: [{ reportAllChanges: true }], image: true });
      await probe.until("LCP", ({ entries }) => entries[0]?.element === "IMG");
      const reports = await probe.reports("LCP");
      assert.ok(reports.length >= 2);
      assertSums(reports);
      await probe.page.click("#slow");
      await probe.until("INP", ({ visibility }) => visibility === "visible");
    },
  },
  {
    name: "the final values are the same with and without `reportAllChanges`",
    async run(probe) {
      await probe.open({ registrations: [{}, { reportAllChanges: true }], image: true });
      await probe.shift(5);
      for (let i = 0; i < 3; i++) await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      for (const name of ["CLS", "FCP", "INP", "LCP", "TTFB"]) {
        const { value, id } = await probe.until(name, ({ registration }) => registration === 0);
        const all = (await probe.reports(name)).filter(({ registration }) => registration === 1);
        assert.equal(all.at(-1)?.value, value, name);
        assert.notEqual(all[0].id, id);
        assertSums(all);
      }
    },
  },
  {
    name: "reports are there when the page's own listener hears that it is hidden",
    async run(probe) {
      await probe.open();
      await probe.until("TTFB");
      await probe.shift(2);
      await probe.page.evaluate(() => {
        document.addEventListener("visibilitychange", () => {
          const reports = /** @type {any} */ (globalThis).reports;
          Object.assign(globalThis, {
            batch: reports.map((/** @type {any} */ { name }) => name).sort(),
          });
        });
      });
      await probe.turn("hidden");
      const batch = await probe.page.evaluate(() => /** @type {any} */ (globalThis).batch);
      assert.deepEqual(batch, ["CLS", "FCP", "TTFB"]);
    },
  },
  {
    name: "leaving the page reports what is final",
    async run(probe) {
      await probe.open({ image: true });
      await probe.shift(2);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.leave();
      assert.deepEqual(names(await probe.reports()), ["CLS", "FCP", "INP", "LCP", "TTFB"]);
    },
  },
  {
    name: "a report has an id of its own, a rating, a type of navigation, a URL and entries",
    async run(probe) {
      await probe.open();
      await probe.shift(2);
      await probe.page.click("#slow");
      await probe.settle();
      const url = probe.page.url();
      await probe.turn("hidden");
      /** @type {Record<string, RegExp>} */
      const entryTypes = {
        CLS: /^layout-shift$/,
        FCP: /^paint$/,
        INP: /^(event|first-input)$/,
        LCP: /^largest-contentful-paint$/,
        TTFB: /^navigation$/,
      };
      const ids = new Set();
      for (const [name, types] of Object.entries(entryTypes)) {
        const report = await probe.until(name);
        ids.add(report.id);
        assert.match(report.id, /^v6-\d+-\d+$/);
        assert.match(report.rating, /^(good|needs-improvement|poor)$/);
        assert.equal(report.navigationType, "navigate");
        assert.equal(report.navigationURL, url);
        assert.ok(report.entries.length > 0);
        for (const { entryType } of report.entries) assert.match(entryType, types);
      }
      assert.equal(ids.size, 5);
    },
  },
  {
    name: "ratings follow the thresholds",
    async run(probe) {
      await probe.page.route("**/vitals/page.html*", async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 900));
        await route.continue();
      });
      await probe.open({ block: 600 });
      assert.equal((await probe.until("TTFB")).rating, "needs-improvement");
      for (let i = 0; i < 4; i++) await probe.shift(3);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      assert.equal((await probe.until("INP")).rating, "poor");
      const { value, rating } = await probe.until("CLS");
      assert.equal(rating, value > 0.25 ? "poor" : value > 0.1 ? "needs-improvement" : "good");
    },
  },
  {
    name: "TTFB comes after the load, with the entry from which the request's time follows",
    async run(probe) {
      await probe.open({ image: true });
      const { value, entries } = await probe.until("TTFB");
      const { requestStart } = /** @type {any} */ (entries[0]);
      assert.ok(requestStart >= 0 && value >= requestStart);
      const loaded = await probe.page.evaluate(
        () => /** @type {any} */ (performance.getEntriesByType("navigation")[0]).loadEventEnd,
      );
      assert.ok(loaded > 400); // the image
    },
  },
  {
    name: "`durationThreshold` leaves out quicker events, but never the first input",
    async run(probe) {
      const registrations = [{ durationThreshold: 20_000 }, {}]; // slower than any machine
      await probe.open({ registrations, block: 120 });
      await probe.page.click("#quick");
      await probe.settle();
      for (let i = 0; i < 2; i++) await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      const first = await probe.until("INP", ({ registration }) => registration === 0);
      const usual = await probe.until("INP", ({ registration }) => registration === 1);
      assert.ok(usual.value >= 120 && first.value <= usual.value, `${first.value} ${usual.value}`);
      assert.ok(first.entries.every(({ entryType }) => entryType === "first-input"));
    },
  },
];
