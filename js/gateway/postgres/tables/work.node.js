import { setTimeout as pause } from "node:timers/promises";
import { jitter } from "../../../core/waits.js";
import { fromText } from "../types.node.js";
import { CopyIn } from "./copy.node.js";
import { Plans } from "./plans.node.js";

/** @typedef {import("./options.node.js").Pool} Pool */

/** Pools whose connections' errors are heard. */
const watched = new WeakSet();

/**
 * What a table did in its database.
 * @typedef {object} Stats
 * @property {number} queries
 * @property {number} seconds that they took
 * @property {number} slow those that took longer than the option `slow`
 * @property {number} retries after serialization failures and deadlocks
 * @property {number} waits times that no connection was free
 * @property {number} waited s, for a connection
 * @property {Map<string, number>} plans of slow statements, and how often each was seen
 * @property {() => { total: number, idle: number, waiting: number }} pool connections, of all pools
 */

const TRIES = 8;
const FIRST_RETRY = 10; // ms
const LAST_RETRY = 500;

/** Rows as JSON can hold them, as the events of changes have them. */
const types = {
  getTypeParser: (/** @type {number} */ type) => (/** @type {string} */ text) =>
    fromText(type, text),
};

/** One transaction. */
export class Transaction {
  #client;
  #work;

  /** @param {import("./options.node.js").Client} client @param {Work} work */
  constructor(client, work) {
    this.#client = client;
    this.#work = work;
  }

  /** @param {string} sql @param {unknown[]} [values] @returns {Promise<import("./options.node.js").Row[]>} */
  async rows(sql, values = []) {
    const begin = performance.now();
    try {
      return (await this.#client.query({ text: sql, values, types })).rows;
    } finally {
      this.#work.ran(sql, performance.now() - begin, values);
    }
  }

  /** @param {string} sql COPY FROM STDIN @param {Iterable<string>} chunks @param {AbortSignal} signal */
  async copy(sql, chunks, signal) {
    const begin = performance.now();
    const copy = new CopyIn(sql, chunks, signal);
    try {
      this.#client.query(copy);
      await copy.done;
    } finally {
      this.#work.ran(sql, performance.now() - begin);
    }
  }
}

/** Transactions on a pool, and reads on its replicas. */
export class Work {
  #pool;
  #replicas;
  #timeout;
  #slow;
  #onSlow;
  #plans;
  #turn = 0;

  /** @param {Pool} pool @param {import("./options.node.js").TableOptions} options */
  constructor(pool, { replicas = [], timeout = 10_000, slow = 200, onSlow, plans = 10_000 }) {
    this.#pool = pool;
    this.#replicas = replicas;
    this.#timeout = timeout;
    this.#slow = slow;
    this.#onSlow = onSlow;
    this.#plans = new Plans(pool, plans);
    const pools = [pool, ...replicas];
    // A connection may hear how its server ended at any time: unheard, that ends the process.
    for (const one of /** @type {any[]} */ (pools)) {
      if (watched.has(one)) continue;
      watched.add(one);
      one.on?.("connect", (/** @type {any} */ client) => client.on("error", () => {}));
    }
    const sum = (/** @type {"totalCount" | "idleCount" | "waitingCount"} */ name) =>
      pools.reduce((all, pool) => all + pool[name], 0);
    /** @type {Stats} */
    this.stats = {
      ...{ queries: 0, seconds: 0, slow: 0, retries: 0, waits: 0, waited: 0 },
      plans: this.#plans.counts,
      pool: () => ({
        ...{ total: sum("totalCount"), idle: sum("idleCount"), waiting: sum("waitingCount") },
      }),
    };
  }

  /**
   * Reads as of one moment. A replica that fails is passed over.
   * @template Result
   * @param {(transaction: Transaction) => Promise<Result>} work
   * @param {boolean} [fresh] on the pool itself
   */
  async read(work, fresh) {
    const begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    if (!fresh && this.#replicas.length > 0) {
      const replica = this.#replicas[this.#turn++ % this.#replicas.length];
      try {
        return await this.#transaction(replica, begin, work);
      } catch (error) {
        if (!isAway(error) && !isRetried(error)) throw error;
      }
    }
    return this.#tried(begin, work);
  }

  /**
   * May run more than once: it is repeated after a serialization failure or a deadlock.
   * @template Result @param {(transaction: Transaction) => Promise<Result>} work
   */
  write(work) {
    return this.#tried("BEGIN", work);
  }

  /** @param {string} sql @param {number} ms @param {unknown[]} [values] */
  ran(sql, ms, values = []) {
    this.stats.queries++;
    this.stats.seconds += ms / 1000;
    if (ms < this.#slow) return;
    this.stats.slow++;
    this.#plans.slow(sql, values);
    try {
      this.#onSlow?.({ sql, ms });
    } catch {} // its failure is not the query's
  }

  /** @template Result @param {string} begin @param {(transaction: Transaction) => Promise<Result>} work */
  async #tried(begin, work) {
    for (let failed = 0; ; failed++) {
      try {
        return await this.#transaction(this.#pool, begin, work);
      } catch (error) {
        if (!isRetried(error) || failed + 1 >= TRIES) throw error;
        this.stats.retries++;
        await pause(jitter(failed, FIRST_RETRY, LAST_RETRY, Math.random()));
      }
    }
  }

  /**
   * @template Result
   * @param {Pool} pool @param {string} begin @param {(transaction: Transaction) => Promise<Result>} work
   */
  async #transaction(pool, begin, work) {
    const asked = performance.now();
    if (pool.idleCount === 0) this.stats.waits++;
    const client = await pool.connect();
    this.stats.waited += (performance.now() - asked) / 1000;
    /** @type {Error | undefined} */
    let broken;
    const onError = (/** @type {Error} */ error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await client.query(`${begin}; SET LOCAL statement_timeout = ${this.#timeout}`);
      const result = await work(new Transaction(client, this));
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch((/** @type {Error} */ failure) => {
        broken ??= failure;
      });
      throw error;
    } finally {
      // One that is thrown away may still hear how its server ended: unheard, that ends the process.
      if (!broken) client.off("error", onError);
      client.release(broken);
    }
  }
}

/** Serialization failure, deadlock. @param {unknown} error */
export const isRetried = (error) => /^(40001|40P01)$/.test(codeOf(error));

/** Whether the server cannot be asked at all; no SQLSTATE begins with E, as EPIPE does. @param {unknown} error */
const isAway = (error) =>
  !/^(?!E)[0-9A-Z]{5}$/.test(codeOf(error)) || /^(08|53|57P)/.test(codeOf(error));

/** @param {unknown} error */
export function codeOf(error) {
  const { code } = /** @type {{ code?: unknown }} */ (error ?? {});
  return typeof code === "string" ? code : ""; // those of DOMException are numbers
}
