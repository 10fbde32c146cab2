import { encode } from "../../sync/live/frames.js";

/** @typedef {import("../../sync/live/frames.js").Message} Message */

/**
 * A frame on its way to clients. It is encoded once for all of them, in the form of each transport
 * that one of them uses.
 */
export class Frame {
  /** @type {Buffer} */ bytes;
  /** @type {boolean} */ binary;
  /** @type {Buffer | undefined} */ #sse;
  /** @type {string | undefined} */ #poll;

  /** @param {string | Uint8Array} frame */
  constructor(frame) {
    this.binary = typeof frame !== "string";
    this.bytes =
      typeof frame === "string"
        ? Buffer.from(frame)
        : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  }

  get sse() {
    this.#sse ??= Buffer.from(
      this.binary
        ? `event: bin\ndata: ${this.bytes.toString("base64")}\n\n`
        : `data: ${this.bytes.toString()}\n\n`,
    );
    return this.#sse;
  }

  get poll() {
    this.#poll ??= this.binary ? `\u0000${this.bytes.toString("base64")}` : this.bytes.toString();
    return this.#poll;
  }
}

/** @param {Message[]} messages */
export const frameOf = (messages) => new Frame(encode(messages));

/**
 * An "ev" message in a frame of its own. Events are passed on as their streams hold them, without
 * being read.
 * @param {string} sub JSON of the subscription's id
 * @param {number} epoch @param {number | null} prev @param {number} last
 * @param {{ offset: number, text: string, bytes?: Uint8Array }[]} events
 */
export function eventsFrame(sub, epoch, prev, last, events) {
  const texts = events.map(({ offset, text }) => `[${offset},${text}]`);
  const json = `[["ev",${sub},${epoch},${prev},${last},[${texts.join()}]]]`;
  const payloads = events.flatMap(({ bytes }) => bytes ?? []);
  if (payloads.length === 0) return new Frame(json);
  const head = Buffer.from(json);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.byteLength);
  return new Frame(Buffer.concat([size, head, ...payloads]));
}
