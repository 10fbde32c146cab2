import { checkOptions, func, string } from "../core/check.js";

/**
 * A change of a key. `type`:
 * - `set`: a value was stored
 * - `load`: the value came into memory from the disk
 * - `reject`: a value was larger than the budget; the key has none now
 * - `evict`, `expire`, `delete`, `clear`, `invalidate`, `close`: the value left memory for this reason
 * - `outside`: another tab or cache, or the gateway, changed a key that is not in memory
 * @template [Value=unknown]
 * @typedef {object} Change
 * @property {string} key
 * @property {"set" | "load" | "reject" | "outside" | Exclude<import("./engine.js").Reason, "overwrite">} type
 * @property {Value} [value] the one in memory now, after `set` and `load`
 */

/** @typedef {(change: Change<any>) => unknown} ChangeListener */
/** @typedef {{ name: string, listener?: ChangeListener }} Subscription */

/** Those who hear of the changes of a key, or of all keys with a prefix. */
export class Subscribers {
  #heard;
  /** @type {Map<unknown, Set<Subscription>>} */ #keys = new Map();
  /** @type {Set<Subscription>} */ #prefixes = new Set();

  /** @param {Set<string>} heard contains "change" while there are subscribers */
  constructor(heard) {
    this.#heard = heard;
  }

  /** As `subscribe` of a cache. @param {string | { prefix: string }} what @param {ChangeListener} listener */
  add(what, listener) {
    let group = this.#prefixes;
    let name = what;
    if (typeof name === "string") {
      group = this.#keys.get(name) ?? new Set();
    } else {
      checkOptions("subscribe", what, { prefix: string });
      name = name.prefix;
    }
    string(name, "subscribe: prefix");
    func(listener, "subscribe: listener");
    if (group !== this.#prefixes) this.#keys.set(name, group);
    /** @type {Subscription} */
    const own = { name, listener };
    group.add(own);
    this.#heard.add("change");
    return () => {
      own.listener = undefined;
      if (!group.delete(own) || group.size > 0) return;
      this.#keys.delete(what);
      if (this.#keys.size + this.#prefixes.size === 0) this.#heard.delete("change");
    };
  }

  /**
   * O(1) without subscribers, else O(subscribers of the key + prefixes). The asynchronous function turns an error into a rejection
   * that nobody handles, which the page reports.
   * @param {Change["type"]} type @param {string} key @param {any} [value]
   */
  tell(type, key, value) {
    if (!this.#heard.has("change")) return;
    for (const own of [...(this.#keys.get(key) ?? []), ...this.#prefixes])
      if (key.startsWith(own.name)) (async () => own.listener?.({ key, type, value }))();
  }
}
