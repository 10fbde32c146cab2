import { setTimeout as pause } from "node:timers/promises";
import { ApusError } from "../../core/errors.js";
import { jitter } from "../../core/waits.js";
import { missing, prepare } from "./prepare.node.js";
import { Replication } from "./replication.node.js";
import { Session } from "./session.node.js";
import { slotSql } from "./setup.node.js";

/** @typedef {import("../sources.node.js").Target} Target */

/**
 * @typedef {object} Counts of all sessions
 * @property {number} lsn position up to which everything was applied
 * @property {number} transactions
 * @property {number} events
 * @property {number} duplicates events that came again after a failure, and were refused
 */

const FIRST_RETRY = 100; // ms
const LAST_RETRY = 10_000;
const OTHERS_TURN = 1000; // ms, on average, until a gateway that waits asks for the slot again

/** Follows a replication slot through all failures; see `Session`. */
export class PostgresSource {
  #pg;
  #options;
  #stop = new AbortController();
  #work = Promise.resolve();
  /** @type {"waiting" | "connecting" | "streaming" | "lost" | "closed"} */ #state = "connecting";
  /** Whether it was said that the slot is gone. */
  #told = false;
  /** @type {unknown} */ #failure;
  /** @type {Counts} */ #counts = { lsn: 0, transactions: 0, events: 0, duplicates: 0 };

  /**
   * Use `postgres`.
   * @param {import("./replication.node.js").Pg} pg
   * @param {import("./options.node.js").PostgresOptions} options checked
   */
  constructor(pg, options) {
    this.#pg = pg;
    this.#options = { keep: 10_000, timeout: 10_000, ...options };
  }

  get name() {
    return `pg:${this.#options.slot}`;
  }

  /**
   * `waiting`: another gateway has the slot. `lost`: the slot has to be made again. `failure`: the
   * last one since the stream began.
   */
  get status() {
    return { state: this.#state, ...this.#counts, failure: this.#failure };
  }

  /** Connects once. @throws {ApusError} UNREACHABLE, SETUP */
  async check() {
    const { slot, create } = this.#options;
    const connection = await Replication.open(this.#pg, this.#options);
    try {
      const found = await prepare(connection, this.#options);
      if (!found.slot && !create) throw missing(this.#options, [slotSql(slot)]);
    } catch (cause) {
      if (cause instanceof ApusError) throw cause;
      const { message } = /** @type {Error} */ (cause);
      throw new ApusError("SETUP", `${this.name}: ${message}`, { cause });
    } finally {
      connection.close();
    }
  }

  /** @param {Target} to */
  start(to) {
    this.#work = this.#run(to);
  }

  async close() {
    this.#stop.abort();
    await this.#work;
    this.#state = "closed";
  }

  /** @param {Target} to */
  async #run(to) {
    const { signal } = this.#stop;
    for (let failed = 0; !signal.aborted; ) {
      const before = this.#counts.transactions;
      let wait = Math.random() * OTHERS_TURN * 2;
      try {
        await this.#session(to);
      } catch (error) {
        if (signal.aborted) return;
        if (this.#counts.transactions > before) failed = 0;
        const { code } = /** @type {{ code?: string }} */ (error);
        if (code === "55006") {
          this.#state = "waiting"; // the slot is active
        } else {
          wait = jitter(failed++, FIRST_RETRY, LAST_RETRY, Math.random());
          this.#state = code === "LOST" ? "lost" : "connecting";
          if (code === "LOST") this.#told = true;
          this.#report(error);
        }
      }
      await pause(wait, undefined, { signal }).catch(() => {});
    }
  }

  /** One connection, until it ends. @param {Target} to */
  async #session(to) {
    const { signal } = this.#stop;
    const context = {
      ...{ name: this.name, options: this.#options, to, signal, counts: this.#counts },
      report: (/** @type {unknown} */ error) => this.#report(error),
      lost: (/** @type {import("./options.node.js").Lost} */ lost) => this.#lost(lost),
    };
    const connection = await Replication.open(this.#pg, this.#options, signal);
    try {
      const session = await Session.begin(connection, context, this.#told);
      this.#told = false;
      this.#state = "streaming";
      this.#failure = undefined;
      try {
        await session.run();
      } finally {
        await session.end().catch(() => {}); // then the next session begins a little earlier
      }
    } finally {
      connection.close();
    }
  }

  /** @param {import("./options.node.js").Lost} lost */
  #lost(lost) {
    try {
      this.#options.onLost?.(lost);
    } catch (error) {
      this.#report(error);
    }
  }

  /** @param {unknown} error */
  #report(error) {
    this.#failure = error;
    try {
      this.#options.onError?.(/** @type {Error} */ (error));
    } catch {} // its own failure has no other place to go
  }
}
