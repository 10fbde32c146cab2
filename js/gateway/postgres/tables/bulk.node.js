import { abortSignal, checkOptions, func, integerIn, oneOf } from "../../../core/check.js";
import { abortable } from "../../../lazy/net/abort.js";
import { reader } from "../../../lazy/parts/reader.js";
import { Refusal } from "../../requests.node.js";
import { changeRefusal, rowCode } from "./errors.node.js";
import { codeOf } from "./work.node.js";

/** @typedef {import("./options.node.js").Row} Row */
/** @typedef {import("./options.node.js").Tenant} Tenant */

/**
 * A record that was not written.
 * @typedef {object} RecordError
 * @property {number} index of the record
 * @property {number} status of HTTP
 * @property {string} code BAD_ROW, CONFLICT, NOT_FOUND, FORBIDDEN, BAD_JSON
 * @property {string} message
 * @property {string} [column]
 * @property {string} [constraint]
 */

/** @typedef {{ written: number, skipped: number, errors: RecordError[] }} BulkResult */

/**
 * @typedef {object} BulkOptions
 * @property {Tenant} [tenant] whose rows they are; needed where the table has the option `tenant`
 * @property {AbortSignal} [signal] ends it between statements; what was written stays
 * @property {(progress: import("../../../lazy/parts/batch.js").BatchProgress) => void} [onprogress] after each batch
 * @property {number} [from] index of the record to begin at: the `checkpoint` of an earlier progress
 * @property {number} [maxErrors] after which it stops with TOO_MANY_ERRORS; default 10,000
 */

/** @typedef {BulkOptions & { conflict?: "error" | "skip" | "update" }} InsertOptions for a row whose key is there already; default "error" */

/**
 * A batch of records, all written or none.
 * @typedef {(items: Row[], signal: AbortSignal) => Promise<Written>} Write throws what PostgreSQL says of a bad one
 */

/**
 * @typedef {object} Written
 * @property {(Refusal | undefined)[]} refused by place in the batch, sparse: of those, nothing was written
 * @property {number} written
 * @property {number} skipped
 * @property {string[]} keys
 * @property {boolean} many whether there are more keys than these
 */

/** Records of an INSERT by UNNEST, at most. */
export const INSERTED = 1000;
/** Records of an UPDATE. */
const UPDATED = 500;
/** Above this many records by COPY. */
const MANY = 10_000;
/** Records of a COPY, so that its four round trips cost little. */
const COPIED = 25_000;
/** Tags of a log's event. */
const TAGS_MOST = 1000;

const checks = {
  tenant: (/** @type {unknown} */ value, /** @type {string} */ name) => {
    if (value === null || typeof value !== "object")
      throw new TypeError(`${name} must be an object`);
  },
  signal: abortSignal,
  onprogress: func,
  from: integerIn(0, Number.MAX_SAFE_INTEGER),
  maxErrors: integerIn(0, 1e6),
};

/**
 * Writes any number of records with bounded memory, in their order: of two rows with one key, the first is
 * there first. `batch` of the lazy room would hand out a result for each record, which takes a tenth of
 * the time of a COPY. When a batch has a bad record, it is halved until the
 * bad ones stand alone: log2(size) further batches each.
 * @param {"insert" | "update"} kind
 * @param {Iterable<Row> | AsyncIterable<Row>} rows
 * @param {InsertOptions} options
 * @param {import("./spec.node.js").Spec} spec
 * @param {Write} write
 * @param {(tags: (name: string) => string[]) => Promise<unknown>} changed tells the gateways
 * @returns {Promise<BulkResult>}
 * @throws {TypeError | RangeError} that names the argument
 * @throws {Refusal} TOO_MANY_ERRORS, TIMEOUT, with the result so far and the checkpoint in `details`
 */
export async function runBulk(kind, rows, options, spec, write, changed) {
  const name = kind === "insert" ? "batchInsert" : "batchUpdate";
  const conflict = oneOf(["error", "skip", "update"]);
  checkOptions(name, options, kind === "insert" ? { ...checks, conflict } : checks);
  if (spec.tenant && !options.tenant) {
    throw new TypeError(`${name}: tenant is needed, as the table has the option tenant`);
  }
  const { maxErrors = 10_000, onprogress, signal, from = 0 } = options;
  signal?.throwIfAborted();
  /** @type {BulkResult} */
  const result = { written: 0, skipped: 0, errors: [] };
  /** @type {Set<string>} */
  const keys = new Set();
  let more = false;
  let checkpoint = from;
  const stop = signal ?? new AbortController().signal;
  /** @param {number} index @param {unknown} error */
  const failed = (index, error) => {
    const refusal = changeRefusal(error, kind);
    if (!(refusal instanceof Refusal) || refusal.status >= 500) throw refusal;
    if (result.errors.length >= maxErrors) throw tooMany(maxErrors);
    const { status, code, message, details } = refusal;
    result.errors.push({ index, status, code, message, ...details });
  };
  /** @param {Row[]} batch @param {number} index @returns {Promise<void>} */
  const settle = async (batch, index) => {
    /** @type {Written} */
    let done;
    try {
      done = await write(batch, stop);
    } catch (error) {
      stop.throwIfAborted();
      if (batch.length === 1 || !isOfRow(error)) return failed(index, error);
      const half = batch.length >> 1;
      await settle(batch.slice(0, half), index);
      return settle(batch.slice(half), index + half);
    }
    result.written += done.written;
    result.skipped += done.skipped;
    more ||= done.many || keys.size + done.keys.length > TAGS_MOST;
    if (!more) for (const key of done.keys) keys.add(key);
    for (const place of Object.keys(done.refused)) {
      failed(index + Number(place), done.refused[Number(place)]);
    }
  };
  try {
    const { items, many } = await measured(`${name}: rows`, rows, from, stop);
    const size = kind === "update" ? UPDATED : many ? COPIED : INSERTED;
    const read = reader(items, size, from);
    try {
      for (let ended = false; !ended; ) {
        const next = await abortable(Promise.resolve(read.next()), stop);
        await settle(next.items, next.index);
        ended = next.ended;
        checkpoint = next.index + next.items.length;
        const { length } = result.errors;
        if (next.items.length > 0) {
          onprogress?.({ done: checkpoint - from, failed: length, checkpoint, total: read.total });
        }
        if (next.broken) throw next.broken[0];
      }
    } finally {
      read.close();
    }
    return result;
  } catch (error) {
    if (error instanceof Refusal) Object.assign(error.details, result, { checkpoint });
    throw error;
  } finally {
    if (result.written > 0) {
      // New rows are in no page yet.
      const isNew = kind === "insert" && options.conflict !== "update";
      await changed((name) => {
        const own = more ? (isNew ? [] : [name]) : [...keys].map((key) => `${name}:${key}`);
        return [...own, `${name}:rows`];
      });
    }
  }
}

/** Whether a half of the batch may be fine. @param {unknown} error */
const isOfRow = (error) =>
  error instanceof Refusal
    ? error.status < 500
    : rowCode(error) !== undefined || codeOf(error) === "21000"; // one key, written in two ways

/** @param {number} most */
const tooMany = (most) =>
  new Refusal(
    422,
    "TOO_MANY_ERRORS",
    `more than ${most} records are bad: the others were not tried`,
  );

/**
 * Whether there are more records than statements of rows are good for. Reads that many ahead.
 * @param {string} name @param {Iterable<Row> | AsyncIterable<Row>} rows @param {number} from @param {AbortSignal} signal
 * @returns {Promise<{ items: Iterable<Row> | AsyncIterable<Row>, many: boolean }>}
 */
async function measured(name, rows, from, signal) {
  if (Array.isArray(rows)) return { items: rows, many: rows.length - from > MANY };
  const source = /** @type {any} */ (rows);
  const iterator = source?.[Symbol.asyncIterator]?.() ?? source?.[Symbol.iterator]?.();
  if (!iterator) throw new TypeError(`${name} must be a list, an iterable or an async iterable`);
  /** @type {Row[]} */
  const ahead = [];
  const stop = () => void Promise.resolve(iterator.return?.()).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  while (ahead.length <= from + MANY) {
    const { value, done } = await abortable(Promise.resolve(iterator.next()), signal);
    if (done) return { items: ahead, many: false };
    ahead.push(value);
  }
  signal.removeEventListener("abort", stop);
  if (!source[Symbol.asyncIterator]) {
    const rest = function* () {
      try {
        yield* ahead.splice(0);
        yield* { [Symbol.iterator]: () => iterator };
      } finally {
        iterator.return?.();
      }
    };
    return { items: rest(), many: true };
  }
  const rest = async function* () {
    try {
      yield* ahead.splice(0);
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  };
  return { items: rest(), many: true };
}
