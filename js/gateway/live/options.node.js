import { matcher } from "../../cache/match.js";
import { boolean, checkOptions, func, integerIn, numberIn, oneOf } from "../../core/check.js";

import { checkRegistry } from "./registry-options.node.js";

/**
 * Whoever a token belongs to. More properties are the application's; `authorize` gets all of them.
 * @typedef {object} User
 * @property {string} [id] begins the ids of its members in presence
 * @property {number} [expiresAt] ms since 1970; then the connection ends unless the token is renewed
 */

/**
 * @typedef {object} ChannelOptions
 * @property {"ordered" | "latest"} [mode] `latest`: of the events of one key in a batch only the newest
 *   is sent; default `ordered`
 * @property {number} [history] about how many events are kept; default 1,000
 * @property {number} [ttl] ms after the last event for which they are kept; default a day
 * @property {boolean} [presence] whether members are kept; default false
 * @property {string[]} [filters] fields of the data that `where` may name; default none
 * @property {boolean} [delta] whether an event is sent as what changed since the one before of the same
 *   key (without one: of the same type), where that is less; default false
 * @property {boolean} [write] whether clients may publish; default: as `authorize` says, and not
 *   without one
 */

/**
 * Bounds of one connection.
 * @typedef {object} ClientLimits
 * @property {number} [message] bytes of a frame from a client; default 256 kB
 * @property {number} [queue] bytes that wait for a slow client before it is cut off; default 1 MB
 * @property {number} [subscriptions] default 100
 * @property {number} [rate] messages a second from a client in the long run, twice that at once;
 *   default 1,000
 */

/**
 * @typedef {object} LiveOptions
 * @property {(token: string | null, request: Request) => User | Promise<User>} [authenticate] throws
 *   for a bad token; default: everyone is `{}`. The request is the one that the connection began with;
 *   it has `url`, `method` and `headers`.
 * @property {Record<string, ChannelOptions>} [channels] by glob of names; the first that matches counts,
 *   and what none matches is refused
 * @property {ClientLimits} [limits]
 * @property {number} [heartbeat] ms of silence after which a side asks the other; default 4,000
 * @property {number} [lease] ms for which members stay when their connection is lost; default 15,000
 * @property {string[]} [origins] pages of other origins whose cookies count, such as
 *   `https://example.org`; default none: `authenticate` does not see them
 * @property {import("./registry-options.node.js").RegistryOptions} [registry] how this gateway is
 *   registered
 */

/** @type {Required<ClientLimits>} */
export const defaultLimits = { message: 256_000, queue: 1e6, subscriptions: 100, rate: 1000 };

/** @type {Required<Omit<ChannelOptions, "write">>} */
const defaultChannel = {
  ...{
    mode: "ordered",
    history: 1000,
    ttl: 86_400_000,
    presence: false,
    filters: [],
    delta: false,
  },
};

/** @typedef {typeof defaultChannel & { write?: boolean }} Config of a channel */

const channelChecks = {
  mode: oneOf(["ordered", "latest"]),
  history: integerIn(1, 1e7),
  ttl: numberIn(1, Number.MAX_SAFE_INTEGER),
  presence: boolean,
  filters: texts,
  delta: boolean,
  write: boolean,
};

const most = integerIn(1, 1e9);

/** @type {Record<string, (value: any, name: string) => void>} */
const checks = {
  authenticate: func,
  channels(value, name) {
    if (value === null || typeof value !== "object")
      throw new TypeError(`${name} must be an object`);
    for (const [glob, options] of Object.entries(value)) {
      matcher(glob);
      checkOptions(`${name}: ${glob}`, options, channelChecks);
    }
  },
  limits: (value, name) =>
    checkOptions(name, value, {
      ...{ message: integerIn(1, 512e6), queue: most, subscriptions: most, rate: most },
    }),
  heartbeat: numberIn(10, 3_600_000),
  lease: numberIn(10, 3_600_000),
  origins: texts,
  registry: checkRegistry,
};

/** @param {unknown} options @param {string} name */
export const checkLive = (options, name) => checkOptions(name, options, checks);

/**
 * @param {Record<string, ChannelOptions>} channels
 * @returns {(channel: string) => Config | undefined} undefined: it is not declared
 */
export function channelsOf(channels) {
  const declared = Object.entries(channels).map(([glob, options]) => {
    const matches = matcher(glob);
    return {
      matches: (/** @type {string} */ name) => matches(name, undefined),
      config: { ...defaultChannel, ...options },
    };
  });
  return (channel) => declared.find(({ matches }) => matches(channel))?.config;
}

/** @param {any} value @param {string} name */
function texts(value, name) {
  const fine = (/** @type {unknown} */ text) => typeof text === "string" && text !== "";
  if (!Array.isArray(value) || !value.every(fine)) {
    throw new TypeError(`${name} must be a list of strings`);
  }
}
