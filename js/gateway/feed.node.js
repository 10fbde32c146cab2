import { compare, positionText } from "../sync/position.js";
import { LOGS } from "./engine.node.js";

/** @typedef {import("./engine.node.js").Event} Event */
/** @typedef {import("../sync/position.js").Cursor} Cursor */

/** Events of a first call, and of the largest; whoever is far behind asks for more at once. */
const [PIECE, MOST] = [500, 8000];

/**
 * @typedef {object} News of one log
 * @property {number} log
 * @property {Event[]} events new ones, oldest first
 * @property {false | "trimmed" | "replaced"} lost whether some before them are missing
 * @property {Cursor | undefined} head after them
 */

/**
 * Follows all logs of an engine by asking, at an interval that grows while nothing happens. The
 * logs stay the truth: a question that fails is asked again, so no change is missed for good.
 *
 * When history was replaced (a failover lost acknowledged writes), it begins a new epoch, so that
 * later positions are larger than all that anybody has seen.
 */
export class Feed {
  #engine;
  #fastest;
  #slowest;
  /** @type {(Cursor | undefined)[]} */
  #heads = [];
  /** @type {Set<(news: News) => unknown>} */
  #listeners = new Set();
  /** Questions under way, by log. @type {Map<number, Promise<void>>} */
  #asking = new Map();
  /** Logs to be asked once more. @type {Set<number>} */
  #again = new Set();
  /** Events that values have and this feed has not read yet, by log. @type {Cursor[][]} */
  #expected = Array.from({ length: LOGS }, () => []);
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #interval;
  #stopped = false;
  /** Why the engine cannot be asked now. @type {unknown} */
  failure;

  /**
   * @param {import("./engine.node.js").Engine} engine
   * @param {{ fastest?: number, slowest?: number }} [options] ms between two questions
   */
  constructor(engine, { fastest = 20, slowest = 200 } = {}) {
    this.#engine = engine;
    this.#fastest = fastest;
    this.#slowest = slowest;
    this.#interval = fastest;
  }

  /** Stands at the end of all logs. @returns {Promise<void>} rejects when the engine cannot be asked */
  async start() {
    this.#heads = await this.#engine.heads();
    this.#later();
  }

  /** The last event of each log that the listeners know; undefined while a log is empty. */
  get heads() {
    return this.#heads;
  }

  /**
   * @param {(news: News) => unknown} listener called in order, log by log; must not throw
   * @returns {() => void} ends it
   */
  listen(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Reads on in a log; resolves when its listeners know all that happened before the call.
   * @param {number} log
   * @returns {Promise<void>} rejects when the engine cannot be asked
   */
  async catchUp(log) {
    const under = this.#asking.get(log);
    if (under) {
      this.#again.add(log); // the answer under way may be older
      return under;
    }
    const asking = this.#read(log);
    this.#asking.set(log, asking);
    return asking;
  }

  /**
   * Says that a value was read or written whose event this feed may not have read yet. If the log
   * turns out not to hold it, history was replaced.
   * @param {number} log @param {Cursor} event
   */
  expect(log, event) {
    const head = this.#heads[log];
    if (!head || compare(event, head) > 0) this.#expected[log].push(event);
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #later() {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#round(), this.#interval);
  }

  async #round() {
    const before = this.#heads.slice();
    const all = Array.from({ length: LOGS }, (_, log) => this.catchUp(log));
    const failed = (await Promise.allSettled(all)).find(({ status }) => status === "rejected");
    this.failure = failed && /** @type {PromiseRejectedResult} */ (failed).reason;
    const quiet = this.#heads.every((head, log) => head === before[log]);
    this.#interval = quiet ? Math.min(this.#interval * 1.5, this.#slowest) : this.#fastest;
    this.#later();
  }

  /** @param {number} log */
  async #read(log) {
    await undefined; // until `#asking` knows it
    try {
      let limit = PIECE;
      for (let more = true; more && !this.#stopped; ) {
        this.#again.delete(log);
        const before = this.#heads[log];
        const expected = this.#expected[log];
        this.#expected[log] = []; // what is expected from now on, this answer may not have
        let { lost, events, head } = await this.#engine
          .events(log, before, limit)
          .catch((error) => {
            this.#expected[log].push(...expected);
            throw error;
          });
        const full = events.length === limit;
        if (!lost) {
          const last = full ? events.at(-1)?.at : undefined;
          const missing = lacking(expected, before, events, last);
          if (missing) [lost, events] = ["replaced", []];
          else if (last)
            this.#expected[log].push(...expected.filter((it) => compare(it, last) > 0));
        }
        if (lost === "replaced") await this.#engine.restart(log);
        // An empty log that was read from its start has lost nothing.
        if (events.length > 0 || lost) {
          this.#heads[log] = head;
          for (const tell of this.#listeners) tell({ log, events, lost, head });
        }
        if (full) limit = Math.min(4 * limit, MOST);
        more = full || Boolean(lost) || this.#again.has(log);
      }
    } finally {
      // In the turn that decides to end: whoever asks later starts another question.
      this.#asking.delete(log);
    }
  }
}

/**
 * Whether an expected event is not where it has to be.
 * @param {Cursor[]} expected
 * @param {Cursor | undefined} before the first of the events
 * @param {Event[]} events
 * @param {import("../sync/position.js").Position | undefined} last of the events, if there are more
 */
function lacking(expected, before, events, last) {
  if (expected.length === 0) return false;
  const checks = new Map(events.map(({ at, check }) => [positionText(at), check]));
  return expected.some((event) => {
    if ((before && compare(event, before) <= 0) || (last && compare(event, last) > 0)) return false;
    return checks.get(positionText(event)) !== event.check;
  });
}
