import { ARRIVAL_NEXT, ARRIVAL_OLD, ARRIVAL_WAITS } from "../../../dist/layout.js";
import { ApusError } from "../../core/errors.js";
import { Owner } from "../../core/owner.js";
import { jitter } from "../../core/waits.js";
import { canonical, eventsOf } from "./events.js";

/** @typedef {import("../position.js").Position} Position */
/** @typedef {import("./events.js").LiveEvent} LiveEvent */

/**
 * @typedef {object} StreamOf
 * @property {string} channel
 * @property {Record<string, unknown>} [where] only events that match it
 * @property {Position} [since] goes on after it; default: begins with what happens next
 * @property {boolean} [newest] each event replaces those before it: nothing is asked for
 * @property {import("./chunks.js").ChunkSource} [chunks] where far older events are, which caches keep
 */

/**
 * @typedef {object} StreamUse
 * @property {(events: LiveEvent[]) => void} take gets every event once and in order; may `pause`
 * @property {(detail: { recovered: boolean, reason?: string }) => void} [resumed] after each break
 * @property {(position: Position) => void} [ready] it is subscribed; comes again with each connection
 * @property {(error: ApusError) => void} [refused] it may not be subscribed
 */

/**
 * Up to where a connection brings the events.
 * @typedef {{ epoch: number, head: number }} Head
 */

/**
 * A stream that is followed, as the parts of Apus use it.
 * @typedef {object} Following
 * @property {Position | undefined} position the last event that was taken, or before the first
 * @property {() => void} start begins, or goes on where it stopped
 * @property {() => void} pause stops until `start`; nothing is lost that is kept that long
 * @property {() => void} close
 */

/** Events of the first question, and of those that follow. */
const FIRST = 256;
const MORE = 1000;
/** Missing events from which on chunks are read, which caches keep. */
const FAR = 1000;

/**
 * The events of a channel, each once and in order, however they arrive and however often the
 * connection is lost: the core judges each part; what is missing is asked for, and the parts after it
 * wait. History that is gone is told.
 */
export class Stream {
  #client;
  #wasm;
  #core;
  #use;
  /** How far it is; undefined until it has begun. @type {Position | undefined} */
  #at;
  /** Parts that wait, by ticket. @type {Map<number, [epoch: number, prev: number, last: number, events: any[]]>} */
  #waiting = new Map();
  #ticket = 0;
  /** Of the questions; what belongs to an earlier one is void. */
  #turn = 0;
  #asking = false;
  #broken;
  #newest;
  #missed = false;
  #failures = 0;
  #cancel = () => {};
  #active = false;
  /** @type {import("./chunks.js").ChunkSource | undefined} */
  #chunks;

  /**
   * @param {{ client: import("./client.js").Client, wasm: import("../../core/wasm.js").Wasm<"sync"> }} context
   * @param {StreamOf} what @param {StreamUse} use
   */
  constructor({ client, wasm }, { channel, where, since, newest = false, chunks }, use) {
    this.#client = client;
    this.#wasm = wasm;
    this.#use = use;
    this.#at = since;
    this.#broken = since !== undefined;
    this.#newest = newest;
    const filter = canonical(where ?? {});
    const all = filter === "{}";
    this.channel = channel;
    this.where = all ? null : where;
    this.#chunks = all ? chunks : undefined;
    /** @type {import("./frames.js").Message} */
    this.message = ["sub", all ? channel : `${channel}\n${filter}`, channel, this.where];
    const core = wasm.apus_stream_new(since?.epoch ?? 0, since?.offset ?? -1);
    this.#core = new Owner("Stream", core, wasm.apus_stream_delete);
  }

  /** The last event that was taken, or before the first; undefined until it has begun. */
  get position() {
    return this.#at;
  }

  get active() {
    return this.#active;
  }

  /** Begins, or goes on where it stopped. */
  start() {
    if (this.#active || this.#core.closed) return;
    this.#active = true;
    this.#client.subscribe(this);
  }

  /** Stops until `start`; nothing is taken meanwhile, and nothing lost that is kept that long. */
  pause() {
    if (!this.#active) return;
    this.#active = false;
    this.#client.unsubscribe(this);
    this.down();
  }

  close() {
    this.pause();
    this.#core.dispose();
  }

  /** The connection is up. */
  up() {
    if (this.#at && !this.#newest) void this.#ask();
  }

  /** Nothing more comes for now. @param {boolean} [lost] the connection is */
  down(lost = false) {
    this.#turn += 1;
    this.#asking = false;
    this.#broken ||= lost;
    this.#missed = false;
    this.#cancel();
    this.#waiting.clear();
    if (!this.#core.closed) this.#wasm.apus_stream_drop(this.#core.address);
  }

  /** @param {string} kind @param {any[]} parts of a message to this subscription */
  receive(kind, [first, ...rest]) {
    if (kind === "ev") this.#hear(first, ...rest);
    if (kind === "sub") {
      place(first.epoch, first.head);
      if (!this.#at) this.#move(first.epoch, first.head);
      this.#use.ready?.(/** @type {Position} */ (this.#at));
    }
    if (kind === "no-sub") {
      const error = new ApusError(String(first), String(rest[0]));
      this.#client.failed(error, this.channel);
      this.#use.refused?.(error);
    }
  }

  /**
   * A part of the stream.
   * @param {number} epoch @param {any} [prev] null: only the newest counts
   * @param {any} [last] @param {any} [events]
   */
  #hear(epoch, prev, last, events) {
    if (!this.#at) return;
    place(epoch, last, prev ?? -1);
    if (prev === null || this.#newest) {
      if (epoch < this.#at.epoch || (epoch === this.#at.epoch && last <= this.#at.offset)) return;
      this.#move(epoch, last - 1);
    }
    const before = prev ?? last - 1;
    if (this.#at.epoch === 0 && before === -1) this.#move(epoch, -1); // it was empty
    this.#ticket = (this.#ticket + 1) % 2 ** 31;
    const ticket = this.#ticket;
    const verdict = this.#judge(epoch, before, last, events, ticket);
    if (verdict === ARRIVAL_NEXT) this.#next();
    if (verdict === ARRIVAL_NEXT || verdict === ARRIVAL_OLD) return;
    if (verdict === ARRIVAL_WAITS) this.#waiting.set(ticket, [epoch, before, last, events]);
    else this.#missed = true;
    void this.#ask();
  }

  /** @param {number} epoch @param {number} prev @param {number} last @param {any[]} events @param {number} ticket */
  #judge(epoch, prev, last, events, ticket) {
    const verdict = this.#wasm.apus_stream_hear(this.#core.address, epoch, prev, last, ticket);
    if (verdict === ARRIVAL_NEXT) {
      const from = /** @type {Position} */ (this.#at).offset;
      this.#at = { epoch, offset: last };
      this.#take(epoch, events, from);
    }
    return verdict;
  }

  /** What has waited for the cursor. */
  #next() {
    while (this.#active && this.#waiting.size > 0) {
      const ticket = this.#wasm.apus_stream_next(this.#core.address);
      const part = this.#waiting.get(ticket);
      if (!part) return;
      this.#waiting.delete(ticket);
      this.#judge(...part, ticket);
    }
  }

  /** @param {number} epoch @param {any[]} events @param {number} after this offset */
  #take(epoch, events, after) {
    const rows = events.filter(([offset]) => offset > after);
    const fresh = eventsOf(epoch, rows);
    if (fresh.length > 0) this.#use.take(fresh);
  }

  /** @param {number} epoch @param {number} offset */
  #move(epoch, offset) {
    this.#at = { epoch, offset };
    this.#wasm.apus_stream_place(this.#core.address, epoch, offset);
  }

  /** Asks for what is missing until nothing is. */
  async #ask() {
    if (this.#asking || !this.#active || !this.#client.welcome) return;
    this.#asking = true;
    this.#cancel();
    const turn = this.#turn;
    const { channel, where } = this;
    try {
      for (let limit = FIRST, more = true; more; ) {
        this.#missed = false;
        const { epoch, offset } = /** @type {Position} */ (this.#at);
        const args = { channel, where, epoch, offset, limit };
        const answer = await this.#client.request("after", args, { again: true });
        if (turn !== this.#turn) return;
        // Answers hold so many bytes: the gateway should not read much more than fits into one.
        limit = Math.min(Math.max(2 * (answer.last - offset), 2), MORE);
        const moved = this.#answer(answer, offset);
        if (turn !== this.#turn) return; // whoever takes them has paused
        if (this.#waiting.size === 0 && !answer.more) this.#resumed({ recovered: true });
        more = answer.more || this.#missed || this.#waiting.size > 0;
        if (more && !moved)
          throw new ApusError("BAD_ANSWER", `${channel}: there are no more events`);
        if (answer.more && this.#chunks && answer.head - answer.last > FAR) {
          await this.#far(answer.head, turn);
          if (turn !== this.#turn) return;
        }
      }
      this.#failures = 0;
      this.#asking = false;
    } catch (/** @type {any} */ error) {
      if (turn !== this.#turn) return;
      this.#asking = false;
      const refused = error?.code === "FORBIDDEN";
      if (refused || ++this.#failures > 2) this.#client.failed(error, channel);
      if (refused) return; // until the next connection
      const { world } = this.#client;
      const wait = jitter(this.#failures, 50, 10_000, world.random());
      this.#cancel = world.later(() => void this.#ask(), 20 + wait);
    }
  }

  /** @param {any} answer @param {number} asked the offset @returns {boolean} whether it brought anything */
  #answer({ epoch, events, last, lost }, asked) {
    place(epoch, last);
    const at = /** @type {Position} */ (this.#at);
    if (!lost && at.epoch === 0) this.#move(epoch, -1);
    else if (lost || epoch !== at.epoch) {
      const reason = lost || "replaced";
      // What was taken meanwhile is not lost.
      const from = epoch === at.epoch ? Math.max(at.offset, asked) : -1;
      this.#resumed({ recovered: false, reason });
      this.#move(epoch, Math.max(from, last));
      this.#take(epoch, events, from);
      this.#next();
      return true;
    }
    const before = /** @type {Position} */ (this.#at).offset;
    this.#judge(epoch, Math.min(asked, last), last, events, 0);
    this.#next();
    return /** @type {Position} */ (this.#at).offset > before || last > asked;
  }

  /** @param {{ recovered: boolean, reason?: string }} detail */
  #resumed(detail) {
    if (this.#broken || !detail.recovered) this.#use.resumed?.(detail);
    this.#broken = false;
  }

  /** Reads chunks of what is far behind. @param {number} head @param {number} turn */
  async #far(head, turn) {
    const { readChunks } = await import("./chunks.js");
    const source = /** @type {import("./chunks.js").ChunkSource} */ (this.#chunks);
    await readChunks(source, this, head - FAR, (...part) => {
      if (turn === this.#turn) this.#judge(...part, 0);
      return turn === this.#turn;
    });
  }
}

/** @param {unknown[]} numbers @throws {TypeError} unless they are parts of a place */
function place(...numbers) {
  if (!numbers.every((it) => Number.isSafeInteger(it) && Number(it) >= -1)) {
    throw new TypeError("not a place in a stream");
  }
}
