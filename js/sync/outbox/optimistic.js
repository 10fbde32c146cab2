/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {import("./entry.js").Shown} Shown */

/**
 * What an outbox needs of a Cache.
 * @typedef {{
 *   peek(key: unknown): unknown, set(key: unknown, value: unknown): unknown,
 *   delete(key: unknown): unknown, invalidateTag?(...tags: string[]): unknown,
 * }} OutboxCache
 */

/** Values of a cache that are shown before the server has agreed. */
export class Optimistic {
  #cache;
  /** By entry, oldest first. @type {Map<number, Shown[]>} */ #held = new Map();

  /** @param {OutboxCache} cache */
  constructor(cache) {
    this.#cache = cache;
  }

  /** With what is there now. @param {Shown[]} values @returns {Shown[]} */
  withBefore(values) {
    return values.map(({ key, value }) => ({ key, value, before: this.#cache.peek(key) }));
  }

  /** @param {number} id @param {Shown[]} values */
  apply(id, values) {
    if (values.length === 0 || this.#held.has(id)) return;
    for (const { key, value } of values) this.#cache.set(key, value);
    this.#held.set(id, values);
  }

  /** After a start: shows what waits, unless something newer is there. @param {Entry[]} entries */
  restore(entries) {
    for (const { id, optimistic, state } of entries) {
      if (state === "parked" || optimistic.length === 0) continue;
      for (const { key, value, before } of optimistic) {
        const now = this.#cache.peek(key);
        if (now === undefined || same(now, before)) this.#cache.set(key, value);
      }
      this.#held.set(id, optimistic);
    }
  }

  /** The server has agreed. @param {number} id @param {string[]} [tags] */
  keep(id, tags = []) {
    this.#held.delete(id);
    if (tags.length > 0) this.#cache.invalidateTag?.(...tags);
  }

  /**
   * Puts back what was there, except under newer values.
   * @param {number} id
   * @returns {Map<number, Shown[]>} values of later entries that lie on what was there now
   */
  rollBack(id) {
    const changed = new Map();
    const held = this.#held.get(id) ?? [];
    this.#held.delete(id);
    for (const { key, value, before } of [...held].reverse()) {
      const later = [...this.#held].find(
        ([other, values]) => other > id && values.some((it) => same(it.key, key)),
      );
      if (later) {
        const [other, values] = later;
        const first = values.findIndex((it) => same(it.key, key));
        changed.set(
          other,
          values.map((it, i) => (i === first ? { ...it, before } : it)),
        );
        this.#held.set(other, changed.get(other));
      } else if (!same(this.#cache.peek(key), value)) continue;
      else if (before === undefined) this.#cache.delete(key);
      else this.#cache.set(key, before);
    }
    return changed;
  }
}

/** By content: a value that was stored is another object. @param {unknown} a @param {unknown} b */
function same(a, b) {
  if (a === b) return true;
  try {
    return JSON.stringify(a) === JSON.stringify(b);
  } catch {
    return false; // not JSON: then only the value itself
  }
}
