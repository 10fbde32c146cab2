import { ApusError } from "../core/errors.js";
import { differing } from "./options.js";

/** The stores that are open in this page: one a name, shared by all its users. */

/** @typedef {import("./segment-store.js").SegmentStore} SegmentStore */
/** @typedef {import("./options.js").StoreOptions} StoreOptions */

/** @type {Map<string, { options: StoreOptions, store: Promise<SegmentStore>, users: number }>} */
const opened = new Map();
/** @type {Map<string, Promise<void>>} */
const closing = new Map();

/**
 * The open store of that name, or a new one.
 * @param {string} name @param {StoreOptions} options
 * @param {() => Promise<SegmentStore>} open
 * @returns {Promise<SegmentStore>}
 * @throws {ApusError} `OPTIONS_CONFLICT` when it is open with other options
 */
export async function acquire(name, options, open) {
  let known = opened.get(name);
  if (known) {
    const other = differing(known.options, options);
    if (other) {
      throw new ApusError("OPTIONS_CONFLICT", `"${name}" is already open with another ${other}`);
    }
  } else {
    // An earlier store of that name may still be writing.
    const store = Promise.resolve(closing.get(name)).then(open);
    known = { options: { ...options }, store, users: 0 };
    opened.set(name, known);
    known.store.catch(() => opened.delete(name));
  }
  known.users += 1;
  return known.store;
}

/** Removes a user. @param {string} name @returns {boolean} whether it was the last one */
export function release(name) {
  const known = opened.get(name);
  if (known && --known.users > 0) return false;
  opened.delete(name);
  return true;
}

/** Makes the next store of that name wait. @param {string} name @param {Promise<void>} ending */
export function waitFor(name, ending) {
  const closed = ending.finally(() => {
    if (closing.get(name) === closed) closing.delete(name);
  });
  closing.set(name, closed);
  return closed;
}
