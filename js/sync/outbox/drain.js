/** @typedef {import("./entry.js").Entry} Entry */

/**
 * What happened to an entry: the detail of an outbox's events.
 * @typedef {object} News
 * @property {number} id @property {string} lane @property {string[]} tags
 * @property {Entry["state"] | "sent" | "removed"} state
 * @property {number} [next] it is sent again after that, in ms since 1970
 * @property {number} [status] of the answer @property {unknown} [problem] its body
 */

/** Sends what is due: one entry of a lane at a time, and several lanes at once. */
export class Drain {
  #queue;
  #sender;
  #lanes;
  #tell;
  #last = ""; // the lane that began last; the others come first
  #wake = () => {};

  /**
   * @param {import("./queue.js").Queue} queue @param {import("./send.js").Sender} sender
   * @param {number} lanes at once @param {(news: News) => void} tell
   */
  constructor(queue, sender, lanes, tell) {
    this.#queue = queue;
    this.#sender = sender;
    this.#lanes = lanes;
    this.#tell = tell;
  }

  /** Looks again at what is due, if it runs. */
  wake() {
    this.#wake();
  }

  /**
   * Ends when nothing is due, under the outbox's lock.
   * @param {AbortSignal} signal ends it after the requests under way
   * @param {boolean} eager whether what had no answer is sent again at once
   * @returns {Promise<number>} when something is due, in ms since 1970; `Infinity` for never
   * @throws IndexedDB's errors
   */
  async run(signal, eager) {
    /** @type {Map<string, Promise<void>>} */
    const busy = new Map();
    /** @type {Set<number>} */
    const tried = new Set();
    /** @type {unknown[]} */
    const errors = [];
    let next = Number.POSITIVE_INFINITY;
    const due = (/** @type {Entry} */ entry) => {
      const { next: then = 0, status } = entry;
      // No wait is that long: the clock was set back.
      const now = then - Date.now() > this.#sender.longest;
      const again = eager && status === undefined && !tried.has(entry.id);
      const at = Math.max(now || again ? 0 : then, this.#sender.freeAt(entry));
      if (at <= Date.now()) return true;
      next = Math.min(next, at);
      return false;
    };
    for (;;) {
      const woken = new Promise((resolve) => {
        this.#wake = () => resolve(undefined);
      });
      const free = this.#lanes - busy.size;
      if (free > 0 && errors.length === 0 && !signal.aborted) {
        next = Number.POSITIVE_INFINITY;
        const heads = this.#queue
          .heads(this.#last, (lane) => busy.has(lane), due, free)
          .catch((error) => {
            errors.push(error);
            return [];
          });
        for (const entry of await heads) {
          const { lane, id } = entry;
          this.#last = lane;
          tried.add(id);
          const sent = this.#send(entry).catch((error) => void errors.push(error));
          busy.set(
            lane,
            sent.finally(() => busy.delete(lane)),
          );
        }
      }
      if (busy.size === 0) break;
      await Promise.race([...busy.values(), woken]);
    }
    if (errors.length > 0) throw errors[0];
    return next;
  }

  /** @param {Entry} entry the first of its lane */
  async #send(entry) {
    const { id, lane, tags } = entry;
    if (this.#sender.expired(entry)) {
      const title = "no answer came for longer than the server keeps its key; it may be applied";
      return this.#settle(entry, { state: "parked", problem: { code: "KEY_EXPIRED", title } });
    }
    let current = entry;
    const outcome = await this.#sender.send(entry, async () => {
      const claimed = await this.#queue.claim(id, (now) =>
        isSame(now, entry)
          ? { ...now, state: "sending", attempts: now.attempts + 1, first: now.first ?? Date.now() }
          : undefined,
      );
      if (!claimed) return undefined;
      this.#tell({ id, lane, tags, state: "sending" });
      current = claimed;
      return claimed;
    });
    if (outcome) await this.#settle(current, outcome);
  }

  /** @param {Entry} entry @param {import("./send.js").Outcome} outcome */
  async #settle(entry, { state, ...changes }) {
    const { id, lane, tags } = entry;
    const { next, status, problem } = changes;
    if (state === "sent") {
      // Should the machine's end undo this, it is sent again with its key.
      await this.#queue.delete(id);
    } else {
      const parked = state === "parked" && { queue: undefined, next: undefined };
      const changed = await this.#queue.update(
        id,
        (now) => (isSame(now, entry) ? { ...now, ...changes, state, ...parked } : undefined),
        parked ? "strict" : "relaxed",
      );
      if (!changed) return; // removed meanwhile
    }
    this.#tell({ id, lane, tags, state, next, status, problem });
  }
}

/** Whether nothing has happened to it since it was read. @param {Entry} now @param {Entry} then */
const isSame = (now, then) => now.queue !== undefined && now.attempts === then.attempts;
