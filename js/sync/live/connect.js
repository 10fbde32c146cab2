import {
  abortSignal,
  boolean,
  checkOptions,
  func,
  numberIn,
  oneOf,
  string,
} from "../../core/check.js";
import { loadWasm } from "../../core/wasm.js";
import { Live } from "./live.js";
import { webSocket } from "./websocket.js";
import { world } from "./world.js";

/**
 * @typedef {object} ConnectOptions
 * @property {string | (() => string | null | Promise<string | null>)} [token] what the gateway knows the
 *   user by; a function is asked again before it ends and for each connection
 * @property {string} [user] tabs of different users do not share a connection
 * @property {readonly ("websocket" | "sse" | "poll")[]} [transports] in the order of preference; the
 *   next one is used when one does not open. Default: all three
 * @property {boolean} [share] one connection for all tabs; default true where there are tabs
 * @property {number} [budget] ms of script a frame for the callbacks of all channels; default 8
 * @property {import("./meter.js").Tracker} [sampler] gets `live.latency` (ms, of the oldest event of a
 *   delivery) and `live.reconnects`
 * @property {AbortSignal} [signal] closes it
 * @property {typeof fetch} [fetch] instead of the platform's
 * @property {unknown} [WebSocket] the class, where the platform has none (Node before 22: that of `ws`)
 */

/** @type {Record<string, () => Promise<import("./link.js").Transport>>} */
const transports = {
  websocket: async () => webSocket,
  sse: async () => (await import("./sse.js")).sse,
  poll: async () => (await import("./poll.js")).poll,
};

const known = oneOf(Object.keys(transports));
/** @type {Record<string, import("../../core/check.js").Check>} */
const checks = {
  token(value, name) {
    if (typeof value !== "string") func(value, name);
  },
  user: string,
  transports(value, name) {
    if (!Array.isArray(value) || value.length === 0) {
      throw new TypeError(`${name} must be an array that is not empty`);
    }
    for (const it of value) known(it, `${name}: transport`);
  },
  share: boolean,
  budget: numberIn(0.1, 1000),
  signal: abortSignal,
  sampler(value, name) {
    func(value?.track, `${name}.track`);
  },
  fetch: func,
  WebSocket: func,
};

/**
 * Connects to a gateway.
 * @param {string | URL} url the gateway's base, such as "/apus/"; relative to the page
 * @param {ConnectOptions} [options]
 * @returns {Promise<Live>} does not wait for the gateway: see its `status`
 * @throws {TypeError | RangeError} for a bad URL or option
 * @throws {import("../../core/errors.js").ApusError} `WASM_UNAVAILABLE`; the reason of the signal
 */
export async function connect(url, options = {}) {
  if (typeof url !== "string" && !(url instanceof URL)) {
    throw new TypeError("connect: url must be a string or a URL");
  }
  checkOptions("connect", options, checks);
  const { token = null, user = "", budget = 8, signal, sampler, fetch, WebSocket } = options;
  const { share = globalThis.location !== undefined, transports: names } = options;
  const { href, protocol } = new URL(
    url,
    globalThis.document?.baseURI ?? globalThis.location?.href,
  );
  if (!/^https?:$/.test(protocol)) throw new TypeError("connect: url must be http or https");
  signal?.throwIfAborted();
  const wasm = await loadWasm("sync");
  signal?.throwIfAborted();
  const used = names ?? Object.keys(transports);
  const live = new Live(
    {
      url: href.endsWith("/") ? href : `${href}/`,
      transports: Object.fromEntries(used.map((name) => [name, transports[name]])),
      token: typeof token === "function" ? token : () => token,
      user,
      share: share && Boolean(globalThis.navigator?.locks && globalThis.BroadcastChannel),
      budget,
      sampler,
      fetch,
      WebSocket: /** @type {typeof globalThis.WebSocket | undefined} */ (WebSocket),
    },
    wasm,
    world,
  );
  signal?.addEventListener("abort", () => live.close(), { once: true });
  return live;
}
