import { bucketOf } from "../sync/bucket.js";
import { bucketOfTransaction, freshCheck } from "./engine.node.js";
import { encode, lifeOf } from "./valkey-wire.node.js";

/** @typedef {import("./engine.node.js").Locks} Locks */
/** @typedef {import("./engine.node.js").Wake} Wake */

/**
 * The locks of a Valkey engine, next to the values of their buckets, and what wakes those who wait:
 *
 *     apus:{b17}:lock:<lock>    token and holder, with the lock's end as its own
 *     apus:{b17}:fence          the last token given
 *     apus:wake                 a channel of Pub/Sub
 * @implements {Locks}
 */
export class ValkeyLocks {
  #client;
  #prefix;
  #subscriber;
  /** Connected while somebody listens. @type {any} */
  #subscribed;
  /** @type {Set<(wake: Wake) => void>} */
  #listeners = new Set();

  /** @param {any} client with the scripts @param {string} prefix @param {() => any} subscriber a connection of its own */
  constructor(client, prefix, subscriber) {
    this.#client = client;
    this.#prefix = prefix;
    this.#subscriber = subscriber;
  }

  /** @type {Locks["acquire"]} */
  async acquire(lock, ms, holder) {
    const keys = [this.key(lock), `${this.#base(lock)}fence`];
    const [token, wait] = await this.#client.apusLock(...keys, Math.ceil(ms), holder);
    return { token: Number(token), wait };
  }

  /** @type {Locks["renew"]} */
  async renew(lock, token, ms) {
    return (await this.#client.apusRenewLock(this.key(lock), token, Math.ceil(ms))) === 1;
  }

  /** @type {Locks["release"]} */
  async release(lock, token) {
    const args = [this.key(lock), token, this.channel, `l${lock}`];
    return (await this.#client.apusUnlock(...args)) === 1;
  }

  /** @type {import("./engine.node.js").Engine["wakes"]} */
  wakes(listener) {
    this.#listeners.add(listener);
    this.#subscribed ??= this.#subscribe();
    return () => void this.#listeners.delete(listener);
  }

  close() {
    this.#subscribed?.disconnect();
  }

  get channel() {
    return `${this.#prefix}:wake`;
  }

  /** @param {string} lock */
  key(lock) {
    return `${this.#base(lock)}lock:${lock}`;
  }

  /** @param {string} lock */
  #base(lock) {
    return `${this.#prefix}:{b${bucketOf(lock)}}:`;
  }

  /** It subscribes again by itself when it has connected again. */
  #subscribe() {
    const connection = this.#subscriber();
    connection.on("message", (/** @type {string} */ _, /** @type {string} */ text) => {
      const rest = text.slice(1);
      /** @type {Wake} */
      const wake = text[0] === "l" ? { lock: rest } : { log: Number(rest) };
      for (const listener of this.#listeners) listener(wake);
    });
    connection.subscribe(this.channel).catch(() => {}); // who waits asks now and then all the same
    return connection;
  }
}

/** @typedef {Parameters<import("./engine.node.js").Engine["transact"]>} Changes */

/**
 * @param {string} prefix @param {ValkeyLocks} locks @param {Changes} changes
 * @param {object} engine
 * @param {(log: number) => unknown[]} engine.settings epoch of the log, and how much it keeps
 * @param {(args: any[]) => Promise<string[]>} engine.run the script
 * @param {(log: number, id: string) => any} engine.done its version
 * @returns {Promise<import("./engine.node.js").Transacted>}
 */
export async function transact(prefix, locks, changes, { settings, run, done }) {
  const [reads, writes, { fences = [] } = {}] = changes;
  const bucket = bucketOfTransaction(reads, writes, fences);
  const base = `${prefix}:{b${bucket}}:`;
  const keys = [
    `${base}log`,
    ...reads.map(({ key }) => `${base}v:${key}`),
    ...fences.map(({ lock }) => locks.key(lock)),
    ...writes.flatMap(({ key }) => [`${base}v:${key}`, `${base}l:${key}`]),
  ];
  const changed = await Promise.all(
    writes.map(async ({ key, value }) => {
      const px = value ? lifeOf(value) : 0;
      if (!value || (px !== "" && px <= 0)) return [freshCheck(), `d${key}`, "", ""];
      return [value.check, `s${key}`, await encode(value), px];
    }),
  );
  const args = [
    ...[...settings(bucket), reads.length, fences.length, locks.channel, `b${bucket}`],
    ...reads.map(({ version }) => (version ? `${version.epoch}-${version.offset}` : "")),
    ...fences.map(({ token }) => token),
    ...changed.flat(),
  ];
  try {
    const ids = (await run([keys.length, ...keys, ...args])) ?? [];
    return { versions: ids.map((id) => done(bucket, id)) };
  } catch (error) {
    const text = /** @type {Error} */ (error).message;
    const [, why, at] = /\b(CONFLICT|FENCED) (\d+)/.exec(text) ?? [];
    if (why === "CONFLICT") return { refused: why, key: reads[Number(at)].key };
    if (why === "FENCED") return { refused: why, lock: fences[Number(at)].lock };
    throw error;
  }
}
