import { checkOptions, integerIn, oneOf, string } from "../core/check.js";
import { ApusError } from "../core/errors.js";

/**
 * @typedef {object} ValkeyOptions
 * @property {string} [url] of one node, `redis://` or `rediss://`
 * @property {{ host: string, port: number }[]} [nodes] some nodes of a cluster, instead
 * @property {string} [prefix] of all keys; default `apus`
 * @property {number} [keepEvents] about how many events a log keeps; default 10,000
 * @property {number} [keepNames] invalidated tags, and prefixes, that are remembered; default 100,000
 * @property {number} [timeout] ms after which a command fails; default 2,000
 * @property {"masters" | "replicas"} [readFrom] which nodes of a cluster answer reads of values;
 *   default `masters`
 * @property {{ replicas: number, timeout?: number }} [wait] replicas that must have a write before it
 *   is acknowledged, within `timeout` ms (default 100)
 */

const checks = {
  url,
  nodes,
  prefix: string,
  keepEvents: integerIn(1, 1e9),
  keepNames: integerIn(1, 1e9),
  timeout: integerIn(1, 1e6),
  readFrom: oneOf(["masters", "replicas"]),
  wait: waitCheck,
};

/**
 * A connection that has answered once. Afterwards it connects again by itself.
 * @param {ValkeyOptions} options checked here
 * @throws {TypeError | RangeError | ApusError} as `ValkeyEngine.open`
 */
export async function connect(options) {
  checkOptions("ValkeyEngine.open", options, checks);
  if ((options.url === undefined) === (options.nodes === undefined)) {
    throw new TypeError("ValkeyEngine.open: needs url, or nodes of a cluster");
  }
  if (options.readFrom === "replicas" && !options.nodes) {
    throw new TypeError("ValkeyEngine.open: readFrom: replicas needs nodes of a cluster");
  }
  const library = await import("iovalkey").catch((cause) => {
    const hint = "the package iovalkey is needed: npm install iovalkey";
    throw new ApusError("NO_CLIENT", hint, { cause });
  });
  const client = clientOf(library, options);
  /** @type {any} */
  let cause;
  client.on("error", (/** @type {Error} */ error) => {
    cause = error; // each command reports its own failure
  });
  const { url, nodes = [], timeout = 2000 } = options;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([client.ping(), late]);
  } catch (error) {
    client.disconnect();
    const where = url ? new URL(url).host : nodes.map(({ host, port }) => `${host}:${port}`).join();
    // A cluster's error holds the error of its last node.
    const why = cause?.lastNodeError ?? cause ?? error;
    throw new ApusError("UNREACHABLE", `no answer from ${where}: ${why.message}`, { cause: why });
  } finally {
    clearTimeout(timer);
  }
  return client;
}

const SLOWEST_REPLICA = 250; // ms; then the master is asked

/**
 * A second connection like the first.
 * @param {any} client @param {ValkeyOptions} options
 * @param {boolean} [replicas] whether they answer what is read-only, and soon
 */
export function another(client, { nodes, timeout = 2000, wait }, replicas = false) {
  // An answer that waits for replicas comes later than others.
  const most = replicas ? Math.min(timeout, SLOWEST_REPLICA) : timeout + (wait?.timeout ?? 100);
  const more = nodes
    ? guarded(
        client.duplicate([], {
          redisOptions: { ...client.options.redisOptions, commandTimeout: most },
          scaleReads: replicas ? "slave" : "master",
        }),
        most,
      )
    : client.duplicate({ commandTimeout: most });
  more.on("error", () => {}); // each command reports its own failure
  return more;
}

/** @param {typeof import("iovalkey")} library @param {ValkeyOptions} options */
function clientOf({ Cluster, Redis }, { url, nodes, timeout = 2000 }) {
  const common = { commandTimeout: timeout, maxRetriesPerRequest: 1, connectTimeout: timeout };
  const again = (/** @type {number} */ times) => Math.min(50 * times, 500);
  if (!nodes) return new Redis(/** @type {string} */ (url), { ...common, retryStrategy: again });
  const cluster = new Cluster(nodes, {
    redisOptions: common,
    clusterRetryStrategy: again,
    retryDelayOnFailover: 50,
    enableOfflineQueue: false,
  });
  return guarded(cluster, timeout);
}

const LOOK = 1000; // ms between two looks at who holds which slots

/**
 * A cluster's client, with what iovalkey 0.4 lacks. While no node is connected, its own queue keeps
 * commands without end and sends them at last: here they fail after `timeout` ms and are not sent. Its
 * own timer for slots begins again when it is closed during a look.
 * @param {any} cluster @param {number} timeout ms
 */
function guarded(cluster, timeout) {
  const { sendCommand, disconnect } = cluster;
  /** Commands that wait for a connection, and how to send them. @type {Map<any, () => void>} */
  const waiting = new Map();
  const flush = () => {
    for (const send of waiting.values()) send();
    waiting.clear();
  };
  const look = setInterval(() => {
    if (cluster.status === "ready") cluster.refreshSlotsCache();
  }, LOOK);
  look.unref();
  cluster.on("ready", flush);
  cluster.sendCommand = (/** @type {any} */ command, /** @type {any[]} */ ...to) => {
    command.setTimeout(timeout);
    const send = () => sendCommand.call(cluster, command, ...to);
    // The client itself asks a cluster before it is ready.
    if (!/connect|^close$/.test(cluster.status) || command.name === "cluster") return send();
    waiting.set(command, send);
    const forget = () => waiting.delete(command);
    command.promise.then(forget, forget);
    return command.promise;
  };
  cluster.disconnect = (/** @type {boolean | undefined} */ again) => {
    disconnect.call(cluster, again);
    if (again) return;
    clearInterval(look);
    for (const command of waiting.keys()) command.reject(new Error("Connection is closed."));
  };
  return cluster;
}

/** @param {any} value @param {string} name */
function url(value, name) {
  const { protocol = "" } = URL.canParse(value) ? new URL(value) : {};
  if (!/^rediss?:$|^valkeys?:$/.test(protocol)) {
    throw new TypeError(`${name} must be a URL that begins with redis:// or rediss://`);
  }
}

/** @param {any} value @param {string} name */
function waitCheck(value, name) {
  checkOptions(name, value, { replicas: integerIn(1, 100), timeout: integerIn(1, 1e6) });
  if (value.replicas === undefined) throw new TypeError(`${name} needs replicas`);
}

/** @param {any} value @param {string} name */
function nodes(value, name) {
  const fine = (/** @type {any} */ node) =>
    typeof node?.host === "string" &&
    Number.isInteger(node.port) &&
    node.port > 0 &&
    node.port < 65_536;
  if (!Array.isArray(value) || value.length === 0 || !value.every(fine)) {
    throw new TypeError(`${name} must be a list of { host, port }`);
  }
}

/**
 * The addresses of a cluster's masters, or the run of a single server.
 * @param {any} client @returns {Promise<string[]>}
 */
export async function mastersOf(client) {
  if (client.isCluster) {
    const all = client.slots.map((/** @type {string[] | undefined} */ nodes) => nodes?.[0]);
    return [...new Set(all.filter(Boolean))].sort();
  }
  const [, run] = /^run_id:(\w+)/m.exec(await client.info("server")) ?? [];
  return run ? [run] : [];
}
