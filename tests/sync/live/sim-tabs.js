// Tabs of one origin in a simulated world: locks, messages between tabs, and pages that freeze.

/** @typedef {import("./sim.js").SimWorld} SimWorld */

/** A page, whose timers and messages wait while it is frozen. */
export class SimTab {
  #world;
  /** @type {(() => void)[]} */
  #waiting = [];
  frozen = false;
  gone = false;
  /** @type {Set<() => void>} ends what it holds */
  held = new Set();

  /** @param {SimWorld} world */
  constructor(world) {
    this.#world = world;
  }

  /** @param {() => void} due */
  run(due) {
    if (this.gone) return;
    if (this.frozen) this.#waiting.push(due);
    else as(this, due);
  }

  thaw() {
    this.frozen = false;
    for (const due of this.#waiting.splice(0)) this.#world.later(() => this.run(due), 0);
  }

  /** As a crash: nothing is said. */
  crash() {
    this.gone = true;
    for (const end of [...this.held]) end();
  }

  /** @returns {import("../../../js/sync/live/world.js").World} its clock */
  get world() {
    const { now, random, later } = this.#world;
    const its = (/** @type {() => void} */ due, /** @type {number} */ ms) => {
      let off = false;
      later(() => this.run(() => off || due()), ms);
      return () => {
        off = true; // also when it is due in a frozen page
      };
    };
    return { now, random, later: its, frame: (due) => void its(due, 16) };
  }
}

/** The platform of the tab that runs now. @type {SimTab} */
let current;
/** @param {SimTab} tab @param {() => void} work in its name */
export function as(tab, work) {
  current = tab;
  work();
}

/** @param {SimWorld} world puts locks and channels in place of the platform's @returns {() => void} ends that */
export function installTabs(world) {
  world.each = true; // or a promise would go on in the name of another tab
  /** @typedef {{ tab: SimTab, signal?: AbortSignal, held: (lock: any) => any, resolve: (value: any) => void, reject: (error: unknown) => void }} Waiting */
  /** @type {Map<string, { holder?: Waiting, queue: Waiting[] }>} */
  const locks = new Map();
  const aborted = () => new DOMException("aborted", "AbortError");
  /** @param {string} name */
  const grant = (name) => {
    const lock = locks.get(name);
    if (!lock || lock.holder) return;
    const next = lock.queue.shift();
    if (!next) return;
    if (next.tab.gone) return grant(name);
    hold(name, next);
  };
  /** @param {string} name @param {Waiting} it */
  const hold = (name, it) => {
    const lock = /** @type {{ holder?: Waiting, queue: Waiting[] }} */ (locks.get(name));
    lock.holder = it;
    const release = () => {
      it.tab.held.delete(release);
      if (lock.holder !== it) return;
      lock.holder = undefined;
      grant(name);
    };
    it.tab.held.add(release);
    world.later(() => {
      it.tab.run(async () => {
        current = it.tab;
        if (lock.holder !== it) return;
        it.resolve(await it.held({}));
        release();
      });
    }, 1);
  };
  /** @param {string} name @param {any} options @param {(lock: any) => any} held */
  const request = (name, { signal, steal, ifAvailable }, held) =>
    new Promise((resolve, reject) => {
      const lock = locks.get(name) ?? { queue: [] };
      locks.set(name, lock);
      /** @type {Waiting} */
      const it = { tab: current, signal, held, resolve, reject };
      signal?.addEventListener("abort", () => {
        lock.queue = lock.queue.filter((other) => other !== it);
        reject(aborted());
      });
      if (signal?.aborted) return reject(aborted());
      if (steal) {
        const before = lock.holder;
        if (before) before.tab.run(() => before.reject(aborted()));
        hold(name, it);
      } else if (ifAvailable && lock.holder) resolve(held(null));
      else {
        lock.queue.push(it);
        grant(name);
      }
    });

  /** @type {Set<Channel>} */
  const open = new Set();
  class Channel {
    tab = current;
    /** @type {(event: { data: any }) => void} */
    onmessage = () => {};

    /** @param {string} name */
    constructor(name) {
      this.name = name;
      open.add(this);
    }

    /** @param {any} data */
    postMessage(data) {
      if (this.tab.gone) return;
      const copy = structuredClone(data);
      for (const other of open) {
        if (other === this || other.name !== this.name) continue;
        world.later(() => {
          other.tab.run(() => {
            if (!open.has(other)) return;
            current = other.tab;
            other.onmessage({ data: copy });
          });
        }, 1);
      }
    }

    close() {
      open.delete(this);
    }
  }
  const names = ["navigator", "BroadcastChannel"];
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  for (const [i, value] of [{ locks: { request } }, Channel].entries()) {
    Object.defineProperty(globalThis, names[i], { value, configurable: true, writable: true });
  }
  return () => {
    for (const [i, it] of before.entries()) {
      if (it) Object.defineProperty(globalThis, names[i], it);
      else Reflect.deleteProperty(globalThis, names[i]);
    }
  };
}
