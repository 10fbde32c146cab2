import { Channel } from "./channel.js";
import { CLEAR, DELETED, TAG } from "./encode.js";

/**
 * The change feed between tabs: announces the segments that this tab has written and
 * adds those of the others. After missed messages, the disk is read.
 */

// Bytes of a head and of a body that are sent in messages; larger ones are read from the disk.
const HEADS_SENT = 64 << 10;
const BODIES_SENT = 16 << 10;

/** @typedef {import("./batch.js").Batch} Batch */
/**
 * @typedef {{ keys: string[], tags: string[], cleared: boolean, missed?: boolean }} ChangeDetail
 *   `missed`: other keys may have gone too: those that the store no longer has
 */

export class Feed {
  #segments;
  #engine;
  #clock;
  #now;
  #health;
  #changed;
  #channel;
  /** New segments that were not reported yet. @type {string[]} */ #untold = [];
  /** Whether messages may have been missed since the last refresh. */ #missed = false;
  #closed = false;

  /**
   * @param {string} name @param {number} node this tab's 16 bits of a stamp
   * @param {import("./reader.js").ReaderParts & { clock: import("./hybrid-clock.js").HybridClock }} parts
   * @param {(detail: ChangeDetail) => void} changed called when another tab has changed something
   */
  constructor(name, node, { segments, engine, clock, now, health, changes }, changed) {
    this.#segments = segments;
    this.#engine = engine;
    this.#clock = clock;
    this.#now = now;
    this.#health = health;
    this.#changed = (/** @type {ChangeDetail} */ { keys, ...rest }) => {
      // A key that this tab has set and not written yet is still the newest here.
      changed({ keys: keys.filter((key) => !changes.of(key)), ...rest });
    };
    segments.found = (added) => this.#found(added);
    this.#channel = new Channel(name, node, (message, missed) => void this.#hear(message, missed));
  }

  /** Whether there are other tabs. */
  get peers() {
    return this.#channel.peers;
  }

  /**
   * Sends values in a message without waiting for the disk. A tab that reads the disk
   * meanwhile forgets them until `tellOf`.
   * @param {Batch} batch @param {string} id @param {import("./pack.js").Segment} segment
   * @returns {boolean} whether it was sent
   */
  announce(batch, id, { head, body }) {
    const values = batch.changes.every(({ kind }) => kind <= DELETED);
    if (!values || !this.#carries(head, body)) return false;
    this.tellOf(batch, [id, head, body], [], "coming");
    return true;
  }

  /** Withdraws an announced batch that could not be written. @param {Batch} batch @param {string} id */
  takeBack({ changes }, id) {
    this.tell({ removed: [id], keys: changes.map(({ key }) => key) });
  }

  /**
   * Tells the other tabs the keys of a batch and its segment, and this tab which of its values
   * others have replaced.
   * @param {Batch} batch @param {import("./channel.js").Added} added @param {string[]} [removed]
   * @param {"coming" | "came"} [disk]
   */
  tellOf({ changes }, added, removed = [], disk = undefined) {
    const own = this.peers ? changes.filter(({ kind }) => kind <= DELETED) : [];
    this.tell({
      added: [added],
      removed,
      disk,
      keys: own.map(({ key }) => key),
      tags: changes.filter(({ kind }) => kind === TAG).map(({ key }) => key),
      cleared: changes.some(({ kind }) => kind === CLEAR),
    });
    const [id] = added;
    if (!this.#segments.has(id)) return;
    const slot = this.#segments.slot(id);
    const lost = own.filter(
      ({ kind, key, expiresAt }) =>
        kind < DELETED &&
        !(expiresAt && expiresAt <= this.#now()) &&
        this.#engine.find(key, this.#now())?.slot !== slot,
    );
    if (lost.length) this.#changed({ keys: lost.map(({ key }) => key), tags: [], cleared: false });
  }

  /** @param {Omit<import("./channel.js").Message, "from" | "serial">} message */
  tell({ added = [], ...rest }) {
    /** @type {import("./channel.js").Added[]} */
    const sent = added.map(([id, head, body]) => {
      if (!head || !this.peers || head.length > HEADS_SENT) return [id];
      return body && this.#carries(head, body) ? [id, head, body] : [id, head];
    });
    this.#channel.post({ ...rest, added: sent });
  }

  /**
   * Finds and reports changes written while this tab received no messages.
   * @param {boolean} [missed] whether it certainly missed messages
   */
  async lookAgain(missed = false) {
    if (this.#closed) return;
    if (missed) this.#missed = true;
    try {
      await this.#segments.refreshAgain();
      this.#missed = false;
    } catch (error) {
      this.#health.failed(error);
    }
  }

  /**
   * A refresh has found segments that no message announced.
   * @param {string[]} added
   */
  async #found(added) {
    this.#untold.push(...added);
    const ids = [...this.#untold];
    if (!ids.length) return;
    const rows = (await Promise.all(ids.map((id) => this.#segments.keysOf(id)))).flat();
    this.#untold.splice(0, ids.length);
    // A row without a value has deleted a key, or a tag of that name, or, without a name, everything.
    const tags = rows.filter(([, value]) => !value).map(([key]) => key);
    this.#changed({
      keys: rows.map(([key]) => key),
      tags,
      cleared: tags.includes(""),
      missed: this.#missed,
    });
  }

  /** The page may be kept, frozen: an open channel could prevent that. */
  pause() {
    this.#channel.close();
  }

  resume() {
    if (!this.#closed) this.#channel.open();
    return this.lookAgain(true);
  }

  close() {
    this.#closed = true;
    this.#channel.close();
  }

  /**
   * Whether there are other tabs, and the segment is small enough for a message.
   * @param {Uint8Array} head @param {Uint8Array[]} body
   */
  #carries(head, body) {
    return (
      this.peers && head.length <= HEADS_SENT && body.length === 1 && body[0].length <= BODIES_SENT
    );
  }

  /** @param {Partial<import("./channel.js").Message>} message @param {boolean} missed whether one was lost before it */
  async #hear(message, missed) {
    const { added = [], removed = [], disk, keys = [], tags = [], cleared = false } = message;
    if (this.#closed) return;
    let look = missed;
    let news = disk !== "came";
    for (const [id, head, body] of added) {
      if (!head) look = true;
      else if (this.#segments.add(id, head, disk === "coming", true)) {
        news = true;
        if (body) this.#segments.offer(id, body);
      } else if (!this.#segments.has(id)) look = true;
    }
    for (const id of removed) {
      if (this.#segments.coming(id)) look = true;
      else this.#segments.forget(id);
    }
    if (added.length) {
      if (tags.length || cleared) this.#engine.sweep(this.#now());
      this.#clock.see(this.#engine.stats().lastStamp);
    }
    if (look) await this.lookAgain(missed);
    if (news && (keys.length || tags.length || cleared)) this.#changed({ keys, tags, cleared });
  }
}
