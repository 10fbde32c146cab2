import { SAMPLER_MIN_EXPONENT } from "../../../dist/layout.js";

/**
 * Converts a batch to OTLP/HTTP JSON. The histograms are base-2 exponential already, so only
 * names change.
 *
 * Source: opentelemetry-proto, metrics.proto and "JSON Protobuf Encoding":
 * 64-bit integers are strings, enumerations numbers, keys lowerCamelCase.
 */

const cumulative = 2; // AGGREGATION_TEMPORALITY_CUMULATIVE
const zeroThreshold = 2 ** SAMPLER_MIN_EXPONENT;

/** @param {import("./batch.js").Batch} batch */
export function toOtlp(batch) {
  const startTimeUnixNano = nanos(batch.start);
  const timeUnixNano = nanos(batch.at);
  const resource = {
    "service.name": batch.service,
    "service.instance.id": batch.visit,
    "apus.batch.id": batch.id,
    ...(batch.page && { "url.full": batch.page }),
    ...(batch.userAgent && { "user_agent.original": batch.userAgent }),
  };
  /** @type {Map<string, object[]>} */
  const points = new Map();
  for (const { name, tags, unit = "", histogram } of batch.series) {
    const { count, sum, min, max, scale, zeros, positive, negative } = histogram;
    const key = JSON.stringify([name, unit]);
    const list = points.get(key) ?? [];
    points.set(key, list);
    list.push({
      attributes: attributes(tags),
      startTimeUnixNano,
      timeUnixNano,
      count: String(count),
      sum,
      scale,
      zeroCount: String(zeros),
      zeroThreshold,
      positive: buckets(positive),
      negative: buckets(negative),
      min,
      max,
    });
  }
  const metrics = [...points].map(([key, dataPoints]) => {
    const [name, unit] = JSON.parse(key);
    const exponentialHistogram = { dataPoints, aggregationTemporality: cumulative };
    return { name, unit, exponentialHistogram };
  });
  /** @type {Map<string, object[]>} */
  const values = new Map();
  for (const { name, value, delta, attribution, ...about } of batch.vitals) {
    const list = values.get(name) ?? [];
    values.set(name, list);
    // The id keeps page views apart.
    list.push({
      attributes: attributes(about),
      startTimeUnixNano,
      timeUnixNano,
      asDouble: value,
    });
  }
  const vitals = [...values].map(([name, dataPoints]) => ({
    name: `web_vitals.${name.toLowerCase()}`,
    unit: name === "CLS" ? "1" : "ms",
    gauge: { dataPoints },
  }));
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributes(resource) },
        scopeMetrics: [
          { scope: { name: "apus.sampler", version: "1" }, metrics: [...metrics, ...vitals] },
        ],
      },
    ],
  };
}

/** @param {import("./histogram.js").Buckets} buckets */
function buckets({ offset, counts }) {
  return { offset, bucketCounts: counts.map(String) };
}

/** @param {Record<string, unknown>} tags */
function attributes(tags) {
  return Object.entries(tags).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** @param {unknown} value */
function anyValue(value) {
  if (typeof value === "boolean") return { boolValue: value };
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  if (typeof value === "number") return { doubleValue: value };
  return { stringValue: String(value) };
}

/** @param {number} ms since the epoch */
function nanos(ms) {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}
