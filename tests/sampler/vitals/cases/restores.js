// Restores from the back/forward cache.
import assert from "node:assert/strict";

const all = /** @type {const} */ (["CLS", "FCP", "INP", "LCP", "TTFB"]);
const soft = { reportSoftNavs: true };

/** @param {import("../probe.js").Reported} report */
const isSoft = ({ navigationType }) => navigationType === "soft-navigation";

/** @type {import("../probe.js").Case[]} */
export const restoreCases = [
  {
    name: "a restore from the back/forward cache is a page view with ids of its own",
    async run(probe) {
      await probe.open();
      await probe.shift(2);
      await probe.page.click("#slow");
      await probe.settle();
      for (let visits = 0; visits < 2; visits++) {
        await probe.comeBack();
        await probe.page.click("#slow");
        await probe.settle();
      }
      await probe.turn("hidden");
      for (const name of all) {
        await probe.until(name, (_, reports) => new Set(reports.map(({ id }) => id)).size === 3);
        const reports = await probe.reports(name);
        const types = new Map(reports.map(({ id, navigationType }) => [id, navigationType]));
        const restored = "back-forward-cache";
        assert.deepEqual([...types.values()], ["navigate", restored, restored], name);
        for (const id of types.keys()) {
          const [first] = reports.filter((report) => report.id === id);
          assert.equal(first.value, first.delta);
        }
      }
    },
  },
  {
    name: "a page that was hidden at its load is measured when it is restored",
    async run(probe) {
      await probe.page.addInitScript(() => {
        if (!location.pathname.endsWith("page.html")) return;
        Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
      });
      await probe.open();
      await probe.until("TTFB");
      await probe.turn("visible");
      await probe.comeBack();
      const lcp = await probe.until("LCP");
      const fcp = await probe.until("FCP");
      for (const { navigationType, entries, value } of [lcp, fcp]) {
        assert.equal(navigationType, "back-forward-cache");
        assert.deepEqual(entries, []);
        assert.ok(value > 0);
      }
    },
  },
  {
    name: "a soft navigation of a page that was restored",
    async run(probe) {
      await probe.open({ registrations: [soft] });
      await probe.comeBack();
      await probe.until("LCP", ({ navigationType }) => navigationType === "back-forward-cache");
      await probe.go(1);
      await probe.until("FCP", isSoft);
      await probe.until("TTFB", isSoft);
    },
  },
  {
    name: "LCP of a restored page is due to no element",
    async run(probe) {
      await probe.open({ image: true });
      await probe.comeBack();
      const { value, attribution: of } = await probe.until(
        "LCP",
        ({ navigationType }) => navigationType === "back-forward-cache",
      );
      assert.deepEqual(of, {
        ...{ timeToFirstByte: 0, resourceLoadDelay: 0, resourceLoadDuration: 0 },
        elementRenderDelay: value,
      });
    },
  },
];
