/**
 * The reports of the page's rooms and their listeners: a sampler sees caches,
 * lists and loads, and the rooms do not know each other. Nothing is measured
 * without a listener.
 */

/** @typedef {(name: string, value: number, tags?: Record<string, string>) => void} Listener */

/**
 * Asked for numbers now and then.
 * @typedef {{ readonly name: string, stats: () => Record<string, any> }} Source
 */

export class Rooms {
  /** @type {Set<Listener>} */
  listeners = new Set();
  /** Weak, so that a room that was dropped without being closed can be freed. @type {Set<WeakRef<Source>>} */
  sources = new Set();

  /** @param {Source} source @returns {() => void} takes it off the list */
  list(source) {
    const ref = new WeakRef(source);
    this.sources.add(ref);
    return () => this.sources.delete(ref);
  }

  /** @type {Listener} */
  tell(name, value, tags) {
    for (const listener of this.listeners) listener(name, value, tags);
  }
}

/** The page's. */
export const rooms = new Rooms();
