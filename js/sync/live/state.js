import { abortSignal, checkOptions, func, integerIn } from "../../core/check.js";
import { bucketOf } from "../bucket.js";
import { checkKey, failed } from "./keys.js";

/** @typedef {import("./live.js").Live} Live */
/** @typedef {import("./shared.js").StateValue} StateValue */
/** @typedef {import("./shared.js").WriteOptions} WriteOptions */
/** @typedef {import("./shared.js").UpdateOptions} UpdateOptions */

/** @type {Record<string, import("../../core/check.js").Check>} */
const checks = {
  version(value, name) {
    if (value !== null && typeof value !== "string") {
      throw new TypeError(`${name} must be a version that get or set has returned, or null`);
    }
  },
  fence(value, name) {
    checkKey(value?.lock, `${name}.lock`);
    integerIn(1, Number.MAX_SAFE_INTEGER)(value.token, `${name}.token`);
  },
  ttl: integerIn(1, 10 * 365 * 86_400_000),
  signal: abortSignal,
};
const updateChecks = {
  ...{ fence: checks.fence, ttl: checks.ttl, signal: checks.signal },
  retries: integerIn(0, 1e6),
};

/** @param {Live} live @param {string} key @param {AbortSignal} [signal] @returns {Promise<StateValue>} */
export async function get(live, key, signal) {
  const { data, version } = await live.request("get", { key }, { again: true, signal });
  return { value: data, version };
}

/** @param {Live} live @param {string} key @param {unknown} value @param {WriteOptions} [options] */
export async function set(live, key, value, options = {}) {
  checkOptions("State.set", options, checks);
  if (value === undefined) throw new TypeError("State.set: value must be JSON or a Uint8Array");
  const { signal, fence, ...rest } = options;
  inBucket(key, fence);
  const args = { key, data: value, fence: fenceOf(fence), ...rest };
  return live.request("set", args, { signal });
}

/** @param {Live} live @param {string} key @param {WriteOptions} [options] */
export async function remove(live, key, options = {}) {
  checkOptions("State.delete", options, checks);
  const { signal, fence, version } = options;
  inBucket(key, fence);
  await live.request("delete", { key, version, fence: fenceOf(fence) }, { signal });
}

/**
 * @param {Live} live @param {string} key @param {(value: any) => unknown} change
 * @param {UpdateOptions} [options] @returns {Promise<StateValue>}
 */
export async function update(live, key, change, options = {}) {
  func(change, "State.update: change");
  checkOptions("State.update", options, updateChecks);
  const { fence, ttl, signal } = options;
  return again(options, async () => {
    const current = await get(live, key, signal);
    const value = await change(current.value);
    signal?.throwIfAborted();
    if (value === undefined) return current;
    const { version } = current;
    return { value, ...(await set(live, key, value, { version, fence, ttl, signal })) };
  });
}

/**
 * @param {Live} live @param {readonly string[]} keys of one bucket
 * @param {(values: Map<string, any>) => unknown} change its result, a `Map` or an object, holds the new
 *   values of some of the keys, `undefined` to delete one
 * @param {UpdateOptions} [options]
 * @returns {Promise<Map<string, string | null>>} versions of what was written
 */
export async function transaction(live, keys, change, options = {}) {
  const where = "Live.transaction";
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > 100) {
    throw new RangeError(`${where}: keys must be a list of 1 to 100 keys`);
  }
  for (const key of keys) checkKey(key, `${where}: each of keys`);
  func(change, `${where}: change`);
  checkOptions(where, options, updateChecks);
  for (const key of keys) inBucket(keys[0], { lock: key });
  inBucket(keys[0], options.fence);
  const { fence, signal } = options;
  return again(options, async () => {
    const current = await Promise.all(keys.map((key) => get(live, key, signal)));
    const changed = await change(new Map(keys.map((key, i) => [key, current[i].value])));
    signal?.throwIfAborted();
    const writes = writesOf(changed, keys);
    const args = {
      reads: keys.map((key, i) => [key, current[i].version]),
      writes: writes.map(([key, value]) => (value === undefined ? [key] : [key, value])),
      fence: fenceOf(fence),
    };
    const { versions } = await live.request("transact", args, { signal });
    return new Map(writes.map(([key], i) => [key, versions[i]]));
  });
}

/**
 * @param {Live} live @param {string} key @param {(state: StateValue) => unknown} callback
 * @param {AbortSignal} signal
 */
export function watch(live, key, callback, signal) {
  if (signal.aborted) return;
  /** @param {unknown} error */
  const threw = (error) => failed(live, "CALLBACK_FAILED", error, key);
  /** @type {StateValue | undefined} */
  let told;
  let turn = 0;
  /** @param {StateValue} state */
  const tell = (state) => {
    if (signal.aborted || (told && told.version === state.version)) return;
    told = state;
    try {
      const result = callback(state);
      if (result instanceof Promise) result.catch(threw);
    } catch (error) {
      threw(error);
    }
  };
  /** With each connection: what is there now, unless an event says it. */
  const ready = async () => {
    const mine = ++turn;
    for (let tries = 0; mine === turn && !signal.aborted; tries++) {
      try {
        const state = await get(live, key, signal);
        if (mine === turn) tell(state);
        return;
      } catch (error) {
        // The next connection asks again.
        if (/** @type {any} */ (error)?.code !== "UNAVAILABLE") return;
        await pause(tries + 5, signal).catch(() => {});
      }
    }
  };
  const stream = live.stream(
    { channel: `#state:${key}`, newest: true },
    {
      ready,
      take(events) {
        const event = events[events.length - 1];
        const { data, at } = event;
        turn++;
        if (data instanceof Uint8Array) tell({ value: data, version: `${at.epoch}:${at.offset}` });
        else {
          const { value, version } = /** @type {StateValue} */ (data);
          tell({ value, version });
        }
      },
    },
  );
  signal.addEventListener("abort", () => stream.close(), { once: true });
  stream.start();
}

/**
 * Tries again after conflicts, later and later, with full jitter.
 * @template Result @param {UpdateOptions} options @param {() => Promise<Result>} task
 * @returns {Promise<Result>}
 */
async function again({ retries = 100, signal }, task) {
  for (let tries = 0; ; tries++) {
    try {
      return await task();
    } catch (error) {
      if (/** @type {any} */ (error)?.code !== "CONFLICT" || tries >= retries) throw error;
    }
    await pause(tries, signal);
  }
}

/** @param {number} tries @param {AbortSignal} [signal] @returns {Promise<void>} */
function pause(tries, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const abort = () => {
      end();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => resolve(end()), Math.random() * Math.min(4 * 2 ** tries, 200));
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
  });
}

/** @param {unknown} changed @param {readonly string[]} keys @returns {[string, unknown][]} */
function writesOf(changed, keys) {
  if (changed === undefined) return [];
  if (changed === null || typeof changed !== "object") {
    throw new TypeError("Live.transaction: change must return a Map or an object");
  }
  const writes = changed instanceof Map ? [...changed] : Object.entries(changed);
  for (const [key, value] of writes) {
    if (!keys.includes(key)) {
      throw new TypeError(`Live.transaction: ${JSON.stringify(key)} is not one of keys`);
    }
    if (value instanceof Uint8Array) {
      throw new TypeError("Live.transaction: values must be JSON; bytes go with State.set");
    }
  }
  return writes;
}

/** A lock is one, too. @param {import("./shared.js").Fence} [fence] */
const fenceOf = (fence) => fence && { lock: fence.lock, token: fence.token };

/** @param {string} key @param {{ lock: string }} [other] */
function inBucket(key, other) {
  if (!other || bucketOf(key) === bucketOf(other.lock)) return;
  throw new RangeError(
    `${JSON.stringify(key)} and ${JSON.stringify(other.lock)} are in different buckets: what changes together has the same text in braces, as {cart:7}:items and {cart:7}:total`,
  );
}
