// The vitals of each page view: kept, sent once, and shown to listeners that come late.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Sampler } from "apus";
import sqlite from "node-sqlite3-wasm";
import { PageViews } from "../../js/sampler/page-views.js";
import { Batches, fit } from "../../js/sampler/transport/batch.js";
import { toOtlp } from "../../js/sampler/transport/otlp.js";
import { VitalTarget } from "../../js/sampler/vital-target.js";
import { Collection } from "../../tools/collector/database.js";
import { render } from "../../tools/collector/page.js";
import { take } from "../../tools/collector.js";
import { problemsOf } from "./otlp-shape.js";

/** A vital as web-vitals reports it. @param {string} name @param {number} view @param {number} value @param {object} [more] */
const vital = (name, view, value, more) =>
  /** @type {any} */ ({
    ...{ registration: 0, name, value, delta: value, rating: "good", id: `v6-${view}-${name}` },
    navigationType: view ? "back-forward-cache" : "navigate",
    navigationURL: `https://shop.test/products/${view}?q=secret`,
    navigationStartTime: 1000 * view,
    entries: [],
    attribution: { target: "h1", lcpEntry: {}, resourceLoadDelay: Number.NaN },
    ...more,
  });

/** @param {PageViews} views @param {object} [transport] */
function batchesOf(views, transport) {
  const histograms = /** @type {any} */ ({ list: () => [] });
  const report = () => /** @type {any} */ ({ vitals: views.reports(), series: [], errors: [] });
  const scrub = (/** @type {string} */ text) => text.replace(/\?.*/, "");
  const options = /** @type {any} */ ({ service: "shop", scrub, ...transport });
  return new Batches(histograms, report, options, { visit: "v", start: 0 });
}

test("a page view's vitals do not replace those of another; of one, the latest counts", () => {
  const views = new PageViews();
  views.take(vital("LCP", 0, 500));
  views.take(vital("LCP", 0, 900));
  views.take(vital("INP", 0, 600));
  views.take(vital("LCP", 1, 30));
  assert.deepEqual(
    views.reports().map(({ name, value, startTime }) => [name, value, startTime]),
    [
      ["LCP", 900, 0],
      ["INP", 600, 0],
      ["LCP", 30, 1000],
    ],
  );
  assert.deepEqual(
    [...views.current.values()].map(({ name, value }) => [name, value]),
    [
      ["LCP", 30],
      ["INP", 600],
    ],
  );
  assert.deepEqual(views.reports()[0].attribution, { target: "h1" });
  views.stop();
  views.take(vital("CLS", 1, 0.1));
  assert.equal(views.reports().length, 3);
});

test("the earliest page views are given up beyond 2,000 vitals, and counted", () => {
  const views = new PageViews();
  for (let view = 0; view < 2005; view++) views.take(vital("LCP", view, view));
  assert.equal(views.reports().length, 2000);
  assert.equal(views.reports()[0].value, 5);
  assert.equal(views.dropped, 5);
});

test("routes key the vitals; a hook that throws or returns no string leaves them without", (t) => {
  /** @type {unknown[]} */
  const errors = [];
  const before = globalThis.reportError;
  globalThis.reportError = (error) => errors.push(error);
  t.after(() => {
    globalThis.reportError = before;
  });
  const views = new PageViews([
    { route: (url) => new URL(url).pathname.replace(/\d+/, ":id") },
    { route: () => /** @type {any} */ (7) },
    {
      route() {
        throw new Error("on purpose");
      },
    },
  ]);
  for (const registration of [0, 1, 2]) views.take(vital("LCP", registration, 1, { registration }));
  const routes = views.reports().map(({ route, registration }) => [registration, route]);
  assert.deepEqual(routes, [
    [0, "/products/:id"],
    [1, undefined],
    [2, undefined],
  ]);
  assert.equal(errors.length, 1);
  assert.deepEqual(
    [...views.current.values()].map(({ id }) => id),
    ["v6-0-LCP"],
  );
});

test("a listener that comes late first gets what it missed, then the rest", async () => {
  const views = new PageViews();
  views.take(vital("LCP", 0, 100));
  views.take(vital("LCP", 0, 300, { delta: 200 }));
  const target = new VitalTarget(views);
  /** @type {Record<string, [number, number][]>} */
  const seen = { first: [], once: [], gone: [], late: [] };
  const into = (/** @type {string} */ name) => (/** @type {any} */ event) =>
    seen[name].push([event.detail.value, event.detail.delta]);
  target.addEventListener("vital", into("first"));
  target.addEventListener("vital", { handleEvent: into("once") }, { once: true });
  const gone = into("gone");
  target.addEventListener("vital", gone);
  target.removeEventListener("vital", gone);
  assert.deepEqual(seen.first, []); // not before `on` has returned
  await new Promise((resolve) => setTimeout(resolve));
  views.take(vital("LCP", 0, 350, { delta: 50 }));
  target.addEventListener("vital", into("late"));
  await Promise.resolve();
  assert.deepEqual(seen, {
    first: [
      [100, 100],
      [300, 200],
      [350, 50],
    ],
    once: [[100, 100]],
    gone: [],
    late: [[350, 350]], // its first report: the delta is the value
  });
});

test("a batch holds the vitals that changed, until the collector has them", () => {
  const views = new PageViews([{ route: () => "/products/:id" }]);
  const batches = batchesOf(views);
  views.take(vital("LCP", 0, 500));
  const values = () => batches.next(0)?.batch.vitals.map(({ id, value }) => [id, value]);
  assert.deepEqual(values(), [["v6-0-LCP", 500]]);
  views.take(vital("LCP", 1, 30));
  const next = batches.next(1);
  assert.deepEqual(
    next?.batch.vitals.map(({ page, route }) => [page, route]),
    [
      ["https://shop.test/products/0", "/products/:id"],
      ["https://shop.test/products/1", "/products/:id"],
    ],
  );
  views.take(vital("LCP", 1, 40)); // while the batch is on its way
  next?.acknowledge(next.batch);
  assert.deepEqual(values(), [["v6-1-LCP", 40]]);
});

test("vitals that do not fit stay for the next batch", () => {
  const views = new PageViews();
  for (let view = 0; view < 100; view++) views.take(vital("LCP", view, view));
  const batches = batchesOf(views);
  /** @type {Set<string>} */
  const arrived = new Set();
  for (let next = batches.next(0); next; next = batches.next(0)) {
    const { body, sent } = fit(next.batch, 5000, JSON.stringify);
    assert.ok(body.length <= 5000 && sent.vitals.length > 0);
    for (const { id } of sent.vitals) arrived.add(id);
    next.acknowledge(sent);
  }
  assert.equal(arrived.size, 100);
});

for (const format of ["json", "otlp"]) {
  test(`${format}: the collector keeps every page view of a visit`, () => {
    const collection = new Collection(":memory:");
    const views = new PageViews([{ route: () => "/products/:id" }, {}]);
    const batches = batchesOf(views);
    for (let view = 0; view < 4; view++) {
      views.take(vital("LCP", view, 100 * (view + 1)));
      views.take(vital("INP", view, 50, { rating: view ? "good" : "poor" }));
    }
    views.take(vital("LCP", 9, 1, { registration: 1 }));
    const batch = batches.next(0)?.batch;
    const body = format === "otlp" ? toOtlp(/** @type {any} */ (batch)) : batch;
    if (format === "otlp") assert.deepEqual(problemsOf(body), []);
    assert.ok(take(JSON.stringify(body), collection).status < 300);
    views.take(vital("LCP", 0, 300)); // changed later, and sent alone
    const later = { .../** @type {any} */ (batches.next(1)?.batch) };
    later.vitals = later.vitals.filter((/** @type {any} */ { id }) => id === "v6-0-LCP");
    const changed = format === "otlp" ? toOtlp(later) : later;
    assert.ok(take(JSON.stringify(changed), collection).status < 300);
    const key = { route: "/products/:id", registration: 0 };
    assert.deepEqual(collection.summary().vitals, [
      { name: "LCP", ...key, views: 4, p75: 300, good: 1 },
      { name: "INP", ...key, views: 4, p75: 50, good: 0.75 },
      { name: "LCP", route: "", registration: 1, views: 1, p75: 1, good: 1 },
    ]);
    assert.match(render(collection.summary()), /LCP registration 1/);
    collection.close();
  });
}

test("a collector's file from when a visit had one value of each vital is read", () => {
  const file = join(tmpdir(), `apus-collector-vitals-${process.pid}.sqlite`);
  after(() => rmSync(file, { force: true }));
  const before = new sqlite.Database(file);
  before.exec(`CREATE TABLE vitals (
    visit TEXT, name TEXT, seq INTEGER, value REAL, rating TEXT, PRIMARY KEY (visit, name));
    INSERT INTO vitals VALUES ('v', 'LCP', 1, 7, 'good')`);
  before.close();
  for (let opened = 0; opened < 2; opened++) {
    const collection = new Collection(file);
    const [{ name, views, p75 }] = collection.summary().vitals;
    assert.deepEqual([name, views, p75], ["LCP", 1, 7]);
    collection.close();
  }
});

test("options of vitals are checked at the start", async () => {
  for (const [vitals, message] of /** @type {[any, RegExp][]} */ ([
    [1, /vitals: options must be an object/],
    [null, /vitals: options must be an object/],
    [{ reportSoftNav: true }, /vitals: unknown option "reportSoftNav"/],
    [{ reportSoftNavs: 1 }, /vitals: reportSoftNavs must be true or false/],
    [{ reportAllChanges: "yes" }, /reportAllChanges must be true or false/],
    [{ generateTarget: "h1" }, /generateTarget must be a function/],
    [{ includeProcessedEventEntries: 1 }, /includeProcessedEventEntries must be true or false/],
    [{ durationThreshold: 8 }, /durationThreshold must be between 16/],
    [{ resourceBufferSize: 1.5 }, /resourceBufferSize must be an integer/],
    [[{}, { route: "/a" }], /vitals\[1\]: route must be a function/],
    [[true], /vitals\[0\]: options must be an object/],
  ]))
    await assert.rejects(Sampler.start({ vitals }), message);
  for (const vitals of [true, false, {}, [], [{}, { reportSoftNavs: true }]])
    (await Sampler.start({ vitals })).dispose();
});
