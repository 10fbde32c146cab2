// A world with a clock, chance and a network of its own: the same course of events for each seed.
import { decode, encode } from "../../../js/sync/live/frames.js";
import { random } from "../../cache/random.js";

/** @typedef {import("../../../js/sync/live/link.js").Transport} Transport */

/** Lets everything that is ready happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Time that passes when it is told to. @implements {import("../../../js/sync/live/world.js").World} */
export class SimWorld {
  #now = 1_700_000_000_000;
  /** By time, then by the order of the calls. @type {{ at: number, n: number, due: () => void }[]} */
  #heap = [];
  #n = 0;
  below;
  /** Whether everything that is ready happens after each event, not only after those of one moment. */
  each = false;

  /** @param {number} seed */
  constructor(seed) {
    this.below = random(seed);
  }

  now = () => this.#now;
  random = () => this.below(2 ** 30) / 2 ** 30;

  /** @param {() => void} due @param {number} ms */
  later = (due, ms) => {
    const item = { at: this.#now + Math.max(0, Math.round(ms)), n: this.#n++, due };
    this.#push(item);
    return () => {
      item.due = () => {};
    };
  };

  /** @param {() => void} due */
  frame = (due) => void this.later(due, 16);

  /** @param {number} ms that pass */
  async run(ms) {
    const end = this.#now + ms;
    await settle();
    while (this.#heap.length > 0 && this.#heap[0].at <= end) {
      const { at, due } = this.#pop();
      this.#now = at;
      due();
      if (this.each || this.#heap[0]?.at !== at) await settle();
    }
    this.#now = end;
  }

  /** @param {() => boolean} state @param {number} [most] ms @returns {Promise<boolean>} */
  async until(state, most = 600_000) {
    for (let ms = 0; ms < most; ms += 50) {
      if (state()) return true;
      await this.run(50);
    }
    return state();
  }

  /** @typedef {{ at: number, n: number, due: () => void }} Item */
  /** @param {Item} a @param {Item} b */
  #before = (a, b) => a.at < b.at || (a.at === b.at && a.n < b.n);

  /** @param {Item} item */
  #push(item) {
    const heap = this.#heap;
    let i = heap.push(item) - 1;
    while (i > 0 && this.#before(item, heap[(i - 1) >> 1])) {
      heap[i] = heap[(i - 1) >> 1];
      i = (i - 1) >> 1;
    }
    heap[i] = item;
  }

  #pop() {
    const heap = this.#heap;
    const first = heap[0];
    const last = /** @type {Item} */ (heap.pop());
    if (heap.length === 0) return first;
    for (let i = 0; ; ) {
      let child = 2 * i + 1;
      if (child + 1 < heap.length && this.#before(heap[child + 1], heap[child])) child++;
      if (child >= heap.length || this.#before(last, heap[child])) {
        heap[i] = last;
        return first;
      }
      heap[i] = heap[child];
      i = child;
    }
  }
}

/**
 * Connections between clients and a gateway. Frames are late; those with events may also be lost,
 * doubled or overtaken, unlike on a WebSocket, because a gateway's own feed may lose them.
 */
export class SimNetwork {
  #world;
  #accept;
  /** @type {Set<(code?: number) => void>} */
  #open = new Set();
  /** Nobody can connect, and open connections are silent. */
  parted = false;
  /** Of 1,000 frames with events. */
  faults = { drop: 0, double: 0, overtake: 0 };
  connections = 0;

  /** @param {SimWorld} world @param {(connection: Connection) => void} accept */
  constructor(world, accept) {
    this.#world = world;
    this.#accept = accept;
  }

  /** Connections at the moment. */
  get open() {
    return this.#open.size;
  }

  /** Breaks some connections, which both ends notice. @param {number} [one] of so many */
  kill(one = 1) {
    for (const end of [...this.#open]) if (this.#world.below(one) === 0) end(1006);
  }

  /** @type {Transport} */
  connect = ({ open, frame, close }) => {
    const world = this.#world;
    let alive = true;
    /** Neither end notices that nothing arrives. */
    let silent = false;
    const times = { up: 0, down: 0 };
    /** @type {Connection} */
    const connection = {
      received: () => {},
      closed: () => {},
      send: (frame_) => {
        const held = /^\[\["ev"/.test(String(frame_));
        const { drop, double, overtake } = this.faults;
        if (held && world.below(1000) < drop) return;
        const copies = held && world.below(1000) < double ? 2 : 1;
        for (let i = 0; i < copies; i++) {
          pass("down", () => frame(frame_), held && world.below(1000) < overtake);
        }
      },
      close: (code) => pass("down", () => end(code), false),
      silence: () => {
        silent = true;
      },
    };
    /** @param {"up" | "down"} way @param {() => void} arrive @param {boolean} overtaken */
    const pass = (way, arrive, overtaken) => {
      let at = world.now() + 1 + world.below(20);
      if (overtaken) at += world.below(300);
      else {
        at = Math.max(at, times[way]);
        times[way] = at;
      }
      world.later(() => {
        if (alive && this.parted) silent = true; // what is lost never comes
        if (alive && !silent) arrive();
      }, at - world.now());
    };
    /** @param {number} [code] */
    const end = (code = 1006) => {
      if (!alive) return;
      alive = false;
      this.#open.delete(end);
      connection.closed();
      close(code);
    };
    if (this.parted) {
      world.later(() => close(1006), 100 + world.below(3000));
    } else {
      world.later(() => {
        if (!alive) return;
        if (this.parted) return end();
        this.connections += 1;
        this.#open.add(end);
        this.#accept(connection);
        open();
      }, 10 + world.below(40));
    }
    return {
      send: (it) => pass("up", () => connection.received(it), false),
      close: () => {
        if (!alive) return;
        alive = false;
        // The gateway of a silent connection never hears of it.
        if (!silent && !this.parted) connection.closed();
        this.#open.delete(end);
      },
    };
  };
}

/**
 * The gateway's end.
 * @typedef {object} Connection
 * @property {(frame: string | Uint8Array) => void} received
 * @property {() => void} closed
 * @property {(frame: string | Uint8Array) => void} send
 * @property {(code: number) => void} close
 * @property {() => void} silence
 */

export { decode, encode };
