/** @typedef {import("./frames.js").Message} Message */

/**
 * Whom a connection serves.
 * @typedef {object} Receiver
 * @property {(welcome: Welcome) => void} up from now on messages may be sent
 * @property {(code: string, error?: unknown) => void} down what was under way is lost; also when an
 *   attempt fails
 * @property {(messages: Message[]) => void} receive
 * @property {(code: string, error: unknown) => void} error of something that does not end it
 */

/**
 * What the gateway said at first.
 * @typedef {object} Welcome
 * @property {string} session
 * @property {string} gateway
 * @property {number} heartbeat ms
 * @property {number} now ms since 1970
 * @property {number} [message] bytes of a frame that the gateway takes
 * @property {number} clock the gateway's minus this one, ms
 */

/**
 * @typedef {object} Link an open transport
 * @property {(frame: string | Uint8Array<ArrayBuffer>) => void} send
 * @property {(code?: number) => void} close
 */

/**
 * @typedef {(to: {
 *   url: string, session: string, fetch?: typeof fetch, WebSocket?: typeof globalThis.WebSocket,
 *   open: () => void, frame: (frame: unknown) => void, close: (code?: number, reason?: string) => void,
 * }) => Link} Transport
 */

/**
 * @typedef {object} UpstreamOptions
 * @property {string} url the gateway's base, absolute, ends with "/"
 * @property {Record<string, () => Promise<Transport>>} transports the first that opens is used
 * @property {() => string | null | undefined | Promise<string | null | undefined>} token
 * @property {typeof fetch} [fetch]
 * @property {typeof globalThis.WebSocket} [WebSocket]
 */

export {};
