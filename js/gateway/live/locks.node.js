import { integerOf, Refused, textOf } from "./requests.node.js";
import { keyOf } from "./state-values.node.js";

/** @typedef {import("../engine.node.js").Engine} Engine */

const MOST_TTL = 3_600_000; // ms
const MOST_WAIT = 8000; // ms; whoever waits longer asks again
const POLL = 1000; // ms after which a wake counts as lost

/**
 * Locks of the engine, with tokens that fence writes.
 *
 *     lock    { name, ttl, holder, wait? } -> { token, waited } or { token: 0, wait }
 *     renew   { name, token, ttl } -> {}, or refused with `LOST`
 *     unlock  { name, token } -> { released }
 *
 * `holder` is a random word of the client: asked again, it gets the token that it has. `waited`: ms from
 * the request to the beginning of the lock.
 * @param {import("./live.node.js").Live} live
 */
export function addLocks(live) {
  const { locks } = live.engine;
  const bells = new Bells(live.engine);
  /** @param {import("./session.node.js").Session} session @param {any} args */
  const held = async (session, { name, token }) => {
    const lock = keyOf(name, "a lock's name");
    const number = integerOf(token, "token", 1, Number.MAX_SAFE_INTEGER);
    await live.allow(session, "lock", lock);
    return /** @type {const} */ ([lock, number]);
  };

  live.kinds.set("lock", async (session, { name, ttl, holder, wait = 0 }) => {
    const begin = performance.now();
    const lock = keyOf(name, "a lock's name");
    const ms = integerOf(ttl, "ttl", 1, MOST_TTL);
    const most = Math.min(integerOf(wait, "wait", 0, Number.MAX_SAFE_INTEGER), MOST_WAIT);
    const who = `${session.user?.id ?? ""}/${textOf(holder, "holder", 64)}`;
    await live.allow(session, "lock", lock);
    const bell = bells.at(lock);
    try {
      for (;;) {
        const waited = Math.max(0, Math.floor(performance.now() - begin));
        const lease = await locks.acquire(lock, ms, who);
        if (lease.token > 0 && !session.ended) return { token: lease.token, waited };
        const left = most - (performance.now() - begin);
        // Nobody is there to hold it.
        if (lease.token > 0) await locks.release(lock, lease.token);
        if (left <= 0 || session.ended) return lease.token > 0 ? { token: 0, wait: 0 } : lease;
        await bell.rung(Math.min(left, lease.wait, POLL * (0.5 + Math.random())));
      }
    } finally {
      bell.end();
    }
  });

  live.kinds.set("renew", async (session, args) => {
    const [lock, token] = await held(session, args);
    if (await locks.renew(lock, token, integerOf(args.ttl, "ttl", 1, MOST_TTL))) return {};
    throw new Refused("LOST", `the lock ${lock} is not held with this token any more`);
  });

  live.kinds.set("unlock", async (session, args) => ({
    released: await locks.release(...(await held(session, args))),
  }));
}

/** A ring that its waiter has not heard yet is kept. @typedef {{ rang: boolean, hear: () => void }} Bell */

/** Who waits here for a lock. A release wakes the one that has waited longest. */
class Bells {
  #engine;
  /** By lock, the longest first. @type {Map<string, Set<Bell>>} */
  #waiting = new Map();
  /** @type {(() => void) | undefined} */
  #stop;

  /** @param {Engine} engine */
  constructor(engine) {
    this.#engine = engine;
  }

  /** @param {string} lock */
  at(lock) {
    this.#stop ??= this.#engine.wakes((wake) => {
      if ("lock" in wake) this.#ring(wake.lock);
    });
    const bells = this.#waiting.get(lock) ?? new Set();
    this.#waiting.set(lock, bells);
    /** @type {Bell} */
    const bell = { rang: false, hear: () => {} };
    bells.add(bell);
    return {
      /** @param {number} ms at most */
      rung: async (ms) => {
        if (!bell.rang) {
          await new Promise((resolve) => {
            const timer = setTimeout(resolve, Math.max(1, ms));
            bell.hear = () => {
              clearTimeout(timer);
              resolve(undefined);
            };
          });
        }
        bell.rang = false;
      },
      end: () => {
        bells.delete(bell);
        if (bells.size === 0 && this.#waiting.get(lock) === bells) this.#waiting.delete(lock);
        if (this.#waiting.size > 0) return;
        this.#stop?.();
        this.#stop = undefined;
      },
    };
  }

  /** @param {string} lock */
  #ring(lock) {
    for (const bell of this.#waiting.get(lock) ?? []) {
      if (bell.rang) continue;
      bell.rang = true;
      bell.hear();
      break;
    }
  }
}
