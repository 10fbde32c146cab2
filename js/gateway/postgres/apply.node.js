import { setTimeout as pause } from "node:timers/promises";
import { jitter } from "../../core/waits.js";

/** @typedef {import("./batch.node.js").Batch} Batch */
/** @typedef {import("./batch.node.js").Event} Event */

const AT_ONCE = 16; // calls of the engine
const NAMES = 1000; // of one invalidation
const FIRST_RETRY = 50; // ms
const LAST_RETRY = 5000;
/** PostgreSQL may send a transaction again after that long, and it is refused. */
const REMEMBER = 30 * 24 * 3_600_000;

/** Applies batches to values and channels. While the engine fails, it tries again. */
export class Applier {
  #to;
  #channels;
  #options;

  /**
   * @param {import("../sources.node.js").Target} to
   * @param {import("./channels.node.js").Channels} channels
   * @param {{ keep: number, signal: AbortSignal, report: (error: unknown) => void,
   *   counts: import("./source.node.js").Counts }} options
   */
  constructor(to, channels, options) {
    this.#to = to;
    this.#channels = channels;
    this.#options = options;
  }

  /**
   * Resolves when all of it was done. A channel takes the same (publisher, seq) once.
   * @param {Batch} batch @param {string} publisher @param {number} seq
   * @returns {Promise<void>} rejects only when the signal aborts
   */
  async apply(batch, publisher, seq) {
    await this.#again(() => this.#channels.add(ownersOf(batch)));
    for (const [table, reason] of batch.resets) {
      for (const name of this.#channels.of(table)) {
        batch.add(table, name, { type: "reset", data: { reason } });
      }
    }
    // Whoever hears of a change and reads the value must not get the old one.
    await this.#invalidate(batch);
    await inParallel([...batch.channels], ([channel, { events }]) =>
      this.#append(channel, events, publisher, seq),
    );
  }

  /** @param {Batch} batch */
  async #invalidate({ everything, tags, keys }) {
    const { values } = this.#to;
    if (everything) return void (await this.#again(() => values.invalidate([], [""])));
    const list = [...tags];
    for (let at = 0; at < list.length; at += NAMES) {
      await this.#again(() => values.invalidate(list.slice(at, at + NAMES)));
    }
    await inParallel([...keys], (key) => this.#again(() => values.delete(key)));
  }

  /** @param {string} channel @param {Event[]} events @param {string} publisher @param {number} seq */
  async #append(channel, events, publisher, seq) {
    const { keep, report, counts } = this.#options;
    const append = (/** @type {Event[]} */ list) =>
      this.#again(() =>
        this.#to.streams.append(channel, list, { keep, publisher, seq, remember: REMEMBER }),
      );
    let answer;
    try {
      answer = await append(events);
    } catch (error) {
      if (!refused(error)) throw error;
      report(error);
      answer = await append([{ type: "reset", data: { reason: "refused" } }]);
    }
    if (answer.duplicate) counts.duplicates += events.length;
    else counts.events += events.length;
  }

  /** @template Result @param {() => Promise<Result>} work that may be done twice */
  async #again(work) {
    const { signal, report } = this.#options;
    for (let failed = 0; ; failed++) {
      signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        if (refused(error)) throw error;
        report(error);
        const wait = jitter(failed, FIRST_RETRY, LAST_RETRY, Math.random());
        await pause(wait, undefined, { signal });
      }
    }
  }
}

/** Whether it will never be taken. @param {unknown} error */
const refused = (error) =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  /** @type {{ code?: string }} */ (error)?.code === "TOO_LARGE";

/** @param {Batch} batch @returns {[table: string, channel: string][]} */
const ownersOf = ({ channels }) => [...channels].map(([name, { table }]) => [table, name]);

/** @template Item @param {Item[]} items @param {(item: Item) => Promise<unknown>} work */
async function inParallel(items, work) {
  let at = 0;
  const lane = async () => {
    while (at < items.length) await work(items[at++]);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
}
