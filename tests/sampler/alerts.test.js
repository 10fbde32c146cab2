// Alerts under a simulated clock.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Sampler } from "apus";
import { loadWasm } from "../../js/core/wasm.js";
import { Alerts } from "../../js/sampler/alerts/alerts.js";
import { parseBudgets } from "../../js/sampler/alerts/budgets.js";
import { parseChannels } from "../../js/sampler/alerts/channels.js";
import { Numbers } from "../../js/sampler/alerts/numbers.js";
import { parseRules } from "../../js/sampler/alerts/rules.js";
import { Histograms } from "../../js/sampler/histograms.js";
import { serve } from "../../tools/serve.js";

/** @param {unknown} rules */
function watch(rules) {
  /** @type {{ value: number, count: number } | undefined} */
  let answer;
  /** @type {string[]} */
  const heard = [];
  const alerts = new Alerts(parseRules(rules), { read: () => answer }, ({ state, at }) => {
    heard.push(`${state} ${at}`);
  });
  return {
    heard,
    alerts,
    /** @param {number} now @param {number} value @param {number} [count] */
    at(now, value, count = 100) {
      answer = { value, count };
      alerts.evaluate(now);
    },
    /** @param {number} now */
    emptyAt(now) {
      answer = undefined;
      alerts.evaluate(now);
    },
  };
}

test("fires once when the threshold is crossed and ends at the clear value", () => {
  const { heard, alerts, at } = watch([{ metric: "api", above: 100, clear: 80, cooldown: 0 }]);
  at(1, 99);
  at(2, 100);
  assert.deepEqual(heard, []);
  at(3, 101);
  at(4, 200);
  at(5, 90); // below the threshold, above clear
  assert.deepEqual(heard, ["firing 3"]);
  assert.deepEqual(alerts.firing, ["api p95 above 100"]);
  at(6, 80);
  assert.deepEqual(heard, ["firing 3", "resolved 6"]);
  at(7, 101);
  assert.equal(heard.length, 3);
});

test("does not fire again during its cooldown", () => {
  const { heard, at } = watch([{ metric: "api", above: 100, cooldown: 60_000 }]);
  at(1000, 150);
  at(2000, 10);
  at(3000, 150);
  at(60_999, 150);
  assert.deepEqual(heard, ["firing 1000", "resolved 2000"]);
  at(61_000, 150);
  assert.deepEqual(heard, ["firing 1000", "resolved 2000", "firing 61000"]);
});

test("waits for enough values, and ends when its window is empty", () => {
  const { heard, at, emptyAt } = watch([{ metric: "api", above: 100, minCount: 10 }]);
  at(1, 500, 9);
  assert.deepEqual(heard, []);
  at(2, 500, 10);
  emptyAt(3);
  assert.deepEqual(heard, ["firing 2", "resolved 3"]);
  emptyAt(70_000);
  at(70_001, 500, 9);
  assert.equal(heard.length, 2);
});

test("watches for values that fall", () => {
  const { heard, at } = watch([{ metric: "hits", stat: "mean", below: 0.8, cooldown: 0 }]);
  at(1, 0.9);
  at(2, 0.7);
  at(3, 0.85); // not yet 10% above
  at(4, 0.89);
  assert.deepEqual(heard, ["firing 2", "resolved 4"]);
});

test("default names are unique, and say what tells rules apart", () => {
  const rules = [
    ...[undefined, { route: "/a" }, { route: "/b" }].map((tags) => ({ tags })),
    ...[{ window: "5m" }, {}, {}, { name: "mine" }, { name: "api p95 above 100 (3)" }],
  ].map((rule) => ({ metric: "api", above: 100, ...rule }));
  assert.deepEqual(
    parseRules(rules).map(({ name }) => name),
    [
      "api p95 above 100",
      "api route=/a p95 above 100",
      "api route=/b p95 above 100",
      "api p95 above 100 in 5m",
      "api p95 above 100 (2)",
      "api p95 above 100 (4)",
      "mine",
      "api p95 above 100 (3)",
    ],
  );
});

test("rates of an even flow are within 2%, also while the series is young", async () => {
  const clock = { now: 123_456 };
  const options = { maxSeries: 4, maxPerName: 4, now: () => clock.now };
  const histograms = new Histograms(await loadWasm("sampler"), options);
  const { id } = histograms.series("beat");
  const numbers = new Numbers(
    { histograms, vitals: new Map(), now: () => clock.now },
    /** @type {any} */ (undefined),
  );
  let read = 0;
  for (let i = 0; i < 50 * 1000; i++) {
    clock.now += 20;
    histograms.record(id, 1);
    if (i % 50 === 0) histograms.drain();
    if (i % 123) continue;
    for (const window of /** @type {const} */ (["1m", "5m", "15m"])) {
      const [rule] = parseRules([{ metric: "beat", stat: "rate", below: 45, window }]);
      const rate = numbers.read(rule);
      if (!rate) continue;
      read++;
      assert.ok(Math.abs(rate.value / 50 - 1) < 0.02, `${window} at ${i / 50} s: ${rate.value}`);
    }
  }
  assert.ok(read > 1000);
  histograms.drain();
  clock.now += 70_000; // the last slice of 10 s has left the window
  const [rule] = parseRules([{ metric: "beat", stat: "rate", below: 45 }]);
  assert.equal(numbers.read(rule)?.value, 0);
  histograms.dispose();
});

test("`true` uses web.dev's thresholds", () => {
  const rules = parseRules(true).map(({ metric, stat, threshold }) => [metric, stat, threshold]);
  assert.deepEqual(rules, [
    ["LCP", "value", 2500],
    ["INP", "value", 200],
    ["CLS", "value", 0.1],
  ]);
});

test("any quantile can be watched", () => {
  const quantiles = ["p50", "p97.5", "p99.9", "p0"].map(
    (stat) => parseRules([{ metric: "api", above: 1, stat }])[0].quantile,
  );
  assert.deepEqual(quantiles, [0.5, 0.975, 0.9990000000000001, 0]);
});

test("errors name the path of the invalid field", async () => {
  for (const [options, message] of /** @type {const} */ ([
    [{ alerts: 3 }, /^alerts must be/],
    [{ alerts: [{ metric: "api" }] }, /^alerts\[0\]\.above or alerts\[0\]\.below/],
    [{ alerts: [true] }, /^alerts\[0\]/],
    [{ alerts: ["LCP", { metric: "api", above: "7" }] }, /^alerts\[1\]\.above/],
    [{ alerts: [{ metric: "api", above: Number.NaN }] }, /^alerts\[0\]\.above/],
    [{ alerts: [{ metric: "api", above: 1, stat: "p101" }] }, /^alerts\[0\]\.stat/],
    [{ alerts: [{ metric: "LCP", above: 1, stat: "p95" }] }, /^alerts\[0\]\.stat/],
    [{ alerts: [{ metric: "api", above: 1, window: "2m" }] }, /^alerts\[0\]\.window/],
    [{ alerts: [{ metric: "api", above: 1, clear: 2 }] }, /^alerts\[0\]\.clear/],
    [{ alerts: [{ metric: "api", above: 1, color: 2 }] }, /^alerts\[0\]\.color/],
    [{ budgets: [] }, /^budgets must be/],
    [{ budgets: { vitals: { LPC: 1 } } }, /^budgets\.vitals\.LPC/],
    [{ budgets: { timings: { api: { p95: "x" } } } }, /^budgets\.timings\.api\.p95/],
    [{ budgets: { resources: { script: { size: 1 } } } }, /^budgets\.resources\.script\.size/],
    [{ budgets: { colours: {} } }, /^budgets\.colours/],
    [{ channels: ["mail"] }, /^channels\[0\]/],
    [{ channels: [{ webhook: "//" }] }, /^channels\[0\]/],
    [{ endpoint: "no url" }, /^endpoint/],
    [{ endpoint: "ftp://collector" }, /^endpoint/],
    [{ endpoint: "https://collector", transport: { every: -1 } }, /transport: every/],
    [{ endpoint: "https://collector", transport: { queue: {} } }, /transport: queue\.get/],
    [{ endpoint: "https://collector", transport: { headers: { a: 1 } } }, /transport: headers\.a/],
    [{ endpoint: "https://collector", transport: { colour: 1 } }, /colour/],
  ])) {
    await assert.rejects(
      Sampler.start(/** @type {any} */ ({ types: [], ...options })),
      (error) =>
        (error instanceof TypeError || error instanceof RangeError) && message.test(error.message),
      JSON.stringify(options),
    );
  }
});

test("budgets are parsed into limits with their paths", () => {
  const budgets = parseBudgets({
    vitals: { LCP: 2000 },
    timings: { filter: { p95: 50 } },
    resources: { total: { bytes: 1e6 } },
  });
  assert.deepEqual(
    budgets.map(({ path, limit }) => [path, limit]),
    [
      ["budgets.vitals.LCP", 2000],
      ["budgets.timings.filter.p95", 50],
      ["budgets.resources.total.bytes", 1e6],
    ],
  );
});

test("channels are called with the alert", () => {
  /** @type {unknown[]} */
  const heard = [];
  const [channel] = parseChannels([(/** @type {unknown} */ alert) => heard.push(alert)]);
  channel(/** @type {any} */ ("alert"));
  assert.deepEqual(heard, ["alert"]);
});

test("a webhook gets the alert, and a failing one disturbs nothing", async () => {
  /** @type {any} */
  let got;
  const server = await serve({
    async handle(request, response) {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      got = JSON.parse(String(Buffer.concat(chunks)));
      response.writeHead(204).end();
      return true;
    },
  });
  const alert = /** @type {any} */ ({ rule: "slow", state: "firing", value: 60 });
  const down = "http://127.0.0.1:1/";
  for (const channel of parseChannels([{ webhook: down }, { webhook: server.url }])) channel(alert);
  while (!got) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(got, alert);
  await server.close();
});

test("a sampler evaluates its rules and budgets on real quantiles", async () => {
  /** @type {any[]} */
  const alerts = [];
  const sampler = await Sampler.start({
    types: [],
    alerts: [{ metric: "api", stat: "p95", above: 100, minCount: 20 }],
    budgets: { timings: { api: { p95: 50 }, filter: { max: 10 } } },
    channels: [(alert) => alerts.push(alert)],
  });
  const fired = new Promise((resolve) => sampler.addEventListener("alert", resolve));
  /** @type {string[]} */
  const exceeded = [];
  sampler.on("budget", ({ detail }) => exceeded.push(detail.path));
  for (let i = 0; i < 20; i++) sampler.track("api", i < 17 ? 10 : 150);
  const alive = setInterval(() => {}, 1000); // the sampler's own timer does not keep Node alive
  const { detail } = /** @type {any} */ (await fired);
  clearInterval(alive);
  assert.equal(detail.state, "firing");
  assert.equal(detail.metric, "api");
  assert.ok(Math.abs(detail.value - 150) < 1.5);
  assert.deepEqual(alerts, [detail]);
  assert.deepEqual(exceeded, ["budgets.timings.api.p95"]);
  const report = sampler.report();
  assert.deepEqual(report?.alerts.firing, ["api p95 above 100"]);
  assert.deepEqual(
    report?.budgets.map(({ path, ok }) => [path, ok]),
    [
      ["budgets.timings.api.p95", false],
      ["budgets.timings.filter.max", true],
    ],
  );
  sampler.dispose();
});

test("a listener may dispose of its sampler: nothing else is reported, and nothing fails", async () => {
  const sampler = await Sampler.start({
    alerts: [
      { metric: "api", stat: "max", above: 100 },
      { metric: "api", stat: "p95", above: 100 },
    ],
    budgets: { timings: { api: { p95: 100, max: 100 } } },
  });
  /** @type {string[]} */
  const heard = [];
  const disposed = new Promise((resolve) => {
    sampler.on("budget", ({ detail }) => {
      heard.push(detail.path);
      sampler.dispose();
      resolve(undefined);
    });
  });
  sampler.on("alert", ({ detail }) => heard.push(detail.rule));
  for (let i = 0; i < 20; i++) sampler.track("api", 150);
  const alive = setInterval(() => {}, 1000);
  await disposed;
  clearInterval(alive);
  assert.deepEqual(heard, ["budgets.timings.api.p95"]);
});
