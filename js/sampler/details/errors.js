/** JavaScript errors, unhandled rejections and resources that failed, each once with its count. */

const kept = 50;
const longest = 2000; // characters of a source; a data: URL may have millions

/**
 * @typedef {object} PageError
 * @property {"error" | "rejection" | "resource"} kind
 * @property {string} name of the error's class, or of the element
 * @property {string} message may hold anything: it is shown, never sent unless asked
 * @property {string} source URL, line and column
 * @property {number} count
 * @property {number} first ms since the time origin
 * @property {number} last
 */

export class Errors {
  /** @type {Map<string, PageError>} */
  #errors = new Map();
  #total = 0;

  /** @param {import("../observers.js").Happening} happening */
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

  /** All, the ones beyond the 50 kept included. */
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
  // The first frame of the stack is where it was thrown.
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
