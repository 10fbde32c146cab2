import { ApusError } from "../core/errors.js";

const MOST_TRIES = 3;

/**
 * @typedef {object} Change
 * @property {string} script
 * @property {string[]} args
 * @property {string} key says whose change it is
 * @property {number} tries
 * @property {(reply: any) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/**
 * Changes that are acknowledged when replicas have them. Those of one node go out together, with one
 * WAIT behind them: it is about all earlier changes of its connection, and holds up what comes later.
 */
export class Confirmed {
  #client;
  #replicas;
  #timeout;
  /** Changes to be sent, by the address of a node. @type {Map<string, Change[]>} */
  #queues = new Map();
  /** Slot of each log in a cluster. @type {Map<string, Promise<number>>} */
  #slots = new Map();

  /**
   * @param {any} client with the scripts, for nothing else
   * @param {{ replicas: number, timeout?: number }} wait
   */
  constructor(client, { replicas, timeout = 100 }) {
    this.#client = client;
    this.#replicas = replicas;
    this.#timeout = timeout;
  }

  /**
   * @param {string} script @param {any[]} args @param {string} key one of its keys
   * @returns {Promise<any>} the script's reply; `null`, which is "no change", does not wait
   * @throws {ApusError} `NOT_REPLICATED` after a change that too few replicas have in time
   */
  run(script, args, key) {
    return new Promise((resolve, reject) => {
      this.#add({ script, args, key, tries: 0, resolve, reject }).catch(reject);
    });
  }

  /** @param {Change} change */
  async #add(change) {
    const node = await this.#nodeOf(change.key);
    const queue = this.#queues.get(node);
    if (queue) {
      queue.push(change);
      return;
    }
    this.#queues.set(node, [change]);
    void this.#send(node);
  }

  /** @param {string} node */
  async #send(node) {
    for (;;) {
      const changes = this.#queues.get(node) ?? [];
      if (changes.length === 0) break;
      this.#queues.set(node, []);
      const pipeline = this.#client.pipeline();
      for (const { script, args } of changes) pipeline[script](...args);
      pipeline.wait(this.#replicas, this.#timeout);
      // It rejects as a whole, unsent, when slots have moved meanwhile.
      const replies = await pipeline
        .exec()
        .catch(() => changes.map(() => [new Error("MOVED before it was sent")]));
      const reached = replies[changes.length]?.[1] ?? 0;
      for (const [i, change] of changes.entries()) this.#answer(change, replies[i], reached);
    }
    this.#queues.delete(node);
  }

  /** @param {Change} change @param {[Error | null, string | null]} reply @param {number} reached */
  #answer(change, [error, id], reached) {
    if (error && /^MOVED /.test(error.message) && ++change.tries < MOST_TRIES) {
      // A single command follows, and the client remembers who has the slot now.
      void this.#client
        .exists(change.key)
        .then(() => this.#add(change))
        .catch(change.reject);
    } else if (error) change.reject(error);
    else if (id === null || reached >= this.#replicas) change.resolve(id);
    else {
      const text = `${reached} of ${this.#replicas} replicas have the change after ${this.#timeout} ms`;
      change.reject(new ApusError("NOT_REPLICATED", text));
    }
  }

  /** @param {string} key @returns {Promise<string>} its master's address */
  async #nodeOf(key) {
    if (!this.#client.isCluster) return "";
    const [name] = /\{.*?\}/.exec(key) ?? [key];
    let slot = this.#slots.get(name);
    if (!slot) {
      slot = this.#client.cluster("KEYSLOT", name);
      this.#slots.set(name, /** @type {Promise<number>} */ (slot));
      slot?.catch(() => this.#slots.delete(name));
    }
    return this.#client.slots[/** @type {number} */ (await slot)]?.[0] ?? "";
  }

  close() {
    this.#client.disconnect();
  }
}
