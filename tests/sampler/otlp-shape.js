/**
 * The messages of opentelemetry-proto's metrics.proto (v1) that a sampler can
 * send, as OTLP's JSON encoding has them: keys in lowerCamelCase, 64-bit
 * integers as decimal strings, enumerations as numbers, no unknown keys.
 */

/** @typedef {(value: any, path: string, problems: string[]) => void} Shape */

/** @param {string} what @param {(value: any) => boolean} test @returns {Shape} */
const is = (what, test) => (value, path, problems) => {
  if (!test(value)) problems.push(`${path}: expected ${what}, got ${JSON.stringify(value)}`);
};

const text = is("string", (value) => typeof value === "string");
const double = is("number", (value) => typeof value === "number" && Number.isFinite(value));
const bool = is("boolean", (value) => typeof value === "boolean");
const int32 = is("int32", (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31);
const uint64 = is(
  "uint64 as string",
  (value) => typeof value === "string" && /^\d{1,20}$/.test(value),
);
const int64 = is(
  "int64 as string",
  (value) => typeof value === "string" && /^-?\d{1,19}$/.test(value),
);
const temporality = is("AggregationTemporality", (value) => [0, 1, 2].includes(value));

/** @param {Shape} item @returns {Shape} */
const list = (item) => (value, path, problems) => {
  if (!Array.isArray(value)) problems.push(`${path}: expected a list`);
  else for (const [at, each] of value.entries()) item(each, `${path}[${at}]`, problems);
};

/** @param {Record<string, Shape>} fields @param {string[]} [oneOf] of these exactly one @returns {Shape} */
const message = (fields, oneOf) => (value, path, problems) => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    problems.push(`${path}: expected an object`);
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    if (!Object.hasOwn(fields, key)) problems.push(`${path}.${key}: unknown`);
    else fields[key](each, `${path}.${key}`, problems);
  }
  if (oneOf && oneOf.filter((key) => Object.hasOwn(value, key)).length !== 1) {
    problems.push(`${path}: expected one of ${oneOf.join(", ")}`);
  }
};

const values = { stringValue: text, boolValue: bool, intValue: int64, doubleValue: double };
const attributes = list(message({ key: text, value: message(values, Object.keys(values)) }));
const times = { attributes, startTimeUnixNano: uint64, timeUnixNano: uint64 };
const buckets = message({ offset: int32, bucketCounts: list(uint64) });

const exponentialHistogram = message({
  aggregationTemporality: temporality,
  dataPoints: list(
    message({
      ...times,
      count: uint64,
      sum: double,
      scale: int32,
      zeroCount: uint64,
      positive: buckets,
      negative: buckets,
      min: double,
      max: double,
      zeroThreshold: double,
    }),
  ),
});

const gauge = message({ dataPoints: list(message({ ...times, asDouble: double }, ["asDouble"])) });
const metric = message({ name: text, unit: text, description: text, exponentialHistogram, gauge }, [
  "exponentialHistogram",
  "gauge",
]);

const request = message({
  resourceMetrics: list(
    message({
      resource: message({ attributes }),
      scopeMetrics: list(
        message({ scope: message({ name: text, version: text }), metrics: list(metric) }),
      ),
    }),
  ),
});

/** @param {unknown} body of an ExportMetricsServiceRequest @returns {string[]} */
export function problemsOf(body) {
  /** @type {string[]} */
  const problems = [];
  request(body, "$", problems);
  return problems;
}
