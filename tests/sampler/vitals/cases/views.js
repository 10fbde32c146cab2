// Page views: "Report metrics for soft navigations", types of navigation.
import assert from "node:assert/strict";

const all = /** @type {const} */ (["CLS", "FCP", "INP", "LCP", "TTFB"]);
const soft = { reportSoftNavs: true };

/** @param {import("../probe.js").Reported} report */
const isSoft = ({ navigationType }) => navigationType === "soft-navigation";

/** @type {import("../probe.js").Case[]} */
export const viewCases = [
  {
    name: "a soft navigation is a page view of its own: TTFB 0, FCP, LCP, INP and CLS from 0",
    async run(probe) {
      await probe.open({ registrations: [soft] });
      await probe.until("TTFB");
      await probe.shift(2);
      const before = probe.page.url();
      await probe.go(1);
      const after = probe.page.url();
      await probe.page.waitForTimeout(600); // shifts right after an input do not count
      await probe.shift(4);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      for (const name of all) {
        const report = await probe.until(name, isSoft);
        const first = await probe.until(name, (each) => !isSoft(each));
        assert.equal(report.navigationURL, after);
        assert.equal(first.navigationURL, before);
        assert.notEqual(report.id, first.id);
        assert.ok(report.navigationStartTime > 0 && first.navigationStartTime === 0);
      }
      assert.equal((await probe.until("TTFB", isSoft)).value, 0);
      assert.ok((await probe.until("INP", isSoft)).value >= 64);
    },
  },
  {
    name: "the first soft navigation makes the vitals of the load final",
    async run(probe) {
      await probe.open({ registrations: [soft] });
      await probe.until("TTFB");
      await probe.shift(2);
      await probe.go(1);
      for (const name of ["CLS", "INP", "LCP"]) {
        const { visibility, navigationType } = await probe.until(name);
        assert.deepEqual([visibility, navigationType], ["visible", "navigate"]);
      }
    },
  },
  {
    name: "several soft navigations have ids and URLs of their own",
    async run(probe) {
      await probe.open({ registrations: [{ ...soft, reportAllChanges: true }] });
      for (let view = 1; view <= 3; view++) {
        await probe.go(view);
        await probe.until("LCP", ({ navigationURL }) => navigationURL.endsWith(`?view=${view}`));
      }
      for (const name of ["FCP", "LCP", "TTFB"]) {
        const views = (await probe.reports(name)).filter(isSoft);
        assert.equal(new Set(views.map(({ id }) => id)).size, 3, name);
        assert.equal(new Set(views.map(({ navigationURL }) => navigationURL)).size, 3, name);
      }
    },
  },
  {
    name: "without `reportSoftNavs` a soft navigation is no page view",
    async run(probe) {
      await probe.open();
      await probe.until("TTFB");
      await probe.go(1);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      for (const name of all) {
        await probe.until(name);
        const ids = new Set((await probe.reports(name)).map(({ id }) => id));
        assert.equal(ids.size, 1, name);
      }
      assert.ok(!(await probe.reports()).some(isSoft));
    },
  },
  {
    name: "two registrations measure with soft navigations and without",
    async run(probe) {
      await probe.open({ registrations: [{}, soft] });
      await probe.until("TTFB");
      await probe.go(1);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      for (const name of all) {
        await probe.until(name, ({ registration }) => registration === 0);
        await probe.until(name, (report) => report.registration === 1 && isSoft(report));
      }
      const plain = (await probe.reports()).filter(({ registration }) => registration === 0);
      assert.ok(!plain.some(isSoft));
    },
  },
  {
    name: "a reload, a step back and a discarded page are told apart",
    async run(probe) {
      await probe.open();
      await probe.until("TTFB", ({ navigationType }) => navigationType === "navigate");
      await probe.page.reload();
      await probe.until("TTFB", ({ navigationType }) => navigationType === "reload");
      // A page that holds a lock is not kept in the back/forward cache.
      await probe.page.evaluate(() => {
        navigator.locks.request("held", () => new Promise(() => {}));
        addEventListener("unload", () => {});
      });
      await probe.leave();
      await probe.page.goBack();
      await probe.until("TTFB", ({ navigationType }) => navigationType === "back-forward");
      await probe.page.addInitScript(() => {
        Object.defineProperty(document, "wasDiscarded", { value: true });
      });
      await probe.page.reload();
      await probe.until("TTFB", ({ navigationType }) => navigationType === "restore");
    },
  },
  {
    name: "a prerendered page counts from its activation",
    async run(probe) {
      await probe.page.addInitScript(() => {
        let prerendering = true;
        Object.defineProperty(document, "prerendering", { get: () => prerendering });
        Object.assign(globalThis, {
          activate() {
            prerendering = false;
            document.dispatchEvent(new Event("prerenderingchange", { bubbles: true }));
          },
        });
      });
      await probe.open();
      await probe.settle();
      assert.deepEqual(await probe.reports(), []);
      await probe.page.evaluate(() => /** @type {any} */ (globalThis).activate());
      await probe.until("FCP");
      const { navigationType } = await probe.until("TTFB");
      assert.equal(navigationType, "prerender");
    },
  },
];
