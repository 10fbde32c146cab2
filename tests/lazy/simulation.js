// A simulated world for the facade: a clock that jumps from event to event, a
// seeded random number, and a network made of functions.

/** A seeded generator (mulberry32). @param {number} seed @returns {() => number} in [0, 1) */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Simulation {
  /** Simulated ms since the start. */
  time = 0;
  /** @type {{ at: number, order: number, done: () => void }[]} */
  #timers = [];
  #order = 0;
  #watchers = new Set();
  online = true;
  hidden = false;

  /** @param {number} [seed] */
  constructor(seed = 1) {
    this.random = seeded(seed);
  }

  /** @param {number} ms @param {() => void} done */
  after(ms, done) {
    const timer = { at: this.time + Math.max(0, ms), order: this.#order++, done };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /**
   * Runs until `promise` settles or nothing is left to happen.
   * @template T @param {Promise<T>} promise @returns {Promise<T>}
   */
  async run(promise) {
    let settled = false;
    const end = () => {
      settled = true;
    };
    promise.then(end, end);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve)); // lets every microtask run
      if (settled) return promise;
      if (!this.step()) throw new Error(`nothing left to happen at ${this.time} ms`);
    }
  }

  /** Goes online or offline, hides or shows the page. @param {{ online?: boolean, hidden?: boolean }} change */
  set(change) {
    Object.assign(this, change);
    for (const changed of [...this.#watchers]) changed();
  }

  /** Jumps to the next timer and runs it. */
  step() {
    if (this.#timers.length === 0) return false;
    this.#timers.sort((a, b) => a.at - b.at || a.order - b.order);
    const timer = /** @type {any} */ (this.#timers.shift());
    this.time = timer.at;
    timer.done();
    return true;
  }

  /**
   * @param {(url: string, init: any, sim: Simulation) => Promise<Response>} [respond]
   * @returns {import("../../js/lazy/environment.js").Environment}
   */
  environment(respond = async () => new Response("")) {
    return {
      now: () => this.time,
      date: () => this.time,
      random: this.random,
      after: (ms, done) => this.after(ms, done),
      fetch: (url, init) =>
        new Promise((resolve, reject) => {
          if (init.signal?.aborted) return reject(init.signal.reason);
          init.signal?.addEventListener("abort", () => reject(init.signal.reason), { once: true });
          respond(url, init, this).then(resolve, reject);
        }),
      load: async (url) => ({ url }),
      online: () => this.online,
      hidden: () => this.hidden,
      watch: (changed) => {
        this.#watchers.add(changed);
        return () => this.#watchers.delete(changed);
      },
    };
  }
}
