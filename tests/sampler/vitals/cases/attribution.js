// What a vital is due to: "Send attribution data", "Attribution", and the options for it.
import assert from "node:assert/strict";

/** @param {number} a @param {number} b */
const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} ${b}`);

/** @type {import("../probe.js").Case[]} */
export const attributionCases = [
  {
    name: "LCP names its element, URL, resource and parts, which add up",
    async run(probe) {
      await probe.open({ image: true });
      await probe.leave();
      const { value, attribution: of, entries } = await probe.until("LCP");
      assert.equal(of.target, "#image");
      assert.match(of.url, /image\.svg$/);
      close(
        of.timeToFirstByte + of.resourceLoadDelay + of.resourceLoadDuration + of.elementRenderDelay,
        value,
      );
      assert.ok(of.resourceLoadDuration >= 300);
      assert.equal(of.lcpResourceEntry.entryType, "resource");
      assert.equal(of.navigationEntry.entryType, "navigation");
      assert.deepEqual(of.lcpEntry, entries[0]);
    },
  },
  {
    name: "LCP of text has no resource",
    async run(probe) {
      await probe.open();
      await probe.until("TTFB");
      await probe.leave();
      const { value, attribution: of } = await probe.until("LCP");
      assert.equal(of.url, undefined);
      assert.equal(of.lcpResourceEntry, undefined);
      assert.deepEqual([of.resourceLoadDelay, of.resourceLoadDuration], [0, 0]);
      close(of.timeToFirstByte + of.elementRenderDelay, value);
      assert.match(of.target, /p$|h1$|#title/);
    },
  },
  {
    name: "LCP of an image with incomplete timing data counts from the start of its load",
    async run(probe) {
      await probe.open({ image: true });
      const start = await probe.page.evaluate(() => {
        const image = /** @type {any} */ (performance.getEntriesByType("resource")).find(
          (/** @type {any} */ { name }) => name.endsWith("image.svg"),
        );
        Object.defineProperty(image, "requestStart", { value: 0 });
        return image.startTime;
      });
      await probe.leave();
      const { value, attribution: of } = await probe.until("LCP");
      close(of.resourceLoadDelay + of.timeToFirstByte, Math.max(of.timeToFirstByte, start));
      close(
        of.timeToFirstByte + of.resourceLoadDelay + of.resourceLoadDuration + of.elementRenderDelay,
        value,
      );
      assert.equal(of.lcpResourceEntry.requestStart, 0);
    },
  },
  {
    name: "LCP of a soft navigation is due to its own element and navigation",
    async run(probe) {
      await probe.open({ registrations: [{ reportSoftNavs: true, reportAllChanges: true }] });
      await probe.go(1);
      const { attribution: of, entries } = await probe.until(
        "LCP",
        ({ navigationType }) => navigationType === "soft-navigation",
      );
      assert.equal(of.navigationEntry.entryType, "soft-navigation");
      assert.equal(of.timeToFirstByte, 0);
      assert.equal(entries[0].element, "H2");
      assert.equal(of.target, "#view>h2");
    },
  },
  {
    name: "LCP keeps the name of an element that was removed",
    async run(probe) {
      await probe.open({ image: true });
      await probe.page.evaluate(() => document.getElementById("image")?.remove());
      await probe.leave();
      assert.equal((await probe.until("LCP")).attribution.target, "#image");
    },
  },
  {
    name: "CLS names its largest shift, with its time, value and source",
    async run(probe) {
      await probe.open();
      await probe.shift(3);
      await probe.turn("hidden");
      const { attribution: of } = await probe.until("CLS");
      assert.match(of.largestShiftTarget, /^(html>body>p|#\w+)$/);
      assert.ok(of.largestShiftTime > 0 && of.largestShiftValue > 0);
      assert.equal(of.largestShiftEntry.entryType, "layout-shift");
      assert.match(of.loadState, /^(complete|dom-content-loaded|dom-interactive|loading)$/);
    },
  },
  {
    name: "CLS without shifts is due to nothing",
    async run(probe) {
      await probe.open({ registrations: [{ reportAllChanges: true }] });
      const { attribution } = await probe.until("CLS", ({ value }) => value === 0);
      assert.deepEqual(attribution, {});
    },
  },
  {
    name: "INP names its element, kind and parts, and the frame's longest script",
    async run(probe) {
      await probe.open({ block: 120 });
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      const { value, attribution: of } = await probe.until("INP");
      assert.equal(of.interactionTarget, "#slow");
      assert.equal(of.interactionType, "pointer");
      close(of.inputDelay + of.processingDuration + of.presentationDelay, value);
      assert.ok(of.processingDuration >= 100);
      close(of.nextPaintTime - of.interactionTime, value);
      assert.ok(of.longAnimationFrameEntries >= 1);
      assert.deepEqual(of.longestScript, ["entry", "intersectingDuration", "subpart"]);
      assert.ok(of.totalScriptDuration >= 100);
      assert.equal(of.loadState, "complete");
    },
  },
  {
    name: "INP tells keys from pointers",
    async run(probe) {
      await probe.open();
      await probe.until("TTFB");
      await probe.page.focus("#slow");
      await probe.page.keyboard.press("Enter");
      await probe.settle();
      await probe.turn("hidden");
      assert.equal((await probe.until("INP")).attribution.interactionType, "keyboard");
    },
  },
  {
    name: "FCP and TTFB have their parts",
    async run(probe) {
      await probe.open();
      const fcp = await probe.until("FCP");
      close(fcp.attribution.timeToFirstByte + fcp.attribution.firstByteToFCP, fcp.value);
      assert.equal(fcp.attribution.fcpEntry.name, "first-contentful-paint");
      const { value, attribution: of } = await probe.until("TTFB");
      close(
        of.waitingDuration +
          of.cacheDuration +
          of.dnsDuration +
          of.connectionDuration +
          of.requestDuration,
        value,
      );
      assert.equal(of.navigationEntry.entryType, "navigation");
    },
  },
  {
    name: "`generateTarget` names the elements, the selector where it returns nothing",
    async run(probe) {
      await probe.open({ registrations: [{ generateTarget: true }], image: true });
      await probe.shift(3);
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      assert.equal((await probe.until("LCP")).attribution.target, "main-image");
      assert.equal((await probe.until("INP")).attribution.interactionTarget, "slow-button");
      const { largestShiftTarget } = (await probe.until("CLS")).attribution;
      assert.match(largestShiftTarget, /^(html>body>p|#\w+|slow-button|main-image)$/);
    },
  },
  {
    name: "each registration has a `generateTarget` of its own",
    async run(probe) {
      await probe.open({ registrations: [{}, { generateTarget: true }], image: true });
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      for (const [registration, image, button] of /** @type {const} */ ([
        [0, "#image", "#slow"],
        [1, "main-image", "slow-button"],
      ])) {
        const own = (/** @type {import("../probe.js").Reported} */ report) =>
          report.registration === registration;
        assert.equal((await probe.until("LCP", own)).attribution.target, image);
        assert.equal((await probe.until("INP", own)).attribution.interactionTarget, button);
      }
    },
  },
  {
    name: "`includeProcessedEventEntries` adds the events of the frame",
    async run(probe) {
      const registrations = [{}, { includeProcessedEventEntries: true }];
      await probe.open({ registrations, block: 120 });
      await probe.page.click("#slow");
      await probe.settle();
      await probe.turn("hidden");
      const counts = [0, 1].map(async (registration) => {
        const report = await probe.until("INP", (each) => each.registration === registration);
        return report.attribution.processedEventEntries;
      });
      const [without, included] = await Promise.all(counts);
      assert.ok(included > without, `${included} ${without}`);
    },
  },
  {
    name: "`resourceBufferSize` finds the image among many resources",
    async run(probe) {
      await probe.open({ registrations: [{ resourceBufferSize: 500 }], image: true });
      await probe.leave();
      assert.match((await probe.until("LCP")).attribution.lcpResourceEntry.name, /image\.svg$/);
    },
  },
];
