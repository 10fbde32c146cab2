import { openDB } from "idb";
import { ApusError } from "../core/errors.js";
import { within } from "./turns.js";

/**
 * An IndexedDB database.
 *
 * A connection can be lost at any time: Safari drops it, the user deletes the
 * database, a newer version of the page upgrades it. Every transaction reopens a
 * lost connection, and runs once more when the connection was lost meanwhile.
 */

/** @typedef {import("idb").IDBPTransaction<unknown, string[], "readwrite">} Transaction */

const VERSION = 1;
const LIMIT = 10_000; // ms that an open or a transaction may take

/** Errors of a transaction whose connection was lost. */
const LOST = new Set(["InvalidStateError", "AbortError", "UnknownError", "TimeoutError"]);

export class Database {
  #name;
  #stores;
  #reopened;
  /** @type {import("idb").IDBPDatabase | undefined} */ #connection;
  /** @type {Promise<import("idb").IDBPDatabase> | undefined} */ #opening;
  #wasOpen = false;
  #closed = false;
  /**
   * Why the browser has deleted the origin's databases, if it has: Chromium does so when it finds
   * them damaged, and tells the first page that opens one.
   * @type {string | undefined}
   */
  deleted;

  /**
   * @param {string} name
   * @param {string[]} stores its object stores, all without key paths
   * @param {() => void} reopened called after a reconnection, which may see other records
   */
  constructor(name, stores, reopened) {
    this.#name = name;
    this.#stores = stores;
    this.#reopened = reopened;
  }

  get connected() {
    return this.#connection !== undefined;
  }

  /**
   * @returns {Promise<import("idb").IDBPDatabase>}
   * @throws {ApusError} `FOREIGN_DATABASE`, `NEWER_VERSION`; or IndexedDB's own error
   */
  open() {
    if (this.#connection) return Promise.resolve(this.#connection);
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect() {
    if (!globalThis.indexedDB)
      throw new ApusError("NO_INDEXEDDB", "IndexedDB is not available here");
    const gone = () => this.#forget(connection);
    const stores = this.#stores;
    /** @type {import("idb").IDBPDatabase | undefined} */
    let connection;
    const opening = openDB(this.#name, VERSION, {
      upgrade: (db, _from, _to, _tx, event) => {
        for (const store of stores) db.createObjectStore(store);
        this.deleted = /** @type {any} */ (event).dataLossMessage; // "" when nothing was deleted
      },
      blocking: gone, // an upgrade or a deletion waits for this connection
      terminated: gone,
    });
    try {
      connection = await within(opening, LIMIT, "opening the database");
    } catch (error) {
      opening.then(
        (late) => late.close(),
        () => {},
      ); // should it open after all
      if (error instanceof DOMException && error.name === "VersionError") {
        throw new ApusError("NEWER_VERSION", `${this.#name} was created by a newer version`, {
          cause: error,
        });
      }
      throw error;
    }
    if (!stores.every((store) => connection?.objectStoreNames.contains(store)) || this.#closed) {
      connection.close();
      throw new ApusError("FOREIGN_DATABASE", `${this.#name} is not a store of this library`);
    }
    this.#connection = connection;
    if (this.#wasOpen) this.#reopened();
    this.#wasOpen = true;
    return connection;
  }

  /**
   * Runs `work` in one transaction over all stores.
   * @template T
   * @param {"readonly" | "readwrite"} mode
   * @param {(tx: Transaction) => Promise<T> | T} work issues its requests at once; may run twice
   * @param {IDBTransactionOptions} [options]
   * @returns {Promise<T>} when the transaction is complete
   */
  async run(mode, work, options) {
    const connection = await this.open();
    try {
      return await this.#attempt(connection, mode, work, options);
    } catch (error) {
      if (!LOST.has(/** @type {Error} */ (error).name)) throw error;
      this.#forget(connection);
      return this.#attempt(await this.open(), mode, work, options);
    }
  }

  /**
   * Like `run`, but issues the requests before it returns, and only once: for the
   * last moments of a page.
   * @template T
   * @param {(tx: Transaction) => Promise<T> | T} work
   * @param {IDBTransactionOptions} [options]
   * @returns {Promise<T>} rejects when there is no connection
   */
  runNow(work, options) {
    if (!this.#connection)
      return Promise.reject(new ApusError("CLOSED", "the database is not open"));
    return this.#attempt(this.#connection, "readwrite", work, options);
  }

  close() {
    this.#closed = true;
    this.#forget(this.#connection);
  }

  /**
   * @template T
   * @param {import("idb").IDBPDatabase} connection
   * @param {"readonly" | "readwrite"} mode
   * @param {(tx: Transaction) => Promise<T> | T} work
   * @param {IDBTransactionOptions} [options]
   * @returns {Promise<T>}
   */
  async #attempt(connection, mode, work, options) {
    const tx = /** @type {Transaction} */ (
      /** @type {unknown} */ (connection.transaction(this.#stores, mode, options))
    );
    tx.done.catch(() => {}); // `work` may throw before anyone awaits it
    try {
      const [result] = await within(Promise.all([work(tx), tx.done]), LIMIT, "a transaction");
      return result;
    } catch (error) {
      throw tx.error ?? error; // a request only says that it was aborted; the transaction knows why
    }
  }

  /** @param {import("idb").IDBPDatabase | undefined} connection */
  #forget(connection) {
    connection?.close();
    if (connection === this.#connection) this.#connection = undefined;
  }
}
