import { ApusError } from "../core/errors.js";

/** @typedef {import("../store/store.js").Store<Uint8Array>} Store */

const utf8 = new TextEncoder();
const text = new TextDecoder();

/**
 * Texts by key in a store that opens at the first use, and is a cache at best: without it everything
 * is a miss, and nothing rejects. Texts are kept as bytes, which the store need not parse.
 */
export class LazyStore {
  #name;
  #options;
  #emit;
  /** @type {Store | undefined} */ #store;
  /** @type {Promise<Store | undefined> | undefined} */ #opening;
  /** Changes from before the store was open. @type {((store: Store) => void)[]} */ #early = [];
  #closed = false;

  /**
   * @param {string} name @param {import("../store/options.js").StoreOptions} options
   * @param {(type: string, detail: unknown) => void} emit gets `error` and `degraded`
   */
  constructor(name, options, emit) {
    this.#name = name;
    this.#options = options;
    this.#emit = emit;
  }

  /** @param {string} key @returns {Promise<string | undefined>} */
  async get(key) {
    const store = await this.#open();
    return decoded(await store?.get(key).catch(() => undefined));
  }

  /** @param {string} key @param {string} value @param {number} [ttl] ms, at least 0 */
  set(key, value, ttl) {
    const bytes = utf8.encode(value);
    this.#change((store) => store.set(key, bytes, { ttl }));
  }

  /** @param {string} key */
  delete(key) {
    this.#change((store) => store.delete(key));
  }

  clear() {
    this.#change((store) => store.clear());
  }

  /** All entries, in no order. @returns {AsyncGenerator<[key: string, value: string], void, void>} */
  async *entries() {
    const store = await this.#open();
    try {
      for await (const [key, bytes] of store?.entries() ?? []) {
        const value = decoded(bytes);
        if (value !== undefined) yield [key, value];
      }
    } catch (cause) {
      if (!this.#closed) this.#emit("error", this.#unavailable("read", cause));
    }
  }

  /** @returns {Promise<boolean>} whether all changes so far are on the disk */
  async flush() {
    const store = await this.#open();
    return store ? store.flush().catch(() => false) : false;
  }

  /** Flushes and frees; everything is a miss from then on. Idempotent. */
  async close() {
    this.#closed = true;
    const store = await this.#opening;
    this.#store = undefined;
    await store?.close();
  }

  #open() {
    this.#opening ??= this.#begin().catch((cause) => {
      this.#early = [];
      this.#emit("degraded", this.#unavailable("opened", cause));
      return undefined;
    });
    return this.#opening;
  }

  async #begin() {
    if (this.#closed) return undefined;
    const { Store } = await import("../store/store.js");
    /** @type {Store} */
    const store = await Store.open(this.#name, this.#options);
    for (const type of /** @type {const} */ (["error", "degraded"])) {
      store.addEventListener(type, ({ detail }) => this.#emit(type, detail));
    }
    for (const change of this.#early) change(store);
    this.#early = [];
    this.#store = store;
    return store;
  }

  /** @param {string} what @param {any} cause */
  #unavailable(what, cause) {
    const message = `the store "${this.#name}" could not be ${what}: ${cause.message}`;
    return new ApusError(cause.code ?? "STORE_UNAVAILABLE", message, { cause });
  }

  /** @param {(store: Store) => void} change */
  #change(change) {
    if (this.#closed) return;
    if (this.#store) return change(this.#store);
    this.#early.push(change);
    void this.#open();
  }
}

/** What is on a disk can be anything. @param {unknown} bytes */
function decoded(bytes) {
  return bytes instanceof Uint8Array ? text.decode(bytes) : undefined;
}
