import { BUCKETS, SLOTS, TAG_SLOTS } from "./bucket.js";
import { parseCursor } from "./position.js";
import { badAnswer, checkStatus, failure } from "./transport.js";

/** @typedef {import("./change-log.js").LogEvent} LogEvent */
/** @typedef {import("./transport.js").Transport} Transport */

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

  /** @param {Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /**
   * What came after the cursors; logs without news are left out.
   * @param {Record<string, string | null>} after
   * @returns {Promise<{ news: { log: number, events: LogEvent[], lost: boolean, trimmed: boolean, head: string | null }[], more: boolean }>}
   */
  async news(after) {
    const body = JSON.stringify({ after });
    const headers = { "content-type": "application/json" };
    const { logs, more } = await this.#ask("log", { method: "POST", body, headers });
    let left = EVENTS;
    const news = Object.entries(Object(logs)).map(([name, it]) => {
      if (!Object.hasOwn(after, name)) throw badAnswer();
      const events = eventsOf(Number(name), it?.events, left);
      left -= events.length;
      const { lost, head = null } = it;
      return {
        log: Number(name),
        events,
        lost: Boolean(lost),
        trimmed: lost === "trimmed",
        head: head === null ? null : cursor(head),
      };
    });
    return { news, more: more === true };
  }

  /** The last cursor of each log, up to a second old. @returns {Promise<{ chunk: number, heads: (string | null)[] }>} */
  async heads() {
    const { chunk, heads } = await this.#ask("log");
    if (!(Number.isInteger(chunk) && chunk > 0) || heads?.length !== BUCKETS + 1) throw badAnswer();
    return {
      chunk,
      heads: heads.map((/** @type {unknown} */ head) => (head === null ? null : cursor(head))),
    };
  }

  /**
   * The events of a chunk; undefined when the log does not hold all of them.
   * @param {number} log @param {number} epoch @param {number} n
   */
  async chunk(log, epoch, n) {
    const answer = await this.#ask(`log/${log}/${epoch}/${n}`, {}, true);
    return answer && eventsOf(log, answer.events, EVENTS);
  }

  /**
   * `[epoch, since, o0, …]` of each log; -1 for a slot without changes. Undefined if the gateway has
   * no digests.
   * @returns {Promise<Float64Array[] | undefined>}
   */
  async digest() {
    const answer = await this.#ask("log/digest", { cache: "no-store" }, true);
    if (!answer) return undefined;
    const { slots, tagSlots, logs } = answer;
    if (slots !== SLOTS || tagSlots !== TAG_SLOTS || logs?.length !== BUCKETS + 1)
      throw badAnswer();
    return logs.map((/** @type {any} */ row, /** @type {number} */ log) => {
      const right = row?.length === 2 + (log < BUCKETS ? SLOTS : TAG_SLOTS);
      const numbers = right ? Float64Array.from(row, (it) => it ?? -1) : [];
      if (!right || !numbers.every((it) => Number.isSafeInteger(it) && it >= -1)) throw badAnswer();
      return numbers;
    });
  }

  /** Ends all requests under way. */
  stop() {
    this.#transport.stop();
  }

  /**
   * @param {string} path @param {RequestInit} [init] @param {boolean} [maybe] 404 is an answer
   * @returns {Promise<any>} an object; undefined for 404
   */
  #ask(path, init = {}, maybe = false) {
    return this.#transport.ask(path, init, async (response) => {
      if (maybe && response.status === 404) return undefined;
      checkStatus(response);
      return parsed(await text(response));
    });
  }
}

/**
 * Checks events of a log as a gateway sends them.
 * @param {number} log @param {any} events @param {number} most
 * @returns {LogEvent[]}
 * @throws {ApusError} `BAD_ANSWER`
 */
export function eventsOf(log, events, most) {
  if (!Array.isArray(events) || events.length > most) throw badAnswer();
  const kinds = log < BUCKETS ? /^(set|fill|delete|epoch)$/ : /^(tag|prefix|epoch)$/;
  return events.map((event) => {
    const [kind, name, text] = Object(event);
    const at = typeof text === "string" && parseCursor(text);
    if (!kinds.test(kind) || typeof name !== "string" || !at || !at.check) throw badAnswer();
    return { kind, name, at };
  });
}

/** @param {unknown} text @returns {string} */
function cursor(text) {
  if (typeof text !== "string" || !parseCursor(text)?.check) throw badAnswer();
  return text;
}

/** @param {Response} response */
async function text({ body }) {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    text += decoder.decode(value, { stream: !done });
    if (text.length > MOST) throw badAnswer();
    if (done) return text;
  }
}

/** @param {string} text */
function parsed(text) {
  let answer;
  try {
    answer = Object(JSON.parse(text));
  } catch {
    throw badAnswer();
  }
  const { protocol = PROTOCOL } = answer;
  if (protocol === PROTOCOL) return answer;
  throw failure("OTHER_PROTOCOL", `the gateway speaks protocol ${protocol}, not ${PROTOCOL}`);
}
