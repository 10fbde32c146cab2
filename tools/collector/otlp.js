/**
 * OTLP/HTTP JSON as batches: exponential histograms become series, gauges of Web Vitals vitals.
 * Whatever else a sender has is counted as rejected, as the protocol wants it told.
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
 * @returns {{ batches: object[], rejected: number }} one batch a resource that has any; not checked yet
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
      const vital = gauge && String(metric.name).startsWith(vitalPrefix);
      const points = list(
        (histograms ?? gauge ?? metric.sum ?? metric.histogram ?? metric.summary)?.dataPoints,
      );
      for (const point of points) {
        start = Number(point.startTimeUnixNano ?? 0) / 1e6;
        at = Math.max(at, Number(point.timeUnixNano ?? 0) / 1e6);
        const tags = tagsOf(point.attributes);
        if (histograms?.aggregationTemporality === cumulative) {
          series.push({ name: metric.name, tags, histogram: histogramOf(point) });
        } else if (vital) {
          const name = metric.name.slice(vitalPrefix.length).toUpperCase();
          vitals.push({ name, value: Number(point.asDouble ?? point.asInt), rating: tags.rating });
        } else rejected++;
      }
    }
    if (!series.length && !vitals.length) return [];
    const visit = about["service.instance.id"] ?? "unknown";
    const id = about["apus.batch.id"] ?? `${visit}.${at}`;
    return {
      apus: 1,
      id,
      visit,
      // Of one visit the latest stands for all.
      seq: Number(/\.(\d+)$/.exec(String(about["apus.batch.id"]))?.[1] ?? at),
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
    count: Number(count),
    sum,
    min,
    max,
    scale,
    zeros: Number(zeroCount),
    positive: bucketsOf(positive),
    negative: bucketsOf(negative),
  };
}

/** @param {any} buckets */
function bucketsOf({ offset = 0, bucketCounts = [] } = {}) {
  return { offset, counts: Array.from(bucketCounts, Number) };
}

/** @param {any} attributes @returns {Record<string, any>} */
function tagsOf(attributes) {
  return Object.fromEntries(
    list(attributes).map(({ key, value }) => {
      const [type, plain] = Object.entries(value ?? {})[0] ?? [];
      return [key, type === "intValue" ? Number(plain) : plain];
    }),
  );
}

/** The messages of a list; what is none is left out. @param {any} value @returns {any[]} */
function list(value) {
  const all = Array.isArray(value) ? value : [];
  return all.filter((each) => each !== null && typeof each === "object");
}
