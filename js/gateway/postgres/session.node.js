import { ApusError } from "../../core/errors.js";
import { Applier } from "./apply.node.js";
import { Batch } from "./batch.node.js";
import { Channels } from "./channels.node.js";
import { lossOf, parsePlace } from "./place.node.js";
import { dropSql, makeSlot, missing, prepare } from "./prepare.node.js";
import { Rows } from "./rows.node.js";
import { slotSql, streamSql } from "./setup.node.js";

/** @typedef {import("./options.node.js").Lost} Lost */
/** @typedef {import("./place.node.js").Place} Place */
/** @typedef {import("./replication.node.js").Replication} Replication */
/** @typedef {import("./replication.node.js").Streamed} Streamed */
/** @typedef {import("../sources.node.js").Target} Target */

/**
 * What a session needs of its source.
 * @typedef {object} Context
 * @property {string} name of the publisher
 * @property {import("./options.node.js").PostgresOptions & { keep: number }} options
 * @property {Target} to
 * @property {AbortSignal} signal
 * @property {import("./source.node.js").Counts} counts go on from session to session
 * @property {(error: unknown) => void} report
 * @property {(lost: Lost) => void} lost
 */

const CONFIRM = 500; // ms between two confirmations, unless PostgreSQL asks

/**
 * Follows the slot on one connection. Exactly once:
 *
 * - The events of a transaction for one channel are one append by the publisher of the slot, whose
 *   sequence number is the position of the commit. PostgreSQL sends transactions in the order of
 *   these positions, so a repetition is known by its number.
 * - Of a transaction with more than 1,000 rows, each part before the last is appended by a publisher
 *   of its own, `<publisher>:<position>`, with the numbers 1, 2, 3…
 * - The position is confirmed to PostgreSQL after everything before it was applied, and after it was
 *   noted in the engine. If PostgreSQL has confirmed more than is noted, changes were lost.
 */
export class Session {
  #connection;
  #context;
  #channels;
  #applier;
  #rows;
  /** What is noted. @type {Place} */ #place;
  #noted = 0; // when
  /** The transaction that arrives. @type {{ lsn: number, parts: number, batch: Batch } | undefined} */
  #open;

  /**
   * Begins to stream. What happens when the slot is gone:
   * - it may be made: it is made, and the loss is said;
   * - otherwise the loss is said unless `told`, and this rejects with LOST, or with SETUP if there
   *   has never been a slot.
   * @param {Replication} connection @param {Context} context @param {boolean} told
   * @returns {Promise<Session>} rejects with PostgreSQL's error 55006 when the slot is in use
   */
  static async begin(connection, context, told) {
    const { options, to, name } = context;
    const place = async () => parsePlace(await to.engine.note(name));
    let found = await prepare(connection, options);
    const read = () => Channels.read(to.engine, `${name}:channels`, options.tables);
    const session = async () => new Session(connection, context, await read());
    const before = await place();
    if (!found.slot || found.slot.lost) {
      if (!options.create) {
        // Once for all gateways and tries, because the number is the same.
        if (before && !told) {
          await (await session()).#lose("slot", `${before.generation}:gone`, before.lsn);
        }
        const code = before ? "LOST" : "SETUP";
        throw missing(options, [dropSql(options), slotSql(options.slot)], code);
      }
      found = await makeSlot(connection, options);
    }
    const lsn = found.slot?.lsn ?? 0;
    // After a crash, PostgreSQL may have forgotten some of what was confirmed.
    const from = before && !lossOf(before, { ...found, lsn }) ? before.lsn : 0;
    await connection.start(streamSql(options, from));
    // From here on, no other gateway has the slot.
    const it = await session();
    const known = await place();
    const reason = known && lossOf(known, { ...found, lsn }, before);
    const generation = reason ? Date.now() : (known?.generation ?? 0);
    if (reason) await it.#lose(reason, "reset", generation);
    const { system, timeline } = found;
    const done = reason || !known ? lsn : known.lsn;
    context.counts.lsn = done;
    await it.#note({ system, timeline, generation, lsn: done });
    return it;
  }

  /** Use `begin`. @private @param {Replication} connection @param {Context} context @param {Channels} channels */
  constructor(connection, context, channels) {
    const { options, to, signal, report, counts } = context;
    this.#connection = connection;
    this.#context = context;
    this.#channels = channels;
    this.#applier = new Applier(to, channels, { keep: options.keep, signal, report, counts });
    this.#rows = new Rows(options.tables, channels, report);
    this.#place = { system: "", timeline: 0, generation: 0, lsn: 0 };
  }

  /** @returns {Promise<never>} rejects when the connection ends */
  async run() {
    for (;;) await this.#take(await this.#connection.next());
  }

  /** Confirms the last of it, if the connection is still there. */
  async end() {
    // A connection that was lost says nothing: another gateway may be further already.
    if (this.#connection.open) await this.#confirm();
  }

  /** @param {Streamed} message */
  async #take(message) {
    const { counts } = this.#context;
    const open = this.#open;
    if (message.kind === "relation") return this.#rows.relation(message);
    if (message.kind === "begin") {
      this.#open = { lsn: message.lsn, parts: 0, batch: new Batch() };
      return;
    }
    if (message.kind === "alive") {
      if (open) return;
      // Everything before this position has arrived; what of it concerns us is applied.
      counts.lsn = Math.max(counts.lsn, message.lsn);
      return this.#confirm(message.asks);
    }
    if (!open) throw new ApusError("BAD_ANSWER", "PostgreSQL sent a change without a transaction");
    const { generation } = this.#place;
    const publisher = this.#context.name + (generation ? `:${generation}` : "");
    if (message.kind === "commit") {
      await this.#applier.apply(open.batch, publisher, open.lsn);
      this.#open = undefined;
      counts.transactions++;
      counts.lsn = Math.max(counts.lsn, message.end);
      return this.#confirm(false);
    }
    if (message.kind === "truncate") this.#rows.truncate(message.relations, open.batch);
    else this.#rows.change(message, open.batch);
    if (!open.batch.full) return;
    await this.#applier.apply(open.batch, `${publisher}:${open.lsn}`, ++open.parts);
    open.batch = new Batch();
  }

  /**
   * Notes where we are, then PostgreSQL may forget what is before.
   * @param {boolean} [now] not only now and then
   */
  async #confirm(now = true) {
    if (!now && performance.now() - this.#noted < CONFIRM) return;
    const { lsn } = this.#context.counts;
    if (lsn > this.#place.lsn) await this.#note({ ...this.#place, lsn });
    this.#noted = performance.now();
    this.#connection.confirm(this.#place.lsn);
  }

  /** @param {Place} place */
  async #note(place) {
    const { to, name } = this.#context;
    await to.engine.setNote(name, JSON.stringify(place));
    this.#place = place;
  }

  /**
   * Changes may be missing: no value is trusted, and each channel says so.
   * @param {Lost["reason"]} reason @param {string} word of the publisher @param {number} seq
   */
  async #lose(reason, word, seq) {
    const batch = new Batch();
    batch.everything = true;
    let channels = 0;
    for (const [table, names] of this.#channels.all) {
      channels += names.length;
      for (const name of names) batch.add(table, name, { type: "reset", data: { reason } });
    }
    await this.#applier.apply(batch, `${this.#context.name}:${word}`, seq);
    this.#context.lost({ reason, channels });
  }
}
