import {
  PLACE_RAW,
  PLACE_TEXTS,
  ROW_LIVE,
  ROW_PLACE_MASK,
  ROW_PRIORITY_SHIFT,
} from "../../dist/layout.js";
import { fromText, toText } from "./encode.js";
import { getBody } from "./records.js";

/**
 * The bodies of segments: read from IndexedDB at the first hit and decoded; the
 * most recently used stay in memory.
 */

/** @typedef {import("./engine.js").Body} Body */

/**
 * @typedef {object} Row a record in a segment
 * @property {unknown} value
 * @property {number} expiresAt ms since 1970 or Infinity
 * @property {string[]} tags
 * @property {number} priority
 */

const KEPT = 8 << 20; // bytes

export class Bodies {
  #database;
  #engine;
  #ids;
  #now;
  #dictionary;
  #unreadable;
  #dropped;
  /** @type {Map<number, Body>} by slot, least recently used first */
  #kept = new Map();
  #size = 0;
  /** @type {Map<number, Promise<Body | undefined>>} */
  #coming = new Map();
  /** @type {Promise<Map<number, unknown[]>> | undefined} */
  #reading;
  /** @type {number[]} */
  #wanted = [];

  /**
   * @param {Pick<import("./segments.js").SegmentsParts,
   *   "database" | "engine" | "dictionary" | "now" | "dropped">} parts
   * @param {string[]} ids of the segments, by slot
   * @param {(slot: number, unknown: boolean) => void} unreadable called with a body that cannot be
   *   used; `unknown`: only because its dictionary is missing
   */
  constructor({ database, engine, dictionary, now, dropped }, ids, unreadable) {
    this.#database = database;
    this.#engine = engine;
    this.#dictionary = dictionary;
    this.#ids = ids;
    this.#now = now;
    this.#unreadable = unreadable;
    this.#dropped = dropped;
  }

  /**
   * A segment's body; bodies requested in one turn are read in one transaction.
   * @param {number} slot
   * @param {boolean} [keep] whether to keep it in memory
   * @returns {Promise<Body | undefined>} `undefined` when it is missing or damaged
   */
  get(slot, keep = true) {
    const kept = this.#kept.get(slot);
    if (kept) {
      this.#kept.delete(slot);
      this.#kept.set(slot, kept);
      return Promise.resolve(kept);
    }
    let coming = this.#coming.get(slot);
    if (!coming) {
      coming = this.#load(slot, keep).finally(() => this.#coming.delete(slot));
      this.#coming.set(slot, coming);
    }
    return coming;
  }

  /** Keeps a body that did not come from the disk. @param {number} slot @param {Uint8Array[]} pieces */
  offer(slot, pieces) {
    const body = this.#decode(slot, pieces);
    if (body) this.#keep(slot, body);
  }

  /** Forgets a segment's body. @param {number} slot */
  drop(slot) {
    const body = this.#kept.get(slot);
    if (!body) return;
    this.#size -= body.size;
    this.#kept.delete(slot);
  }

  /** @param {number} slot @param {boolean} keep */
  async #load(slot, keep) {
    const id = this.#ids[slot];
    this.#wanted.push(slot);
    this.#reading ??= Promise.resolve().then(() => this.#read());
    const pieces = /** @type {unknown[]} */ ((await this.#reading).get(slot));
    if (this.#ids[slot] !== id) return undefined; // the segment was removed meanwhile
    let body = this.#decode(slot, pieces);
    if (body === null) {
      await this.#dictionary.load(); // another tab may have made it
      if (this.#ids[slot] !== id) return undefined;
      body = this.#decode(slot, pieces);
    }
    if (body && keep) this.#keep(slot, body);
    else if (!body && pieces.length) this.#unreadable(slot, body === null);
    return body ?? undefined;
  }

  /** @param {number} slot @param {unknown[]} pieces */
  #decode(slot, pieces) {
    const id = this.#ids[slot];
    const body = this.#engine.decode(slot, pieces, this.#now());
    if (body)
      body.broken = () => {
        body.broken = undefined; // one report is enough
        this.#dropped("CORRUPT", `a value of segment ${id} is damaged`);
      };
    return body;
  }

  async #read() {
    const slots = this.#wanted;
    this.#wanted = [];
    this.#reading = undefined;
    const bodies = await this.#database.run("readonly", (tx) =>
      Promise.all(slots.map((slot) => getBody(tx, this.#ids[slot]))),
    );
    return new Map(slots.map((slot, i) => [slot, bodies[i]]));
  }

  /** @param {number} slot @param {Body} body */
  #keep(slot, body) {
    this.#kept.set(slot, body);
    this.#size += body.size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= KEPT || oldest === slot) break;
      this.drop(oldest);
    }
  }
}

/**
 * Parses JSON that anyone may have written: a right checksum does not prove who did.
 * @param {Body} body @param {string} text
 * @returns {any} `undefined` when it is not JSON
 */
function parsed(body, text) {
  try {
    return JSON.parse(text);
  } catch {
    return body.broken?.();
  }
}

/**
 * The value of one row of a body.
 * @param {Body} body @param {number} row @param {string} key
 * @returns {unknown} `undefined` when it is not JSON, or when another key with the same hash has it
 */
export function valueAt(body, row, key) {
  if (body.keys.slice(row ? body.keyEnds[row - 1] + 1 : 0, body.keyEnds[row]) === toText(key))
    return valueIn(body, row);
}

/** @param {Body} body @param {number} row */
function valueIn(body, row) {
  const place = body.meta[row] & ROW_PLACE_MASK;
  let before = row - 1; // the previous row in the same place
  while (before >= 0 && (body.meta[before] & ROW_PLACE_MASK) !== place) before -= 1;
  const end = body.valueEnds[row];
  if (place === PLACE_RAW) return body.raw.slice(before < 0 ? 0 : body.valueEnds[before], end);
  return parsed(body, body.texts.slice(before < 0 ? 0 : body.valueEnds[before] + 1, end));
}

/**
 * The live rows of a body. Neighbouring JSON values are parsed as one array,
 * which is twice as fast as one by one.
 * @param {Body} body @param {(set: number) => string[]} tagsOf
 * @returns {[string, Row][]}
 */
export function liveRows(body, tagsOf) {
  const { keys, texts, raw, keyEnds, valueEnds, meta } = body;
  /** @type {[string, Row][]} */
  const rows = [];
  /** Rows whose JSON is not parsed yet, with their numbers. @type {[Row, number][]} */
  let run = [];
  let runStart = 0;
  let keyStart = 0;
  let textStart = 0;
  let rawStart = 0;
  const parse = () => {
    if (run.length === 0) return;
    let values = parsed(body, `[${texts.slice(runStart, textStart - 1)}]`);
    if (values?.length !== run.length) values = run.map(([, at]) => valueIn(body, at));
    for (let i = 0; i < run.length; i++) run[i][0].value = values[i];
    run = [];
  };
  for (let at = 0; at < meta.length; at++) {
    const end = valueEnds[at];
    const place = meta[at] & ROW_PLACE_MASK;
    const live = meta[at] & ROW_LIVE;
    if (live) {
      const row = {
        value: place === PLACE_RAW ? raw.slice(rawStart, end) : undefined,
        expiresAt: body.expiries[at] || Infinity,
        tags: body.tagSets[at] ? tagsOf(body.tagSets[at]) : [],
        priority: (meta[at] << (24 - ROW_PRIORITY_SHIFT)) >> 24,
      };
      rows.push([fromText(keys.slice(keyStart, keyEnds[at])), row]);
      if (place === PLACE_TEXTS && run.push([row, at]) === 1) runStart = textStart;
    } else if (place === PLACE_TEXTS) {
      parse();
    }
    if (place === PLACE_TEXTS) textStart = end + 1;
    else if (place === PLACE_RAW) rawStart = end;
    keyStart = keyEnds[at] + 1;
  }
  parse();
  return rows.filter(([, { value }]) => value !== undefined);
}
