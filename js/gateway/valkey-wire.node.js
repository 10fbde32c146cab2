// Values, events and positions as Valkey and Redis keep them.
import { positionText } from "../sync/position.js";

/** @typedef {import("./engine.node.js").Event} Event */
/** @typedef {import("./engine.node.js").Position} Position */

/** @type {Record<string, Event["kind"]>} */
const kinds = { s: "set", f: "fill", d: "delete", t: "tag", p: "prefix", e: "epoch" };

/** The epoch read last: a log's entries share it, and a number of 16 digits is slow to read. */
let last = { text: "", epoch: 0 };

/** @param {string} id of a stream's entry @returns {Position} */
export function positionOf(id) {
  const dash = id.indexOf("-");
  if (dash !== last.text.length || !id.startsWith(last.text)) {
    const text = id.slice(0, dash);
    last = { text, epoch: Number(text) };
  }
  return { epoch: last.epoch, offset: Number(id.slice(dash + 1)) };
}

/** @param {[string, [string, string]]} entry of a stream @returns {Event} */
export function eventOf([id, [check, text]]) {
  const kind = kinds[text[0]];
  return { kind, name: text.slice(1), at: positionOf(id), check };
}

/** @param {Event} [event] */
export const cursorAt = (event) => event && { ...event.at, check: event.check };

/** @param {import("./engine.node.js").Value} value */
export function encode({ body, type, tags, asOf, expiresAt, staleFor, check }) {
  const until = expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt;
  const head = JSON.stringify([type, tags, positionText(asOf), until, staleFor, check]);
  return Buffer.concat([Buffer.from(`${head}\n`), body]);
}

/** @param {Buffer | null} bytes @returns {import("./engine.node.js").Stored | undefined} */
export function decode(bytes) {
  if (!bytes) return undefined;
  const first = bytes.indexOf(10);
  const second = bytes.indexOf(10, first + 1);
  const head = JSON.parse(bytes.toString("utf8", first + 1, second));
  const [type, tags, asOf, until, staleFor, check] = head;
  const [epoch, offset] = asOf.split(":").map(Number);
  return {
    ...{ body: bytes.subarray(second + 1), type, tags, asOf: { epoch, offset } },
    version: positionOf(bytes.toString("latin1", 0, first)),
    ...{ expiresAt: until ?? Number.POSITIVE_INFINITY, staleFor, check },
  };
}
