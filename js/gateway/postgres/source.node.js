import { setTimeout as pause } from "node:timers/promises";
import { ApusError } from "../../core/errors.js";
import { Applier } from "./apply.node.js";
import { Batch } from "./batch.node.js";
import { Channels } from "./channels.node.js";
import { lossOf, parsePlace } from "./place.node.js";
import { Replication } from "./replication.node.js";
import { Rows } from "./rows.node.js";
import { inspect, makeSlot, slotSql, streamSql } from "./setup.node.js";

/** @typedef {import("./options.node.js").PostgresOptions} PostgresOptions */
/** @typedef {import("./options.node.js").Lost} Lost */
/** @typedef {import("./place.node.js").Place} Place */
/** @typedef {import("./replication.node.js").Streamed} Streamed */
/** @typedef {import("../sources.node.js").Target} Target */

const FIRST_RETRY = 100; // ms
const LAST_RETRY = 10_000;
const OTHERS_TURN = 1000; // ms, on average, until a gateway that waits asks for the slot again
const CONFIRM = 500; // ms between two confirmations, unless PostgreSQL asks

/**
 * Follows a replication slot. Exactly once:
 *
 * - The events of a transaction for one channel are one append by the publisher of the slot, whose
 *   sequence number is the position of the commit. PostgreSQL sends transactions in the order of
 *   these positions, so a repetition is known by its number.
 * - Of a transaction with more than 1,000 rows, each part before the last is appended by a publisher
 *   of its own, `<publisher>:<position>`, with the numbers 1, 2, 3…
 * - The position is confirmed to PostgreSQL after everything before it was applied, and after it was
 *   noted in the engine. If PostgreSQL has confirmed more than is noted, changes were lost.
 */
export class PostgresSource {
  #pg;
  #options;
  #stop = new AbortController();
  #work = Promise.resolve();
  /** @type {"waiting" | "connecting" | "streaming" | "lost" | "closed"} */ #state = "connecting";
  /** @type {unknown} */ #failure;
  /** @type {Replication | undefined} */ #connection;
  /** @type {Channels | undefined} */ #channels;
  /** @type {Applier | undefined} */ #applier;
  /** @type {Rows | undefined} */ #rows;
  /** What is noted. @type {Place | undefined} */ #place;
  /** Applied so far. */ #done = 0;
  #noted = 0; // when
  #transactions = 0;
  #totals = { events: 0, duplicates: 0 };
  /** The transaction that arrives. @type {{ lsn: number, parts: number, batch: Batch } | undefined} */
  #open;

  /** Use `postgres`. @param {import("./replication.node.js").Pg} pg @param {PostgresOptions} options checked */
  constructor(pg, options) {
    this.#pg = pg;
    this.#options = { keep: 10_000, timeout: 10_000, ...options };
  }

  get name() {
    return `pg:${this.#options.slot}`;
  }

  /**
   * `waiting`: another gateway has the slot. `lost`: the slot has to be made again. `lsn`: position
   * up to which everything was applied. `failure`: the last one, while there is no stream.
   */
  get status() {
    const { events, duplicates } = this.#applier?.stats ?? this.#totals;
    const counts = { transactions: this.#transactions, events, duplicates };
    return { state: this.#state, lsn: this.#done, ...counts, failure: this.#failure };
  }

  /** Connects once. @throws {ApusError} UNREACHABLE, SETUP */
  async check() {
    const connection = await Replication.open(this.#pg, this.#options);
    try {
      const { slot } = await this.#prepare(connection);
      if (!slot && !this.#options.create) throw this.#missing([slotSql(this.#options.slot)]);
    } catch (cause) {
      if (cause instanceof ApusError) throw cause;
      throw new ApusError("SETUP", `${this.name}: ${/** @type {Error} */ (cause).message}`, {
        cause,
      });
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
    this.#connection?.interrupt();
    await this.#work;
    this.#state = "closed";
  }

  /** @param {Target} to */
  async #run(to) {
    const { signal } = this.#stop;
    for (let failed = 0; !signal.aborted; ) {
      const before = this.#transactions;
      let most = OTHERS_TURN * 2;
      try {
        await this.#session(to);
      } catch (error) {
        if (signal.aborted) return;
        if (this.#transactions > before) failed = 0;
        if (/** @type {{ code?: string }} */ (error).code === "55006") {
          this.#state = "waiting"; // the slot is active
        } else {
          most = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** failed++);
          if (this.#state !== "lost") this.#state = "connecting";
          this.#report(error);
        }
      }
      // Full jitter, as in AWS's "Exponential Backoff and Jitter".
      await pause(Math.random() * most, undefined, { signal }).catch(() => {});
    }
  }

  /** One connection, until it ends. @param {Target} to */
  async #session(to) {
    const { signal } = this.#stop;
    const { slot: name, create, tables, keep } = this.#options;
    this.#open = undefined;
    const connection = await Replication.open(this.#pg, this.#options);
    this.#connection = connection;
    try {
      signal.throwIfAborted();
      let found = await this.#prepare(connection);
      const note = this.name;
      this.#channels = await Channels.read(to.engine, `${note}:channels`, tables);
      const report = (/** @type {Error} */ error) => this.#report(error);
      this.#totals = this.#applier?.stats ?? this.#totals;
      this.#applier = new Applier(to, this.#channels, { keep, signal, report });
      this.#applier.stats = this.#totals;
      this.#rows = new Rows(tables, this.#channels, report);
      if (!found.slot || found.slot.lost) {
        if (!create) await this.#gone(parsePlace(await to.engine.note(note)));
        await makeSlot(connection, name);
        found = await inspect(connection, this.#options);
      }
      const lsn = found.slot?.lsn ?? 0;
      const before = parsePlace(await to.engine.note(note));
      // After a crash, PostgreSQL may have forgotten some of what was confirmed.
      const from = before && !lossOf(before, { ...found, lsn }) ? before.lsn : 0;
      await connection.start(streamSql(this.#options, from));
      // From here on, no other gateway has the slot.
      const known = parsePlace(await to.engine.note(note));
      const reason = known && lossOf(known, { ...found, lsn }, before);
      const generation = reason ? Date.now() : (known?.generation ?? 0);
      if (reason) await this.#lose(reason, "reset", generation);
      const { system, timeline } = found;
      this.#done = reason || !known ? lsn : known.lsn;
      this.#place = { system, timeline, generation, lsn: this.#done };
      await to.engine.setNote(note, JSON.stringify(this.#place));
      this.#state = "streaming";
      this.#failure = undefined;
      for (;;) await this.#take(await connection.next(), to);
    } finally {
      // A connection that was lost says nothing: another gateway may be further already.
      if (this.#state === "streaming" && connection.open) await this.#confirm(to).catch(() => {});
      connection.close();
    }
  }

  /** @param {Streamed} message @param {Target} to */
  async #take(message, to) {
    const open = this.#open;
    const rows = /** @type {Rows} */ (this.#rows);
    if (message.kind === "relation") return rows.relation(message);
    if (message.kind === "begin") {
      this.#open = { lsn: message.lsn, parts: 0, batch: new Batch() };
      return;
    }
    if (message.kind === "alive") {
      // Everything before this position has arrived; what of it concerns us is applied.
      if (!open) this.#done = Math.max(this.#done, message.lsn);
      return open ? undefined : this.#confirm(to, message.asks);
    }
    if (!open)
      throw new ApusError("BAD_ANSWER", "PostgreSQL sent a change outside of a transaction");
    const applier = /** @type {Applier} */ (this.#applier);
    const publisher = this.#publisher;
    if (message.kind === "commit") {
      await applier.apply(open.batch, publisher, open.lsn);
      this.#open = undefined;
      this.#transactions++;
      this.#done = Math.max(this.#done, message.end);
      return this.#confirm(to, false);
    }
    if (message.kind === "truncate") rows.truncate(message.relations, open.batch);
    else rows.change(message, open.batch);
    if (!open.batch.full) return;
    await applier.apply(open.batch, `${publisher}:${open.lsn}`, ++open.parts);
    open.batch = new Batch();
  }

  /** Of this slot since history was lost. */
  get #publisher() {
    const generation = this.#place?.generation;
    return generation ? `${this.name}:${generation}` : this.name;
  }

  /**
   * Notes where we are, then PostgreSQL may forget what is before.
   * @param {Target} to @param {boolean} [now] not only now and then
   */
  async #confirm({ engine }, now = true) {
    if (!now && performance.now() - this.#noted < CONFIRM) return;
    const place = /** @type {Place} */ (this.#place);
    if (this.#done > place.lsn) {
      const next = { ...place, lsn: this.#done };
      await engine.setNote(this.name, JSON.stringify(next));
      this.#place = next;
    }
    this.#noted = performance.now();
    this.#connection?.confirm(this.#place?.lsn ?? 0);
  }

  /** The slot is not there, or useless, and may not be made here. @param {Place | undefined} known @returns {Promise<never>} */
  async #gone(known) {
    const { slot } = this.#options;
    if (known && this.#state !== "lost") {
      await this.#lose("slot", `${known.generation}:gone`, known.lsn); // once for all gateways
      this.#state = "lost";
    }
    const drop = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${slot}'`;
    throw this.#missing([drop, slotSql(slot)], known ? "LOST" : "SETUP");
  }

  /** Changes may be missing: no value is trusted, and each channel says so. @param {Lost["reason"]} reason @param {string} word @param {number} seq */
  async #lose(reason, word, seq) {
    const batch = new Batch();
    batch.everything = true;
    let channels = 0;
    for (const [table, names] of this.#channels?.all ?? []) {
      channels += names.length;
      for (const name of names) batch.add(table, name, { type: "reset", data: { reason } });
    }
    await this.#applier?.apply(batch, `${this.name}:${word}`, seq);
    try {
      this.#options.onLost?.({ reason, channels });
    } catch (error) {
      this.#report(error);
    }
  }

  /** Makes what is missing, but the slot. @param {Replication} connection */
  async #prepare(connection) {
    const { create, slot: name } = this.#options;
    for (let tries = 1; ; tries++) {
      const found = await inspect(connection, this.#options);
      const { statements, slot } = found;
      if (!create && statements.length > 0) {
        throw this.#missing(slot ? statements : [...statements, slotSql(name)]);
      }
      try {
        for (const sql of statements) await connection.query(sql);
        return found;
      } catch (error) {
        // Another gateway made it at the same time.
        const { code = "" } = /** @type {{ code?: string }} */ (error);
        if (tries === 5 || !["42710", "23505", "XX000"].includes(code)) throw error;
      }
    }
  }

  /** @param {string[]} statements @param {string} [code] */
  #missing(statements, code = "SETUP") {
    const sql = statements.map((statement) => `${statement};`).join("\n");
    return new ApusError(code, `PostgreSQL is not prepared for ${this.name}; run:\n${sql}`);
  }

  /** @param {unknown} error */
  #report(error) {
    this.#failure = error;
    try {
      this.#options.onError?.(/** @type {Error} */ (error));
    } catch {} // its own failure has no other place to go
  }
}
