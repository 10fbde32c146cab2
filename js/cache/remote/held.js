import { bucketOf, slotOf, tagSlotOf } from "../../sync/bucket.js";
import { compare, parseCursor, START } from "../../sync/position.js";
import { Ahead } from "./ahead.js";

/** @typedef {import("../../sync/position.js").Position} Position */
/** @typedef {import("../../sync/change-log.js").Change} Change */

const TAGS = 64;
const LOCAL = 10_000; // keys written for this page alone that are remembered

/**
 * The levels of a page, as far as changes at the gateway concern them.
 * @typedef {object} Holder
 * @property {string} name of the cache
 * @property {(key: string) => void} drop takes a key out of memory and disk
 * @property {Set<string>} asking keys whose answers are under way: whether they are too old is seen
 *   when they arrive
 * @property {(tag: string, spared: string[]) => void} dropTag all with the tag, but those spared
 * @property {(prefix: string, spared: string[], own: ReadonlySet<string>) => void} dropPrefix the
 *   same by the beginning of keys; `own` stay where they are
 * @property {(test: (key: string) => boolean, tags: (tag: string) => boolean) => void} dropDoubtful
 *   all keys that pass, and all with a tag that does
 * @property {boolean} durable whether there is a disk
 * @property {(make: () => Promise<unknown>) => Promise<unknown>} begin the state that a tab of this
 *   origin has kept, or else makes now; one tab at a time
 * @property {(state: unknown) => void} save keeps the state with the changes before
 * @property {(type: string, detail: object) => void} emit
 * @property {() => number} now
 */

/**
 * Which of the values that a page holds a change concerns. A value that contains the change already
 * stays, and so does one that was written for this page alone.
 */
export class Held {
  #holder;
  #writes;
  #ahead = new Ahead();
  /** Changes of others heard while one of this page was on its way. @type {Map<string, Position>} */
  #overtaken = new Map();
  /** The last change heard in each log. @type {Map<number, Position>} */
  #heard = new Map();
  /** Keys that were written for this page alone. @type {Set<string>} */
  #local = new Set();

  /** @param {Holder} holder @param {import("./writes.js").Writes} writes */
  constructor(holder, writes) {
    this.#holder = holder;
    this.#writes = writes;
  }

  /** Goes on where an earlier page was. @param {any} state that `save` kept */
  resume({ positions, local = [] }) {
    for (const key of local) this.#local.add(String(key));
    for (const [log, cursor] of Object.entries(positions.logs)) {
      this.#heard.set(Number(log), parseCursor(cursor ?? "") ?? START);
    }
  }

  get local() {
    return [...this.#local];
  }

  /**
   * A value came from the gateway, or was taken by it.
   * @param {string} key @param {import("./ahead.js").Place} place
   */
  came(key, { tags, asOf, tagsAsOf }) {
    this.#local.delete(key);
    const ahead = (/** @type {number} */ log, /** @type {Position} */ at) => {
      const heard = this.#heard.get(log);
      if (!heard) this.#heard.set(log, at);
      return heard !== undefined && compare(at, heard) > 0;
    };
    const byKey = ahead(bucketOf(key), asOf);
    if (ahead(TAGS, tagsAsOf) || byKey) this.#ahead.add(key, { tags, asOf, tagsAsOf });
    else this.#ahead.delete(key);
  }

  /** A value was written for this page alone. @param {string} key */
  keep(key) {
    this.#ahead.delete(key);
    this.#local.add(key);
    if (this.#local.size > LOCAL) this.#local.delete([...this.#local.keys()][0]);
  }

  /** A value was changed, and the gateway has to hear of it. @param {string} key @returns {boolean} false: it never had it */
  change(key) {
    this.#ahead.delete(key);
    return !this.#local.delete(key);
  }

  /** Whether others changed a key after this. @param {string} key @param {Position} asOf of this page's change */
  overtaken(key, asOf) {
    const at = this.#overtaken.get(key);
    this.#overtaken.delete(key);
    return at !== undefined && compare(at, asOf) > 0;
  }

  clear() {
    this.#local.clear();
  }

  /** @param {Change} change */
  changed({ log, events, lost, slots, prefixes }) {
    if (lost) this.#lost(log, new Set(slots), prefixes);
    for (const event of events) this.#hear(log, event);
    const last = events.at(-1)?.at;
    if (last) this.#heard.set(log, last); // after lost events, more is ahead than would have to be
    const heard = (/** @type {string} */ key) => this.#heard.get(bucketOf(key)) ?? START;
    this.#ahead.sweep(heard, this.#heard.get(TAGS) ?? START);
  }

  /** @param {number} log @param {import("../../sync/change-log.js").LogEvent} event */
  #hear(log, { kind, name, at }) {
    if (kind === "tag") {
      const spared = this.#ahead.spared(at, (_, tags) => tags.includes(name));
      this.#holder.dropTag(name, spared);
    } else if (kind === "prefix") {
      const spared = this.#ahead.spared(at, (key) => key.startsWith(name));
      const own = new Set([...this.#local].filter((key) => key.startsWith(name)));
      this.#holder.dropPrefix(name, spared, own);
    } else if (kind !== "epoch" && log !== TAGS) {
      if (this.#writes.has(name)) this.#overtaken.set(name, at);
      else if (!this.#ahead.has(name, at) && !this.#local.has(name)) this.#holder.drop(name);
    }
  }

  /** History is gone: what may have changed since goes too. @param {number} log @param {Set<number>} slots @param {boolean} prefixes */
  #lost(log, slots, prefixes) {
    const own = (/** @type {string} */ key) => this.#local.has(key) || this.#writes.has(key);
    if (log === TAGS) {
      this.#holder.dropDoubtful(
        (key) => prefixes && !own(key),
        (tag) => slots.has(tagSlotOf(tag)),
      );
    } else {
      this.#holder.dropDoubtful(
        (key) => bucketOf(key) === log && slots.has(slotOf(key)) && !own(key),
        () => false,
      );
    }
  }
}
