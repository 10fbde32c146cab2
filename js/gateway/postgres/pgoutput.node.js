import { ApusError } from "../../core/errors.js";
import { readLsn } from "./lsn.node.js";

// The messages of PostgreSQL's output plugin `pgoutput`, protocol version 1.
// Source: PostgreSQL manual, "Logical Replication Message Formats",
// https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html

/** Text of each column as PostgreSQL writes it; `null`; undefined for a large value that has not changed. @typedef {(string | null | undefined)[]} Tuple */

/**
 * @typedef {object} Relation
 * @property {"relation"} kind
 * @property {number} id
 * @property {string} schema
 * @property {string} name
 * @property {"d" | "n" | "f" | "i"} identity default, nothing, full, index
 * @property {{ name: string, type: number, identity: boolean }[]} columns type: its OID
 */

/**
 * A changed row. `old` holds the whole old row (`full`) or its identity alone, where the other
 * columns are null.
 * @typedef {{ kind: "insert", relation: number, row: Tuple }
 *   | { kind: "update", relation: number, row: Tuple, old?: Tuple, full?: boolean }
 *   | { kind: "delete", relation: number, old: Tuple, full: boolean }} Change
 */

/**
 * Positions in the log: `lsn` of the commit, which grows from one transaction to the next, and `end`
 * after it. Other messages (types, origins) are undefined.
 * @typedef {Relation | Change
 *   | { kind: "begin", lsn: number }
 *   | { kind: "commit", lsn: number, end: number }
 *   | { kind: "truncate", relations: number[] }} Message
 */

/**
 * @param {Buffer} buffer of one message; nothing of it is kept
 * @returns {Message | undefined}
 * @throws {ApusError} BAD_ANSWER
 */
export function decode(buffer) {
  try {
    return new Reader(buffer).message();
  } catch (cause) {
    throw new ApusError("BAD_ANSWER", "PostgreSQL sent a message that is not understood", {
      cause,
    });
  }
}

class Reader {
  #buffer;
  #at = 0;

  /** @param {Buffer} buffer */
  constructor(buffer) {
    this.#buffer = buffer;
  }

  /** @returns {Message | undefined} */
  message() {
    const kind = this.#letter();
    if (kind === "B") return { kind: "begin", lsn: this.#lsn() };
    if (kind === "C") {
      this.#at++; // flags
      return { kind: "commit", lsn: this.#lsn(), end: this.#lsn() };
    }
    if (kind === "R") return this.#relation();
    if (kind === "I") {
      const relation = this.#int32();
      this.#expect("N");
      return { kind: "insert", relation, row: this.#tuple() };
    }
    if (kind === "U") return this.#update();
    if (kind === "D") {
      const relation = this.#int32();
      const full = this.#expect("OK") === "O";
      return { kind: "delete", relation, old: this.#tuple(), full };
    }
    if (kind === "T") {
      const count = this.#int32();
      this.#at++; // options: cascade, restart identity
      return { kind: "truncate", relations: Array.from({ length: count }, () => this.#int32()) };
    }
    this.#expect("YOM", kind);
    return undefined;
  }

  /** @returns {Relation} */
  #relation() {
    const id = this.#int32();
    const schema = this.#text() || "pg_catalog";
    const name = this.#text();
    const identity = /** @type {Relation["identity"]} */ (this.#expect("dnfi"));
    const columns = Array.from({ length: this.#int16() }, () => {
      const flags = this.#buffer[this.#at++];
      const column = { name: this.#text(), type: this.#int32(), identity: (flags & 1) === 1 };
      this.#at += 4; // modifier of the type
      return column;
    });
    return { kind: "relation", id, schema, name, identity, columns };
  }

  /** @returns {Change} */
  #update() {
    const relation = this.#int32();
    const which = this.#expect("KON");
    if (which === "N") return { kind: "update", relation, row: this.#tuple() };
    const old = this.#tuple();
    this.#expect("N");
    return { kind: "update", relation, row: this.#tuple(), old, full: which === "O" };
  }

  /** @returns {Tuple} */
  #tuple() {
    return Array.from({ length: this.#int16() }, () => {
      const kind = this.#expect("nut");
      if (kind === "n") return null;
      if (kind === "u") return undefined;
      const length = this.#int32();
      if (this.#at + length > this.#buffer.length) throw new RangeError("a value is cut off");
      const text = this.#buffer.toString("utf8", this.#at, this.#at + length);
      this.#at += length;
      return text;
    });
  }

  /** @param {string} letters @param {string} [is] */
  #expect(letters, is = this.#letter()) {
    if (!letters.includes(is)) throw new RangeError(`"${is}" instead of one of "${letters}"`);
    return is;
  }

  #letter() {
    return String.fromCharCode(this.#buffer.readUInt8(this.#at++));
  }

  #int16() {
    this.#at += 2;
    return this.#buffer.readUInt16BE(this.#at - 2);
  }

  #int32() {
    this.#at += 4;
    return this.#buffer.readUInt32BE(this.#at - 4);
  }

  #lsn() {
    this.#at += 8;
    return readLsn(this.#buffer, this.#at - 8);
  }

  /** A text that ends with a zero byte. */
  #text() {
    const end = this.#buffer.indexOf(0, this.#at);
    if (end < 0) throw new RangeError("a name is cut off");
    const text = this.#buffer.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return text;
  }
}
