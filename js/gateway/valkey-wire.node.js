// Values, events and positions as Valkey and Redis keep them.
import { promisify } from "node:util";
import zlib from "node:zlib";
import { compare, positionText, START } from "../sync/position.js";
import { compressible } from "./encoding.node.js";

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

/**
 * What a replica has, if it has every event of the log until `asOf`: value and last event are read
 * at once.
 * @param {any} reader @param {string[]} keys log and value @param {Position} asOf
 */
export async function readReplica(reader, [log, key], asOf) {
  const answer = await reader.apusReadBuffer(key, log).catch(() => undefined);
  if (!answer) return undefined;
  const [bytes, last] = answer;
  const known = last ? positionOf(String(last)) : START;
  return compare(known, asOf) < 0 ? undefined : { stored: await decode(bytes) };
}

/**
 * Why the events after a cursor are missing.
 * @param {any} client @param {string} log @param {Position} [after]
 * @returns {Promise<import("./engine.node.js").Events>}
 */
export async function lostAfter(client, log, after) {
  const [[first], [last]] = await Promise.all([
    client.xrange(log, "-", "+", "COUNT", 1),
    client.xrevrange(log, "+", "-", "COUNT", 1),
  ]);
  const trimmed = !after || (first && compare(after, eventOf(first).at) < 0);
  const head = last && cursorAt(eventOf(last));
  return { lost: trimmed ? "trimmed" : "replaced", events: [], head };
}

/** ms that a value is kept from now on; "" for ever. @param {import("./engine.node.js").Value} value */
export const lifeOf = ({ expiresAt, staleFor }) =>
  expiresAt === Number.POSITIVE_INFINITY ? "" : Math.ceil(expiresAt - Date.now() + staleFor);

/** Arguments of a condition. @param {Position | null} [ifVersion] @param {number} [lease] */
export function condition(ifVersion, lease) {
  const version = ifVersion && `${ifVersion.epoch}-${ifVersion.offset}`;
  return [ifVersion === null ? "none" : (version ?? ""), lease ?? ""];
}

const LARGE = 2048; // bytes of a body from which on it is compressed
const LARGEST = 512e6; // of a body, as of a string in Valkey
// Every Node has it; a gateway of an older one could not read zstd.
const deflate = promisify(zlib.deflateRaw);
const inflate = promisify(zlib.inflateRaw);

/** Large text is compressed. @param {import("./engine.node.js").Value} value @returns {Promise<Buffer>} */
export async function encode({ body, type, tags, asOf, expiresAt, staleFor, check }) {
  const until = expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt;
  const head = [type, tags, positionText(asOf), until, staleFor, check];
  let kept = body;
  if (body.byteLength >= LARGE && compressible(type)) {
    const packed = await deflate(body, { level: 1 });
    if (packed.byteLength < 0.9 * body.byteLength) {
      kept = packed;
      head.push("deflate");
    }
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), kept]);
}

/** @param {Buffer | null} bytes @returns {Promise<import("./engine.node.js").Stored | undefined>} */
export async function decode(bytes) {
  if (!bytes) return undefined;
  const first = bytes.indexOf(10);
  const second = bytes.indexOf(10, first + 1);
  const head = JSON.parse(bytes.toString("utf8", first + 1, second));
  const [type, tags, asOf, until, staleFor, check, packed] = head;
  const kept = bytes.subarray(second + 1);
  const body = packed ? await inflate(kept, { maxOutputLength: LARGEST }) : kept;
  const [epoch, offset] = asOf.split(":").map(Number);
  return {
    ...{ body, type, tags, asOf: { epoch, offset } },
    version: positionOf(bytes.toString("latin1", 0, first)),
    ...{ expiresAt: until ?? Number.POSITIVE_INFINITY, staleFor, check },
  };
}
