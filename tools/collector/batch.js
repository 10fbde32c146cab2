/** Validates batches from the network; a collector trusts no sender. */

const maxSeries = 5000;
const maxBuckets = 4096;
const maxText = 2000; // characters of names, tags and the page
const maxOffset = 2 ** 31;

/**
 * @param {any} batch
 * @returns {string | undefined} the reason if it is not a batch
 */
export function problemOf(batch) {
  if (batch === null || typeof batch !== "object") return "no object";
  if (batch.apus !== 1) return "apus must be 1, the format's version";
  for (const field of ["id", "visit", "service"]) {
    if (typeof batch[field] !== "string" || batch[field].length > 200)
      return `${field} must be a short string`;
  }
  for (const field of ["seq", "start", "at"]) {
    if (!Number.isFinite(batch[field])) return `${field} must be a number`;
  }
  if (batch.page !== undefined && batch.page !== null && !isText(batch.page))
    return "page must be a short string";
  if (!Array.isArray(batch.series) || batch.series.length > maxSeries)
    return "series must be a list";
  for (const [at, series] of batch.series.entries()) {
    const problem = seriesProblem(series);
    if (problem) return `series[${at}].${problem}`;
  }
  if (!Array.isArray(batch.vitals) || batch.vitals.length > maxSeries)
    return "vitals must be a list";
  for (const vital of batch.vitals) {
    if (!isText(vital?.name) || !Number.isFinite(vital.value)) return "vitals need name and value";
    for (const field of ["id", "rating", "navigationType", "page", "route"]) {
      const text = vital[field] ?? "";
      if (!isText(text)) return `a vital's ${field} must be a short string`;
    }
    if (!Number.isSafeInteger(vital.registration ?? 0))
      return "a vital's registration must be a whole number";
  }
  return undefined;
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string" && value.length <= maxText;
}

/** @param {any} series */
function seriesProblem(series) {
  if (!isText(series?.name)) return "name must be a short string";
  const { tags } = series;
  if (tags === null || typeof tags !== "object") return "tags must be an object";
  for (const value of [...Object.keys(tags), ...Object.values(tags)]) {
    if (!isText(value) && typeof value !== "boolean" && !Number.isFinite(value))
      return "tags must be short strings, numbers or booleans";
  }
  const { histogram } = series;
  for (const field of ["count", "sum", "min", "max", "zeros"]) {
    if (!Number.isFinite(histogram?.[field])) return `histogram.${field} must be a number`;
  }
  for (const field of ["count", "zeros"]) {
    if (!isCount(histogram[field])) return `histogram.${field} must be a whole number`;
  }
  if (histogram.count === 0) return "histogram.count must not be 0";
  const { scale = 6 } = histogram;
  if (!Number.isInteger(scale) || Math.abs(scale) > 20) return "histogram.scale must be -20 to 20";
  for (const side of ["positive", "negative"]) {
    const { offset, counts } = histogram[side] ?? {};
    const placed = Number.isInteger(offset) && Math.abs(offset) < maxOffset;
    if (!placed || !Array.isArray(counts) || counts.length > maxBuckets)
      return `histogram.${side} must have offset and counts`;
    if (!counts.every(isCount)) return `histogram.${side}.counts must be whole numbers`;
  }
  return undefined;
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;
}
