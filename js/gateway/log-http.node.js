import { SLOTS, TAG_SLOTS } from "../sync/bucket.js";
import { cursorText, parseCursor, positionText } from "../sync/position.js";
import { LOGS } from "./engine.node.js";
import { PROTOCOL, Refusal } from "./requests.node.js";

/** Events of a chunk. */
export const CHUNK = 128;
/** Events of an answer to `POST log`. */
const MOST = 1000;

/** @typedef {import("./engine.node.js").Event} Event */

/** An event as clients read it: `[kind, name, "epoch:offset:check"]`. @param {Event} event */
const wire = ({ kind, name, at, check }) => [kind, name, cursorText({ ...at, check })];

/**
 * The last cursor of each log; caches keep it for a second, so a crowd asks once.
 * @param {import("./feed.node.js").Feed} feed
 */
export function logHeads(feed) {
  const heads = Array.from({ length: LOGS }, (_, log) => {
    const head = feed.heads[log];
    return head ? cursorText(head) : null;
  });
  return Response.json(
    { protocol: PROTOCOL, chunk: CHUNK, heads },
    { headers: { "cache-control": "public, max-age=1" } },
  );
}

/**
 * Where each log changed last since this gateway's start: `[epoch, since, o0, …]` of each, the log of
 * tags last. Caches keep it for a second.
 * @param {import("./digest.node.js").Digest} digest
 */
export function logDigest({ rows }) {
  return Response.json(
    { protocol: PROTOCOL, slots: SLOTS, tagSlots: TAG_SLOTS, logs: rows },
    { headers: { "cache-control": "public, max-age=1" } },
  );
}

/**
 * What came after the cursors of a client, which names only the logs it wants.
 * @param {import("./values.node.js").Values} values
 * @param {Record<string, unknown>} body `{ after: { log: cursor | null } }`
 */
export async function logNews(values, { after }) {
  const logs = after !== null && typeof after === "object" ? Object.entries(after) : [];
  if (logs.length === 0 || logs.length > LOGS) {
    throw new Refusal(400, "BAD_CURSOR", "after must name one log or more, with a cursor each");
  }
  const asked = logs.map(([log, text]) => {
    const cursor = text === null ? undefined : parseCursor(String(text));
    if (!isLog(log) || (text !== null && !cursor)) {
      throw new Refusal(400, "BAD_CURSOR", `no cursor of log ${log.slice(0, 8)}`);
    }
    return { log: Number(log), cursor };
  });
  let left = MOST;
  /** @type {Record<number, { events: ReturnType<typeof wire>[], lost?: string, head: string | null }>} */
  const news = {};
  for (const { log, cursor } of asked) {
    if (left <= 0) break; // the client asks again
    const { events, lost, head } = await values.events(log, cursor, left);
    left -= events.length;
    // Whoever knows a position alone learns its check.
    if (events.length === 0 && !lost && !(cursor && !cursor.check)) continue;
    news[log] = {
      events: events.map(wire),
      ...(lost && { lost }),
      head: head ? cursorText(head) : null,
    };
  }
  return Response.json(
    { protocol: PROTOCOL, logs: news, more: left <= 0 },
    { headers: { "cache-control": "no-store" } },
  );
}

/**
 * Chunk n of a log's epoch: the events from offset 128 n on. A complete one never changes.
 * @param {import("./values.node.js").Values} values @param {string} path `log/<log>/<epoch>/<n>`
 */
export async function logChunk(values, path) {
  const [, log, epoch, number] = /^log\/(\d{1,2})\/(\d{1,16})\/(\d{1,14})$/.exec(path) ?? [];
  if (log === undefined || !isLog(log))
    throw new Refusal(404, "NOT_FOUND", "there is no such chunk");
  const from = { epoch: Number(epoch), offset: Number(number) * CHUNK };
  const events = await values.range(Number(log), from, CHUNK);
  const complete = events.length === CHUNK;
  if (events.length === 0 || events[0].at.offset !== from.offset) {
    throw new Refusal(404, "TRIMMED", `the log does not hold ${positionText(from)}`);
  }
  const kept = complete ? "public, max-age=31536000, immutable" : "public, max-age=1";
  return Response.json(
    { protocol: PROTOCOL, events: events.map(wire) },
    { headers: { "cache-control": kept } },
  );
}

/** @param {string} text */
const isLog = (text) => /^\d{1,2}$/.test(text) && Number(text) < LOGS;
