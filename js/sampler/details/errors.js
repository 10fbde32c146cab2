/** Counts JavaScript errors, unhandled rejections and resources that failed to load. */

const kept = 50;
const longest = 2000; // characters of a source; a data: URL may have millions

/**
 * @typedef {object} PageError
 * @property {"error" | "rejection" | "resource"} kind
 * @property {string} name of the error's class, or of the element
 * @property {string} message may contain anything: it is shown, and sent only with `errorMessages`
 * @property {string} source URL, line and column
 * @property {number} count
 * @property {number} first ms since the time origin
 * @property {number} last
 */

export class Errors {
  /** @type {Map<string, PageError>} */
  #errors = new Map();
  #total = 0;

  /** @param {import("../observers.js").PageEvent} pageEvent */
  take({ name, event, startTime }) {
    this.#total++;
    const found = name === "error" ? readError(event) : readRejection(event);
    const key = JSON.stringify(found);
    const known = this.#errors.get(key);
    if (known) {
      known.count++;
      known.last = startTime;
    } else if (this.#errors.size < kept) {
      this.#errors.set(key, { ...found, count: 1, first: startTime, last: startTime });
    }
    return found.kind;
  }

  /** All errors, including those beyond the 50 kinds that are kept. */
  get total() {
    return this.#total;
  }

  /** @returns {PageError[]} */
  report() {
    return [...this.#errors.values()];
  }
}

/** @param {any} event */
function readError({ target, error, message, filename, lineno, colno }) {
  if (target?.localName) {
    const source = String(target.src ?? target.href ?? "").slice(0, longest);
    return { kind: /** @type {const} */ ("resource"), name: target.localName, message: "", source };
  }
  return {
    kind: /** @type {const} */ ("error"),
    name: short(error?.name ?? "Error"),
    message: short(error?.message ?? message),
    source: filename ? `${filename}:${lineno}:${colno}` : "",
  };
}

/** @param {any} event */
function readRejection({ reason }) {
  // The first frame of the stack is the place that threw.
  const source = /((?:https?|file):\/\/\S+?:\d+:\d+)/.exec(String(reason?.stack ?? ""))?.[1] ?? "";
  return {
    kind: /** @type {const} */ ("rejection"),
    name: short(reason?.name ?? typeof reason),
    message: short(reason?.message ?? reason),
    source,
  };
}

/** @param {unknown} message */
function short(message) {
  return String(message).slice(0, 200);
}
