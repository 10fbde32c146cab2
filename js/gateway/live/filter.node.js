import { bad } from "./requests.node.js";

/** @typedef {string | number | boolean | null} Scalar */
/** @typedef {{ gt?: string | number, gte?: string | number, lt?: string | number, lte?: string | number }} Range */

/**
 * @typedef {object} Filter
 * @property {string} text canonical JSON, the same for everyone who asks for the same
 * @property {(event: import("../streams.node.js").StreamEvent) => boolean} matches
 */

/** @typedef {(value: any) => boolean} Test */

/** @type {Record<string, (bound: string | number) => Test>} */
const comparisons = {
  gt: (bound) => (value) => value > bound,
  gte: (bound) => (value) => value >= bound,
  lt: (bound) => (value) => value < bound,
  lte: (bound) => (value) => value <= bound,
};

/**
 * A filter by fields of the events' data: equality, or a range. Ranges compare numbers with numbers
 * and texts with texts. Binary data, and data without the field, does not match.
 * @param {unknown} where
 * @param {string[]} declared the fields that it may name
 * @returns {Filter | undefined} undefined: everything
 * @throws {import("./requests.node.js").Refused}
 */
export function filterOf(where, declared) {
  if (where === null || where === undefined) return undefined;
  const fields = entries(where, "where");
  if (fields.length === 0) return undefined;
  /** @type {Record<string, unknown>} */
  const canonical = {};
  /** @type {[field: string, test: Test][]} */
  const tests = [];
  for (const [field, term] of fields.sort(byName)) {
    if (!declared.includes(field)) throw bad(`where: the channel has no filter "${short(field)}"`);
    const range = term !== null && typeof term === "object";
    canonical[field] = range ? Object.fromEntries(bounds(term, field)) : scalar(term, field);
    tests.push([field, range ? within(bounds(term, field)) : (value) => value === term]);
  }
  return {
    text: JSON.stringify(canonical),
    matches({ bytes, data }) {
      if (bytes || data === null || typeof data !== "object") return false;
      return tests.every(([field, test]) => {
        return Object.hasOwn(data, field) && test(/** @type {any} */ (data)[field]);
      });
    },
  };
}

/** @param {[string, string | number][]} bounds @returns {Test} */
function within(bounds) {
  const tests = bounds.map(([name, bound]) => comparisons[name](bound));
  const type = typeof bounds[0][1];
  return (value) => typeof value === type && tests.every((test) => test(value));
}

/** @param {unknown} term @param {string} field @returns {[string, string | number][]} */
function bounds(term, field) {
  const all = /** @type {[string, any][]} */ (entries(term, `where: ${short(field)}`).sort(byName));
  const types = new Set(all.map(([, bound]) => typeof bound));
  const fine = all.every(([name, bound]) => {
    return Object.hasOwn(comparisons, name) && /^(?:number|string)$/.test(typeof bound);
  });
  if (!fine || types.size !== 1) {
    throw bad(`where: ${short(field)} must be a value, or gt, gte, lt, lte with numbers or texts`);
  }
  for (const [, bound] of all) scalar(bound, field);
  return all;
}

/** @param {unknown} value @param {string} field */
function scalar(value, field) {
  if (typeof value === "string" && value.length > 1024) {
    throw bad(`where: ${short(field)} may have 1024 characters at most`);
  }
  return value;
}

/** @param {unknown} value @param {string} what */
function entries(value, what) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw bad(`${what} must be an object`);
  }
  return Object.entries(value);
}

/** @param {[string, unknown]} a @param {[string, unknown]} b */
const byName = ([a], [b]) => (a < b ? -1 : 1);
/** @param {string} name */
const short = (name) => name.slice(0, 64);
