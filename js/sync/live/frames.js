/**
 * A message: its kind, then its parts. Payloads are `Uint8Array`s in their places: `args.data` of an
 * "ask", `result.data` of an "ok", and the data of events in an "ev" and in `result.events`.
 * @typedef {[kind: string, ...parts: unknown[]]} Message
 */

/** Where the part that may hold payloads lies; the number of bytes of its `data` comes after it. */
const places = new Map([
  ["ask", 3],
  ["ok", 2],
  ["ev", 5],
]);
/** Places in an event: `[offset, time, type, data, key | 0, bytes?]`. */
const DATA = 3;
const BYTES = 5;

const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * Messages as they are sent: JSON, or, when one of them has a payload, the length of the JSON (u32,
 * little-endian), the JSON and the bytes of all payloads in the order in which they appear.
 * O(size); the messages are not changed.
 * @param {readonly Message[]} messages
 * @returns {string | Uint8Array<ArrayBuffer>}
 */
export function encode(messages) {
  /** @type {Uint8Array[]} */
  const payloads = [];
  const json = JSON.stringify(messages.map((message) => lifted(message, payloads)));
  if (payloads.length === 0) return json;
  const head = utf8.encode(json);
  let at = 4 + head.length;
  const frame = new Uint8Array(payloads.reduce((size, it) => size + it.length, at));
  new DataView(frame.buffer).setUint32(0, head.length, true);
  frame.set(head, 4);
  for (const payload of payloads) {
    frame.set(payload, at);
    at += payload.length;
  }
  return frame;
}

/**
 * The messages of a frame. Payloads are views of it. O(size).
 * @param {unknown} frame text, an `ArrayBuffer` or a `Uint8Array`
 * @returns {Message[]} each an array that begins with a string; its parts are not checked
 * @throws {TypeError} if it is not a frame
 */
export function decode(frame) {
  try {
    if (typeof frame === "string") return read(frame, new Uint8Array(0));
    const all = frame instanceof ArrayBuffer ? new Uint8Array(frame) : frame;
    must(all instanceof Uint8Array);
    const size = new DataView(all.buffer, all.byteOffset, all.length).getUint32(0, true);
    must(size <= all.length - 4);
    return read(strict.decode(all.subarray(4, 4 + size)), all.subarray(4 + size));
  } catch (error) {
    throw new TypeError("that is not a frame", { cause: error });
  }
}

/** @param {Message} message @param {Uint8Array[]} payloads gets those of the message */
function lifted(message, payloads) {
  const place = places.get(message[0]);
  const part = place === undefined ? undefined : /** @type {any} */ (message[place]);
  if (place === undefined || !part) return message;
  /** @param {any[]} events */
  const without = (events) =>
    events.map((event) => {
      if (!(event[DATA] instanceof Uint8Array)) return event;
      payloads.push(event[DATA]);
      return [...event.slice(0, DATA), 0, event[DATA + 1] ?? 0, event[DATA].length];
    });
  const copy = [...message];
  if (message[0] === "ev") {
    copy[place] = without(part);
    return copy;
  }
  if (part.data instanceof Uint8Array) {
    payloads.push(part.data);
    copy[place] = { ...part, data: 0 };
    copy[place + 1] = part.data.length;
  }
  if (message[0] === "ok" && Array.isArray(part.events)) {
    copy[place] = { .../** @type {object} */ (copy[place]), events: without(part.events) };
  }
  return copy;
}

/** @param {string} json @param {Uint8Array} bytes of all payloads @returns {Message[]} */
function read(json, bytes) {
  const messages = JSON.parse(json);
  let at = 0;
  /** @param {unknown} length */
  const take = (length) => {
    must(Number.isSafeInteger(length) && Number(length) >= 0);
    at += Number(length);
    must(at <= bytes.length);
    return bytes.subarray(at - Number(length), at);
  };
  /** @param {unknown} events */
  const fill = (events) => {
    must(Array.isArray(events));
    for (const event of /** @type {any[][]} */ (events)) {
      must(Array.isArray(event));
      if (event.length > BYTES) event[DATA] = take(event[BYTES]);
    }
  };
  must(Array.isArray(messages));
  for (const message of messages) {
    must(Array.isArray(message) && typeof message[0] === "string");
    const place = places.get(message[0]);
    if (place === undefined) continue;
    const part = message[place];
    if (message[0] === "ev") fill(part);
    else if (message.length > place + 1) part.data = take(message[place + 1]);
    if (message[0] === "ok" && part?.events) fill(part.events);
  }
  must(at === bytes.length);
  return messages;
}

/** @param {unknown} holds @returns {asserts holds} */
function must(holds) {
  if (!holds) throw new TypeError("not of the known shape");
}
