/** @typedef {import("./frames.js").Message} Message */

/** Reads and writes frames with payloads, once one is needed. @type {Awaited<ReturnType<typeof import("./unpack.js").unpacker>> | undefined} */
let frames;

/** Loads what frames with payloads need: before the first one is written or read. */
export async function payloads() {
  frames ??= await (await import("./unpack.js")).unpacker();
}

/** @param {unknown} frame @returns {boolean} whether `decode` can read it now; if not, after `payloads` */
export const readable = (frame) => typeof frame === "string" || frames !== undefined;

/**
 * @param {readonly Message[]} messages with payloads only after `payloads`
 * @returns {string | Uint8Array<ArrayBuffer>} see `frames.js`
 */
export const encode = (messages) => frames?.encode(messages) ?? JSON.stringify(messages);

/**
 * @param {unknown} frame @param {any} [link] see `unpack.js` @returns {Message[]} see `frames.js`
 * @throws {TypeError | SyntaxError} if it is not a frame
 */
export function decode(frame, link) {
  if (frames) return frames.decode(frame, link);
  const messages = JSON.parse(String(frame));
  if (!isArray(messages) || !messages.every(sound)) throw new TypeError("that is not a frame");
  return messages;
}

const { isArray } = Array;
/** Of a frame without payloads. @param {unknown} message */
const sound = (message) =>
  isArray(message) &&
  typeof message[0] === "string" &&
  (message[0] !== "ev" || plain(message[5])) &&
  (message[0] !== "ok" || plain(message[2]?.events ?? []));
/** @param {unknown} events none has a payload */
const plain = (events) =>
  isArray(events) && events.every((event) => isArray(event) && event.length < 6);
