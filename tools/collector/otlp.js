/**
 * Converts OTLP/HTTP JSON to batches: exponential histograms become series, gauges of Web Vitals
 * become vitals. Everything else is counted as rejected, which the protocol reports to the sender.
 *
 * Source: opentelemetry-proto, metrics.proto; "JSON Protobuf Encoding": 64-bit integers are strings
 * or numbers.
 */

const cumulative = 2; // AGGREGATION_TEMPORALITY_CUMULATIVE
const vitalPrefix = "web_vitals.";

/** @param {any} body @returns {boolean} */
export function isOtlp(body) {
  return Array.isArray(body?.resourceMetrics);
}

/**
 * @param {any} body an ExportMetricsServiceRequest
 * @returns {{ batches: object[], rejected: number }} one batch for each resource with data; not validated yet
 */
export function fromOtlp({ resourceMetrics }) {
  let rejected = 0;
  const batches = list(resourceMetrics).flatMap(({ resource, scopeMetrics }) => {
    const about = tagsOf(resource?.attributes);
    /** @type {any[]} */
    const series = [];
    /** @type {any[]} */
    const vitals = [];
    let start = 0;
    let at = 0;
    for (const metric of list(scopeMetrics).flatMap(({ metrics }) => list(metrics))) {
      const { exponentialHistogram: histograms, gauge } = metric;
      const vital = gauge && text(metric.name)?.startsWith(vitalPrefix);
      const points = list(
        (histograms ?? gauge ?? metric.sum ?? metric.histogram ?? metric.summary)?.dataPoints,
      );
      for (const point of points) {
        start = number(point.startTimeUnixNano ?? 0) / 1e6;
        at = Math.max(at, number(point.timeUnixNano ?? 0) / 1e6);
        const tags = tagsOf(point.attributes);
        if (histograms?.aggregationTemporality === cumulative) {
          if (number(point.count) === 0) continue; // nothing was counted yet
          series.push({ name: metric.name, tags, histogram: histogramOf(point) });
        } else if (vital) {
          const name = metric.name.slice(vitalPrefix.length).toUpperCase();
          const { rating, registration, id, route } = tags;
          const value = number(point.asDouble ?? point.asInt);
          vitals.push({ name, value, rating, registration, id: text(id), route: text(route) });
        } else rejected++;
      }
    }
    if (!series.length && !vitals.length) return [];
    const visit = text(about["service.instance.id"]) ?? "unknown";
    const id = text(about["apus.batch.id"]) ?? `${visit}.${at}`;
    return {
      apus: 1,
      id,
      visit,
      // The latest batch of a visit replaces the others.
      seq: Number(/\.(\d+)$/.exec(text(about["apus.batch.id"]) ?? "")?.[1] ?? at),
      start,
      at,
      service: about["service.name"] ?? "unknown",
      page: about["url.full"],
      series,
      vitals,
    };
  });
  return { batches, rejected };
}

/** @param {any} point */
function histogramOf({ count, sum = 0, min, max, scale, zeroCount = 0, positive, negative }) {
  return {
    count: number(count),
    sum,
    min,
    max,
    scale,
    zeros: number(zeroCount),
    positive: bucketsOf(positive),
    negative: bucketsOf(negative),
  };
}

/** @param {any} buckets */
function bucketsOf(buckets) {
  const { offset = 0, bucketCounts = [] } = buckets ?? {};
  return { offset, counts: Array.isArray(bucketCounts) ? bucketCounts.map(number) : undefined };
}

/** Plain attributes, without lists and maps. @param {any} attributes @returns {Record<string, any>} */
function tagsOf(attributes) {
  return Object.fromEntries(
    list(attributes).flatMap(({ key, value }) => {
      const [type, plain] = Object.entries(value ?? {})[0] ?? [];
      if (typeof key !== "string" || plain === null || typeof plain === "object") return [];
      return [[key, type === "intValue" ? number(plain) : plain]];
    }),
  );
}

/** 64-bit integers are strings in JSON. @param {unknown} value */
function number(value) {
  if (typeof value === "string") return value.trim() ? Number(value) : Number.NaN;
  return typeof value === "number" ? value : Number.NaN;
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : undefined;
}

/** The messages of a list, without other values. @param {any} value @returns {any[]} */
function list(value) {
  const all = Array.isArray(value) ? value : [];
  return all.filter((each) => each !== null && typeof each === "object");
}
