import { ApusError } from "../../core/errors.js";
import { isChannel } from "./options.node.js";
import { parts } from "./setup.node.js";
import { fromText } from "./types.node.js";

/** @typedef {import("./options.node.js").Row} Row */
/** @typedef {import("./options.node.js").Table} Table */
/** @typedef {import("./batch.node.js").Batch} Batch */
/** @typedef {import("./pgoutput.node.js").Change} Change */
/** @typedef {import("./pgoutput.node.js").Relation} Relation */

/** @typedef {{ name: string, table: Table, columns: Relation["columns"] }} Known a table of the options */

/**
 * Turns changed rows into events of channels and names to invalidate. Only tables of the options are
 * heard, and only their allowed columns come out.
 */
export class Rows {
  #tables;
  #channels;
  #report;
  /** By the server's id of the table. @type {Map<number, Known>} */
  #known = new Map();

  /**
   * @param {Record<string, Table>} tables
   * @param {import("./channels.node.js").Channels} channels
   * @param {(error: ApusError) => void} report
   */
  constructor(tables, channels, report) {
    this.#tables = new Map(
      Object.entries(tables).map(([name, it]) => [parts(name).join("."), { name, it }]),
    );
    this.#channels = channels;
    this.#report = report;
  }

  /** PostgreSQL describes a table before its first change, and again after each change of the table. @param {Relation} relation */
  relation({ id, schema, name, columns }) {
    const found = this.#tables.get(`${schema}.${name}`);
    if (!found) return void this.#known.delete(id);
    this.#known.set(id, { name: found.name, table: found.it, columns });
    for (const column of [found.it.key, found.it.columns].flat()) {
      if (columns.some((it) => it.name === column)) continue;
      this.#report(new ApusError("SCHEMA", `the table ${found.name} has no column ${column} now`));
    }
  }

  /**
   * A row whose functions throw, or that PostgreSQL does not say enough about, has no event: its
   * channels get a `reset` instead.
   * @param {Change} change @param {Batch} batch
   */
  change(change, batch) {
    const known = this.#known.get(change.relation);
    if (!known) return;
    batch.changes++;
    try {
      this.#change(known, change, batch);
    } catch (error) {
      const { message: why, code = "CALLBACK_FAILED" } = /** @type {ApusError} */ (error);
      const message = `a changed row of ${known.name} has no event: ${why}`;
      this.#report(new ApusError(code, message, { cause: error }));
      this.#missed(known, batch, "failed");
      batch.resets.set(known.name, "failed");
    }
  }

  /** @param {number[]} relations whose rows are all gone @param {Batch} batch */
  truncate(relations, batch) {
    for (const known of relations.map((id) => this.#known.get(id))) {
      if (!known) continue;
      batch.changes++;
      const named = [...batch.channels].filter(([, it]) => it.table === known.name);
      const channels = new Set([...this.#channels.of(known.name), ...named.map(([name]) => name)]);
      for (const name of channels) batch.add(known.name, name, { type: "truncate", data: null });
      this.#missed(known, batch);
    }
  }

  /** @param {Known} known @param {Change} change @param {Batch} batch */
  #change(known, change, batch) {
    const { name, table } = known;
    const old = change.kind === "insert" ? undefined : change.old;
    const full = change.kind !== "insert" && change.full === true;
    const before = old && rowOf(known, old, full);
    for (const it of old ?? []) batch.bytes += it?.length ?? 0;
    let row;
    if (change.kind !== "delete") {
      // A large value that has not changed is in the old row, if that is whole.
      const tuple = change.row.map((it, i) => (it === undefined && full ? old?.[i] : it));
      row = rowOf(known, tuple, true);
      for (const it of tuple) batch.bytes += it?.length ?? 0;
    }
    // Everything that may throw comes first.
    const names = [before, row].map((it) => ({
      tags: it ? namesOf(table.tags, it, "tags") : [],
      keys: it ? namesOf(table.invalidate, it, "invalidate") : [],
    }));
    const to = row && placeOf(known, row);
    let from;
    if (change.kind !== "insert") {
      from = placeOf(known, before ?? /** @type {Row} */ (row), full);
    }
    for (const { tags, keys } of names) {
      for (const tag of tags) batch.tags.add(tag);
      for (const key of keys) batch.keys.add(key);
    }
    const stays = from && to && from.channel === to.channel && from.key === to.key;
    if (from && !stays) {
      const data = allowed(table, before ?? {});
      batch.add(name, from.channel, { type: "delete", key: from.key, data });
    }
    if (to && row) {
      const data = allowed(table, row);
      batch.add(name, to.channel, { type: stays ? "update" : "insert", key: to.key, data });
    }
  }

  /** Something that no row says changed values. @param {Known} known @param {Batch} batch @param {string} [reason] */
  #missed({ table: { tags = [], invalidate = [] } }, batch, reason) {
    if (typeof tags === "function" || typeof invalidate === "function" || reason) {
      batch.everything ||= tags.length + invalidate.length > 0;
    } else {
      for (const tag of tags) batch.tags.add(tag);
      for (const key of invalidate) batch.keys.add(key);
    }
  }
}

/** @param {Known} known @param {import("./pgoutput.node.js").Tuple} tuple @param {boolean} whole or its identity only @returns {Row} */
function rowOf({ columns }, tuple, whole) {
  /** @type {[string, unknown][]} */
  const entries = [];
  for (const [i, { name, type, identity }] of columns.entries()) {
    const text = tuple[i];
    if (text === undefined || !(whole || identity)) continue;
    entries.push([name, text === null ? null : fromText(type, text)]);
  }
  return Object.fromEntries(entries);
}

/** @param {Table} table @param {Row} row */
const allowed = ({ columns }, row) =>
  Object.fromEntries(
    columns.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name]]),
  );

/**
 * Where the events of a row are; undefined for one that has none.
 * @param {Known} known @param {Row} row @param {boolean} [whole]
 */
function placeOf({ table: { where, channel, key } }, row, whole = true) {
  if (!whole && (where || typeof channel === "function")) {
    throw new ApusError("IDENTITY", "where and channel need REPLICA IDENTITY FULL");
  }
  if (where && !call("where", () => where(row))) return undefined;
  const name = typeof channel === "string" ? channel : call("channel", () => channel(row));
  if (!isChannel(name)) throw new TypeError(`channel returned ${JSON.stringify(name)}`);
  const parts = [key].flat().map((column) => {
    if (row[column] !== undefined) return row[column];
    throw new ApusError("IDENTITY", `PostgreSQL does not send its key column ${column}`);
  });
  const simple = parts.length === 1 && typeof parts[0] !== "object";
  return {
    channel: name,
    key: simple ? String(parts[0]) : JSON.stringify(typeof key === "string" ? parts[0] : parts),
  };
}

/** @param {Table["tags"]} names @param {Row} row @param {string} what @returns {string[]} */
function namesOf(names = [], row, what) {
  const list = typeof names === "function" ? call(what, () => names(row)) : names;
  const fine = Array.isArray(list) && list.every((it) => typeof it === "string" && it !== "");
  if (!fine) throw new TypeError(`${what} must return a list of names`);
  return list;
}

/** @template Result @param {string} what @param {() => Result} work */
function call(what, work) {
  try {
    return work();
  } catch (cause) {
    throw new Error(`${what} threw ${cause}`, { cause });
  }
}
