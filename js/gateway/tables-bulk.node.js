import { badFilter } from "./postgres/tables/spec.node.js";
import { notAllowed, refusal } from "./refusals.node.js";
import { bodyOf, Refusal } from "./requests.node.js";

/** @typedef {Required<import("./requests.node.js").Limits>} Limits */
/** @typedef {Record<string, unknown>} Row */

const MAX_ERRORS = 1000;
const tooLarge = (/** @type {string} */ message) => new Refusal(413, "BODY_TOO_LARGE", message);
const badJson = (/** @type {string} */ message) => new Refusal(400, "BAD_JSON", message);

/**
 * Batches of rows over HTTP.
 *
 *     POST    table/<name>:batch?conflict=error | skip | update    rows to insert
 *     PATCH   table/<name>:batch                                   the keys of rows, and columns to set
 *
 * The body is a JSON array, up to the limit `body`; or, as `application/x-ndjson`, a row a line, which
 * is written while it arrives: `body` is then the limit of a line, and `records` that of lines. The
 * answer, `{ written, skipped, errors: [{ index, status, code, message, column?, constraint? }] }`,
 * comes after all of it.
 * A refusal after the first record has the same members, and `checkpoint`: all records before this index are done.
 * @param {Request} request
 * @param {import("./postgres/tables/spec.node.js").Table} table
 * @param {import("./postgres/tables/options.node.js").Tenant} tenant
 * @param {import("./requests.node.js").Limits} limits
 */
export async function bulkAnswer(request, table, tenant, limits) {
  const { method, headers, signal } = request;
  if (method !== "POST" && method !== "PATCH") throw notAllowed("POST, PATCH");
  if (headers.has("idempotency-key")) {
    const message = "a batch is several transactions: send keys and conflict=skip instead";
    throw new Refusal(400, "BAD_HEADER", message);
  }
  const { conflict, ...unknown } = Object.fromEntries(new URL(request.url).searchParams);
  const [parameter] = Object.keys(unknown);
  if (parameter !== undefined) throw badFilter(`there is no parameter "${parameter}"`);
  if (conflict !== undefined && (method === "PATCH" || !isConflict(conflict))) {
    throw badFilter("conflict, of inserts, must be error, skip or update");
  }
  const full = /** @type {Limits} */ (limits);
  const streams = /^application\/(x-ndjson|jsonl)\b/.test(headers.get("content-type") ?? "");
  const rows = streams ? lines(request, full) : listOf(await bodyOf(request, limits), full);
  let checkpoint = 0;
  const options = {
    ...{ tenant, signal, maxErrors: MAX_ERRORS },
    onprogress: (/** @type {{ checkpoint: number }} */ progress) => {
      checkpoint = progress.checkpoint;
    },
  };
  try {
    const result = await (method === "PATCH"
      ? table.batchUpdate(rows, options)
      : table.batchInsert(rows, { ...options, conflict }));
    return Response.json(result, { headers: { "cache-control": "no-store" } });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const { code, message, headers } = refusal(error);
    throw new Refusal(503, code, message, headers, { checkpoint });
  }
}

/** @param {string} text @returns {text is "error" | "skip" | "update"} */
const isConflict = (text) => /^(error|skip|update)$/.test(text);

/** @param {Uint8Array} bytes @param {Limits} limits @returns {Row[]} */
function listOf(bytes, { records }) {
  /** @type {unknown} */
  let rows;
  try {
    rows = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {}
  if (!Array.isArray(rows)) throw badJson("the body must be a JSON array of rows");
  if (rows.length > records) throw tooLarge(`a batch may have ${records} records at most`);
  return rows;
}

/**
 * The rows of lines. A line that is no JSON is a refusal in its place.
 * @param {Request} request @param {Limits} limits @returns {AsyncGenerator<Row>}
 */
async function* lines({ body }, { records, body: longest }) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let count = 0;
  let rest = "";
  const tooLong = () => tooLarge(`a line may have ${longest} characters at most`);
  /** @param {Uint8Array} [piece] undefined: the end */
  const text = (piece) => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw badJson("the body must be UTF-8");
    }
  };
  /** @param {string} line */
  const row = (line) => {
    if (line.length > longest) throw tooLong();
    if (++count > records) throw tooLarge(`a batch may have ${records} records at most`);
    try {
      return JSON.parse(line);
    } catch {
      return badJson("the line is no JSON");
    }
  };
  for await (const piece of body ?? []) {
    const parts = (rest + text(piece)).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > longest) throw tooLong();
    for (const line of parts) if (line.trim()) yield row(line);
  }
  rest += text();
  if (rest.trim()) yield row(rest);
}
