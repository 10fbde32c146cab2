import { ApusError } from "../core/errors.js";
import { parseCursor } from "./position.js";

/** Missing events from which on chunks are read, which caches keep. */
const FAR = 500;
/** Questions for a digest that is as new as the log, and ms before the second one. */
const DIGESTS = 6;
const DIGEST_WAIT = 50;

/** Reads on in the logs that are followed. */
export class CatchUp {
  #log;
  #answers;
  #resuming = true;
  #closed = false;
  /** Rows of all logs. @type {Float64Array[] | undefined} */
  #digest;

  /** @param {import("./change-log.js").ChangeLog} log @param {import("./answers.js").Answers} answers */
  constructor(log, answers) {
    this.#log = log;
    this.#answers = answers;
  }

  /** Learns how old an answer may be. @returns {Promise<void>} never rejects */
  async learn() {
    await this.#ask().catch(() => {}); // then older answers are asked for again
    for (const log of this.#log.cursors.keys()) this.lower(log);
  }

  /** Accepts older answers of a log, if that is known to be safe. @param {number} log */
  lower(log) {
    if (this.#digest) this.#log.lower(log, this.#digest[log]);
  }

  /** The next question may find the logs far ahead. */
  resume() {
    this.#resuming = true;
  }

  stop() {
    this.#closed = true;
    this.#answers.stop();
  }

  /** @returns {Promise<boolean>} whether something has happened */
  async read() {
    let happened = false;
    for (let more = true; more && !this.#closed; ) {
      let progress = false;
      if (this.#resuming) await this.#chunks();
      this.#resuming = false;
      const after = Object.fromEntries(this.#log.cursors);
      if (Object.keys(after).length === 0) return happened;
      const answer = await this.#answers.news(after);
      for (const { log, events, lost, trimmed, head } of answer.news) {
        if (lost || !this.#log.hear(log, events)) await this.#compare(log, head, trimmed || !lost);
        this.#log.confirm(log, head);
        progress ||= lost || events.length > 0;
      }
      happened ||= progress;
      more = answer.more;
      if (more && !progress) throw new ApusError("BAD_ANSWER", "there are no more events");
      this.#resuming = more;
    }
    return happened;
  }

  /** Reads what is far behind by chunks of the log. */
  async #chunks() {
    const { chunk, heads } = await this.#answers.heads();
    for (const [log, cursor] of this.#log.cursors) {
      const head = parseCursor(heads[log] ?? "");
      let { epoch, offset } = parseCursor(cursor ?? "") ?? { epoch: head?.epoch, offset: -1 };
      while (head && epoch === head.epoch && head.offset - Number(offset) > FAR) {
        const events = await this.#answers.chunk(log, head.epoch, Math.floor((offset + 1) / chunk));
        const last = events?.at(-1);
        if (!last || last.at.offset <= offset || !this.#log.hear(log, events ?? [])) break;
        ({ epoch, offset } = last.at);
      }
    }
  }

  /**
   * Events were lost: finds out by a digest what has changed.
   * @param {number} log @param {string | null} head of the log now @param {boolean} same history
   */
  async #compare(log, head, same) {
    const cursor = parseCursor(this.#log.cursors.get(log) ?? "");
    const { epoch, offset = 0 } = parseCursor(head ?? "") ?? {};
    // A live connection has brought what this answer does not have.
    if (cursor && cursor.epoch === epoch && cursor.offset >= offset && same) return;
    for (let i = 0; head && same && cursor?.epoch === epoch && i < DIGESTS; i++) {
      if (this.#digest && this.#log.compare(log, head, this.#digest[log])) return;
      // It may be older than the log: gateways hear changes a moment later, and caches keep it.
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, DIGEST_WAIT * 2 ** i));
      if (!this.#closed) await this.#ask();
      if (!this.#digest) break;
    }
    this.#log.lose(log, head);
  }

  async #ask() {
    this.#digest = await this.#answers.digest();
  }
}
