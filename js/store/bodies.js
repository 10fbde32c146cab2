import {
  PLACE_RAW,
  PLACE_TEXTS,
  ROW_LIVE,
  ROW_PLACE_MASK,
  ROW_PRIORITY_SHIFT,
} from "../../dist/layout.js";
import { fromText, toText } from "./encode.js";
import { getBody } from "./pieces.js";

/**
 * The bodies of segments: read from IndexedDB at the first hit, unpacked, and a
 * few of them kept.
 */

/** @typedef {import("./engine.js").Body} Body */

/**
 * @typedef {object} Row a record as a segment has it
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
  #damaged;
  #report;
  /** @type {Map<number, Body>} by slot, the least recently used first */
  #kept = new Map();
  #size = 0;
  /** @type {Map<number, Promise<Body | undefined>>} */
  #coming = new Map();
  /** @type {Promise<Map<number, unknown[]>> | undefined} */
  #reading;
  /** @type {number[]} */
  #wanted = [];

  /**
   * @param {import("./segments.js").Parts} parts
   * @param {string[]} ids of the segments, by slot
   * @param {(slot: number, unknown: boolean) => void} damaged called for a body that cannot be
   *   used; `unknown`: only because its dictionary is not there
   */
  constructor({ database, engine, dictionary, now, damaged: report }, ids, damaged) {
    this.#database = database;
    this.#engine = engine;
    this.#dictionary = dictionary;
    this.#ids = ids;
    this.#now = now;
    this.#damaged = damaged;
    this.#report = report;
  }

  /**
   * A segment's body; those asked for in one turn are read in one transaction.
   * @param {number} slot
   * @param {boolean} [keep] whether it is likely to be asked for again
   * @returns {Promise<Body | undefined>} nothing when it is missing or damaged
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

  /** Takes a body that did not come from the disk. @param {number} slot @param {Uint8Array[]} pieces */
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
    if (this.#ids[slot] !== id) return undefined; // the segment went meanwhile
    let body = this.#decode(slot, pieces);
    if (body === null) {
      await this.#dictionary.load(); // another tab may have made it
      if (this.#ids[slot] !== id) return undefined;
      body = this.#decode(slot, pieces);
    }
    if (body && keep) this.#keep(slot, body);
    else if (!body && pieces.length) this.#damaged(slot, body === null);
    return body ?? undefined;
  }

  /** @param {number} slot @param {unknown[]} pieces */
  #decode(slot, pieces) {
    const id = this.#ids[slot];
    const body = this.#engine.decode(slot, pieces, this.#now());
    if (body)
      body.broken = () => {
        body.broken = undefined; // once is enough
        this.#report("CORRUPT", `a segment's value is damaged: ${id}`);
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
 * JSON that somebody else may have written: checksums that are right do not say who.
 * @param {Body} body @param {string} text
 * @returns {any} `undefined` when it is none
 */
function parsed(body, text) {
  try {
    return JSON.parse(text);
  } catch {
    return body.broken?.();
  }
}

/**
 * One row of a body.
 * @param {Body} body @param {number} row @param {string} key
 * @returns {unknown} `undefined` when it has no JSON, or is another key's, whose hash is the same
 */
export function valueAt(body, row, key) {
  if (body.keys.slice(row ? body.keyEnds[row - 1] + 1 : 0, body.keyEnds[row]) === toText(key))
    return valueIn(body, row);
}

/** @param {Body} body @param {number} row */
function valueIn(body, row) {
  const place = body.meta[row] & ROW_PLACE_MASK;
  let before = row - 1; // the row before that lies in the same place
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
  /** @type {[Row, number][]} whose JSON is not parsed yet, and where they are */
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
