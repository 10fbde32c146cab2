import { BUCKETS, SLOTS, TAG_SLOTS } from "./bucket.js";
import { cursorText, parseCursor } from "./position.js";
import { badAnswer, checkStatus, failure } from "./transport.js";

/** @typedef {import("./change-log.js").LogEvent} LogEvent */

/** The only protocol that this release speaks. */
const PROTOCOL = 1;
/** Characters of an answer. The largest proper one has 1,000 events with names of 1,024 bytes. */
const MOST = 4e6;
const EVENTS = 1000;

/**
 * The log of a gateway as it answers: with JSON of the known shape, or not at all. Failures are those
 * of `Transport`, and `OTHER_PROTOCOL`: a later or earlier release of the gateway.
 */
export class Answers {
  #transport;

  /** @param {import("./transport.js").Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /**
   * What came after the cursors; logs without news are left out.
   * @param {Record<string, string | null>} after
   * @returns {Promise<{ news: { log: number, events: LogEvent[], lost?: "trimmed" | "replaced", head: string | null }[], more: boolean }>}
   */
  news(after) {
    const init = {
      method: "POST",
      body: JSON.stringify({ after }),
      headers: { "content-type": "application/json" },
    };
    return this.#ask("log", init, ({ logs, more }) => {
      let left = EVENTS;
      const news = Object.entries(logs).map(([log, { events, lost, head }]) => {
        must(Object.hasOwn(after, log));
        const its = eventsOf(Number(log), events, left);
        left -= its.length;
        return { log: Number(log), events: its, lost, head: cursor(head) };
      });
      return { news, more: more === true };
    });
  }

  /** The last cursor of each log, up to a second old. @returns {Promise<{ chunk: number, heads: (string | null)[] }>} */
  heads() {
    return this.#ask("log", {}, ({ chunk, heads }) => {
      must(chunk > 0 && heads.length === BUCKETS + 1);
      return { chunk, heads: heads.map(cursor) };
    });
  }

  /**
   * The events of a chunk; undefined when the log does not hold all of them.
   * @param {number} log @param {number} epoch @param {number} n
   * @returns {Promise<LogEvent[] | undefined>}
   */
  chunk(log, epoch, n) {
    const path = `log/${log}/${epoch}/${n}`;
    return this.#ask(path, {}, ({ events }) => eventsOf(log, events, EVENTS), true);
  }

  /**
   * `[epoch, since, o0, …]` of each log; -1 for a slot without changes. Undefined if the gateway has
   * no digests.
   * @returns {Promise<Float64Array[] | undefined>}
   */
  digest() {
    /** @param {any} answer */
    const rows = ({ slots, tagSlots, logs }) => {
      must(slots === SLOTS && tagSlots === TAG_SLOTS && logs.length === BUCKETS + 1);
      return logs.map((/** @type {any} */ row, /** @type {number} */ log) => {
        const numbers = Float64Array.from(row, (it) => it ?? -1);
        must(numbers.length === 2 + (log < BUCKETS ? SLOTS : TAG_SLOTS));
        must(numbers.every((it) => Number.isSafeInteger(it) && it >= -1));
        return numbers;
      });
    };
    return this.#ask("log/digest", { cache: "no-store" }, rows, true);
  }

  /** Ends all requests under way. */
  stop() {
    this.#transport.stop();
  }

  /**
   * @param {string} path @param {RequestInit} init
   * @param {(answer: any) => any} read throws if the answer is not of its shape
   * @param {boolean} [maybe] 404 is an answer
   * @returns {Promise<any>} undefined for 404
   */
  #ask(path, init, read, maybe = false) {
    return this.#transport.ask(path, init, async (response) => {
      if (maybe && response.status === 404) return undefined;
      checkStatus(response);
      const body = await text(response);
      const { protocol = PROTOCOL, ...answer } = sound(() => Object(JSON.parse(body)));
      if (protocol !== PROTOCOL) throw failure("OTHER_PROTOCOL", `protocol ${protocol}`);
      return sound(() => read(answer));
    });
  }
}

/**
 * Reads what a gateway has sent.
 * @template T
 * @param {() => T} read throws if it is not of the known shape
 * @returns {T}
 * @throws {import("../core/errors.js").ApusError} `BAD_ANSWER`
 */
export function sound(read) {
  try {
    return read();
  } catch (error) {
    throw badAnswer(undefined, error);
  }
}

/**
 * Events of a log as a gateway sends them. Throws anything if they are not.
 * @param {number} log @param {any} events @param {number} most
 * @returns {LogEvent[]}
 */
export function eventsOf(log, events, most) {
  must(events.length <= most);
  const kinds = log < BUCKETS ? /^(set|fill|delete|epoch)$/ : /^(tag|prefix|epoch)$/;
  return events.map((/** @type {any} */ [kind, name, text]) => {
    const at = parseCursor(text);
    must(kinds.test(kind) && typeof name === "string" && at?.check);
    return { kind, name, at };
  });
}

/** @param {any} text */
function cursor(text) {
  if (text === null) return null;
  const at = /** @type {import("./position.js").Cursor} */ (parseCursor(text));
  must(at.check);
  return cursorText(at);
}

/** @param {unknown} holds */
function must(holds) {
  if (!holds) throw new TypeError("not of the known shape");
}

/** @param {Response} response */
async function text({ body }) {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    text += decoder.decode(value, { stream: !done });
    if (text.length > MOST) throw badAnswer("the answer is too long");
    if (done) return text;
  }
}
