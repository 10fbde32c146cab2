// Measurements that an engine lacks are absent, and nothing throws.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { inEachEngine } from "../engines/index.js";

/** @type {any[]} the collector's batches */
const batches = [];
const site = {
  /** @param {any} request @param {any} response @param {URL} url */
  async handle(request, response, { pathname }) {
    if (pathname !== "/batches") return false;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const gzip = request.headers["content-encoding"] === "gzip";
    batches.push({ gzip, ...JSON.parse(String(gzip ? gunzipSync(raw) : raw)) });
    response.writeHead(204).end();
    return true;
  },
};

inEachEngine((engine) => {
  const { name, options } = engine;
  const open = (/** @type {string} */ page) =>
    engine.page.goto(`${engine.url}/tests/sampler/pages/${page}.html`);
  const problems = () => engine.page.evaluate(() => globalThis.problems);

  test(`${name}: every source works or is absent`, options, async () => {
    await open("engines");
    const seen = await engine.page.evaluate(async () => {
      const { Sampler } = await import("/apus/index.js");
      const sampler = await Sampler.start({
        alerts: [{ metric: "late", stat: "p95", above: 50 }, "LCP", "INP", "CLS"],
        budgets: { vitals: { LCP: 2000 }, timings: { late: { p95: 50 } } },
        frames: true,
        strict: true,
      });
      const alerted = new Promise((resolve) => sampler.on("alert", resolve));
      sampler.mark("begun");
      sampler.measure("between", "begun");
      sampler.time("filter");
      sampler.timeEnd("filter");
      sampler.track("late", 100, { kind: "slow" });
      sampler.track("late", 100);
      await sampler.trackExecution("fetch", () => fetch("/tests/pages/blank.html"));
      setTimeout(() => {
        throw new Error("on purpose");
      });
      Promise.reject(new TypeError("by design"));
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      await alerted;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const report = JSON.parse(JSON.stringify(sampler.report({ window: "1m" })));
      const supported = PerformanceObserver.supportedEntryTypes;
      sampler.dispose();
      return { report, supported };
    });
    const { report, supported } = seen;
    const names = new Set(report.series.map((/** @type {any} */ series) => series.name));
    for (const own of ["between", "filter", "fetch", "errors", "lifecycle", "frame", "resource"])
      assert.ok(names.has(own), own);
    for (const [type, series] of Object.entries({
      "layout-shift": "layout-shift",
      "long-animation-frame": "long-frame",
      longtask: "long-task",
      element: "element",
      "visibility-state": "visibility",
    }))
      if (!supported.includes(type)) assert.ok(!names.has(series), series);
    const vitals = report.vitals.map((/** @type {any} */ vital) => vital.name);
    if (supported.includes("paint")) assert.ok(vitals.includes("FCP"), String(vitals));
    if (!supported.includes("layout-shift")) assert.ok(!vitals.includes("CLS"));
    assert.deepEqual(
      report.errors.map((/** @type {any} */ error) => [error.kind, error.name]).sort(),
      [
        ["error", "Error"],
        ["rejection", "TypeError"],
      ],
    );
    assert.ok(report.lifecycle.some((/** @type {any} */ { state }) => state === "restored"));
    for (const { name, min } of report.series) assert.ok(min >= 0, `${name} ${min}`);
    assert.equal(report.connection, undefined);
    assert.ok(!names.has("memory.bytes"));
    assert.deepEqual(report.losses, { rejected: 0, dropped: 0, full: 0 });
    const unexpected = (await problems()).filter(
      (/** @type {string} */ text) => !/on purpose|by design/.test(text),
    );
    assert.deepEqual(unexpected, []);
  });

  test(`${name}: batches arrive, the last one when the visitor leaves`, options, async () => {
    batches.length = 0;
    await open("send");
    await engine.page.evaluate(async () => {
      while (!("sampler" in globalThis)) await new Promise((resolve) => setTimeout(resolve, 10));
      await globalThis.sampler.flush();
      globalThis.sampler.track("last", 7);
    });
    assert.equal(batches.length, 1);
    assert.equal(
      batches[0].series.find((/** @type {any} */ each) => each.name === "visits").histogram.max,
      1,
    );
    await open("engines");
    while (batches.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const last = batches[1].series.find((/** @type {any} */ each) => each.name === "last");
    assert.equal(last.histogram.max, 7);
    assert.equal(batches[0].visit, batches[1].visit);
  });

  test(`${name}: the dashboard shows every tab`, options, async () => {
    await open("engines");
    const texts = await engine.page.evaluate(async () => {
      await import("/apus/define/sampler.js");
      const element = document.createElement("apus-sampler");
      element.dashboard = true;
      document.body.append(element);
      const root = () => element.shadowRoot;
      const until = async (condition) => {
        while (!condition()) await new Promise(requestAnimationFrame);
      };
      await until(() => root()?.querySelector("[role=tab]"));
      const texts = [];
      for (const tab of root().querySelectorAll("[role=tab]")) {
        tab.click();
        const panel = root().querySelector("[role=tabpanel]");
        await until(() => panel.querySelector("td, canvas, th[scope=row]"));
        texts.push(`${tab.textContent}: ${panel.textContent.trim().length > 0}`);
      }
      return texts;
    });
    assert.deepEqual(texts, [
      "Timings: true",
      "Over time: true",
      "Network: true",
      "Long frames: true",
      "Health: true",
      "Alerts: true",
    ]);
    assert.deepEqual(await problems(), []);
  });
}, site);
