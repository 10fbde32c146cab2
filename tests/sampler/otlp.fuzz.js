// Any text sent to the collector, as OTLP or as its own JSON: malformed text gets 400 and a reason,
// and accepted batches can be summarized and shown.
import { Collection } from "../../tools/collector/database.js";
import { render } from "../../tools/collector/page.js";
import { take } from "../../tools/collector.js";

const attribute = (/** @type {string} */ key, /** @type {object} */ value) => ({ key, value });
const point = {
  attributes: [attribute("route", { stringValue: "/a" }), attribute("n", { intValue: "3" })],
  startTimeUnixNano: "1700000000000000000",
  timeUnixNano: "1700000001000000000",
  ...{ count: "3", sum: 7, min: 1, max: 4, scale: 3, zeroCount: "0" },
  positive: { offset: -1, bucketCounts: ["1", 2] },
  negative: { offset: 0, bucketCounts: [] },
};
const metrics = [
  {
    name: "api",
    exponentialHistogram: {
      dataPoints: [point, { ...point, scale: -2 }],
      aggregationTemporality: 2,
    },
  },
  {
    name: "web_vitals.lcp",
    gauge: {
      dataPoints: [
        { attributes: [attribute("rating", { stringValue: "good" })], asDouble: 5 },
        {
          attributes: [
            attribute("id", { stringValue: "v6-1" }),
            attribute("route", { stringValue: "/a" }),
            attribute("registration", { intValue: "1" }),
          ],
          asDouble: 6,
        },
      ],
    },
  },
  { name: "requests", sum: { dataPoints: [{ asInt: "4" }] } },
];
const otlp = {
  resourceMetrics: [
    {
      resource: {
        attributes: [
          attribute("service.instance.id", { stringValue: "v" }),
          attribute("apus.batch.id", { stringValue: "v.1" }),
          attribute("service.name", { stringValue: "shop" }),
          attribute("url.full", { stringValue: "https://x.org/" }),
          attribute("more", { arrayValue: { values: [{ boolValue: true }] } }),
        ],
      },
      scopeMetrics: [{ metrics }],
    },
  ],
};
const { attributes: _, positive: __, negative, ...rest } = point;
const histogram = {
  ...{ ...rest, count: 3, zeros: 0 },
  ...{ positive: { offset: -1, counts: [1, 2] }, negative: { offset: 0, counts: [] } },
};
const batch = {
  ...{
    apus: 1,
    id: "w.1",
    visit: "w",
    seq: 1,
    start: 1,
    at: 2,
    service: "s",
    page: "https://x.org/",
  },
  series: [{ name: "api", tags: { route: "/a", n: 3, ok: true }, histogram }],
  vitals: [
    { name: "LCP", value: 3, rating: "good" },
    {
      name: "LCP",
      value: 4,
      id: "v6-1",
      navigationType: "navigate",
      page: "/",
      route: "/a",
      registration: 1,
    },
  ],
};

export function seeds() {
  return [otlp, batch, {}, [], null, { resourceMetrics: [{}] }].map((each) =>
    new TextEncoder().encode(JSON.stringify(each)),
  );
}

const collection = new Collection(":memory:", { maxVisits: 3 });

/** @param {Uint8Array} input */
export function run(input) {
  const { status, text } = take(new TextDecoder().decode(input), collection);
  if (![200, 204, 400].includes(status)) throw new Error(`status ${status}`);
  if (status === 400 && !text) throw new Error("refused without a reason");
  if (status === 200) JSON.parse(String(text));
  if (status === 400) return;
  const summary = collection.summary();
  JSON.stringify(summary);
  render(summary);
}
