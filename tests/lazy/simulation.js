// A simulated environment: a clock that jumps from event to event, seeded random
// numbers, and a network made of functions.

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
  /** @type {{ at: number, order: number, done?: () => void }[]} a heap */
  #timers = [];
  #order = 0;
  #watchers = new Set();
  online = true;
  hidden = false;
  asked = false;

  /** @param {number} [seed] */
  constructor(seed = 1) {
    this.random = seeded(seed);
  }

  /** @param {number} ms @param {() => void} done */
  after(ms, done) {
    const timer = { at: this.time + Math.max(0, ms), order: this.#order++, done };
    push(this.#timers, timer);
    return () => {
      timer.done = undefined;
    };
  }

  /**
   * Runs until `promise` settles. Fails when no timer is left before that.
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
      if (!this.step()) throw new Error(`no timer is left at ${this.time} ms`);
    }
  }

  /** Goes online or offline, hides or shows the page. @param {{ online?: boolean, hidden?: boolean }} change */
  set(change) {
    Object.assign(this, change);
    for (const changed of [...this.#watchers]) changed();
  }

  /** Jumps to the next timer and runs it. */
  step() {
    let timer;
    do {
      timer = pop(this.#timers);
      if (!timer) return false;
    } while (!timer.done); // cancelled
    this.time = timer.at;
    timer.done();
    return true;
  }

  /**
   * @param {(url: string, init: any, sim: Simulation) => Promise<Response>} [respond]
   * @returns {import("../../js/lazy/net/environment.js").Environment}
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
      asked: () => this.asked,
      watch: (changed) => {
        this.#watchers.add(changed);
        return () => this.#watchers.delete(changed);
      },
    };
  }
}

// A binary heap of timers, the next one first.
const before = (a, b) => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap, timer) {
  let at = heap.length;
  for (; at > 0; at = (at - 1) >> 1) {
    const parent = heap[(at - 1) >> 1];
    if (!before(timer, parent)) break;
    heap[at] = parent;
  }
  heap[at] = timer;
}

function pop(heap) {
  const first = heap[0];
  const last = heap.pop();
  if (heap.length === 0 || last === undefined) return first;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
    if (!before(heap[child], last)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}
