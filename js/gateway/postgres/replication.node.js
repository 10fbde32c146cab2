import { ApusError } from "../../core/errors.js";
import { readLsn } from "./lsn.node.js";
import { decode } from "./pgoutput.node.js";

// PostgreSQL's streaming replication on a connection of `pg`, which knows the messages of both ways
// but has no method for them: a query object of our own sends the command and takes the copy data.
// Source: PostgreSQL manual, "Streaming Replication Protocol",
// https://www.postgresql.org/docs/current/protocol-replication.html

/** The package `pg`; its types know neither the connection nor replication. @typedef {{ Client: new (config: any) => any }} Pg */
/** @typedef {import("./pgoutput.node.js").Message | { kind: "alive", lsn: number, asks: boolean }} Streamed */

const MOST_BYTES = 1 << 20; // waiting to be taken; then the socket is paused
const EPOCH = Date.UTC(2000, 0, 1); // of PostgreSQL's clock

/** How values are written, see types.node.js, and when the server gives this connection up. */
const session = (/** @type {number} */ timeout) => `
  SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'; SET timezone = 'UTC';
  SET bytea_output = 'hex'; SET extra_float_digits = 1; SET client_encoding = 'UTF8';
  SET wal_sender_timeout = ${timeout}; SET statement_timeout = 0`;

/**
 * A connection that answers queries, and after `start` streams messages. It ends for good at its
 * first failure, or when nothing was heard for `timeout` ms.
 */
export class Replication {
  #client;
  #timeout;
  #signal;
  /** @type {{ message: Streamed, bytes: number }[]} */ #queue = [];
  #bytes = 0;
  #paused = false;
  #heard = performance.now();
  #confirmed = 0;
  #interrupted = false;
  #wake = () => {};
  /** @type {unknown} */ #failure;
  /** @type {NodeJS.Timeout | undefined} */ #timer;

  /**
   * @param {Pg} pg
   * @param {{ url: string, timeout: number }} options
   * @param {AbortSignal} [signal] ends it: at once, or while it streams by `next`
   * @throws {ApusError} UNREACHABLE
   */
  static async open({ Client }, { url, timeout }, signal) {
    signal?.throwIfAborted();
    const settings = {
      ...{ connectionString: url, replication: "database", application_name: "apus" },
      ...{ keepAlive: true, connectionTimeoutMillis: timeout },
    };
    const client = new Client(settings);
    const it = new Replication(client, timeout, signal);
    try {
      await client.connect();
      await it.query(session(timeout));
    } catch (cause) {
      it.close();
      const why = /** @type {Error} */ (cause).message;
      throw new ApusError("UNREACHABLE", `no connection to PostgreSQL: ${why}`, { cause });
    }
    return it;
  }

  /** Use `open`. @private @param {any} client @param {number} timeout @param {AbortSignal} [signal] */
  constructor(client, timeout, signal) {
    this.#client = client;
    this.#timeout = timeout;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort);
    const gone = (/** @type {unknown} */ cause) =>
      this.#end(new ApusError("UNREACHABLE", "the connection to PostgreSQL has ended", { cause }));
    client.on("error", gone);
    client.on("end", gone);
  }

  /**
   * @param {string} text several statements are fine; there are no parameters on such a connection
   * @param {{ patient?: boolean }} [options] patient: however long it takes
   * @returns {Promise<Record<string, any>[]>} rows
   */
  async query(text, { patient = false } = {}) {
    const query_timeout = patient ? undefined : 3 * this.#timeout;
    const { rows } = await this.#client.query({ text, query_timeout });
    return rows;
  }

  /**
   * Begins to stream.
   * @param {string} command START_REPLICATION …
   * @returns {Promise<void>} rejects with PostgreSQL's error
   */
  start(command) {
    const { connection } = this.#client;
    return new Promise((resolve, reject) => {
      connection.once("replicationStart", () => {
        this.#heard = performance.now();
        this.#timer = setInterval(() => this.#beat(), this.#timeout / 3);
        resolve();
      });
      const ended = () =>
        this.#end(new ApusError("UNREACHABLE", "PostgreSQL has ended the stream"));
      this.#client.query({
        submit: () => void connection.query(command),
        handleCopyData: (/** @type {{ chunk: Buffer }} */ { chunk }) => this.#take(chunk),
        handleCommandComplete: ended, // it shuts down
        handleReadyForQuery: ended,
        handleError: (/** @type {Error} */ error) => {
          reject(error);
          this.#end(error);
        },
      });
    });
  }

  /** The next message. @returns {Promise<Streamed>} rejects when the connection has ended */
  async next() {
    while (this.#queue.length === 0 || this.#interrupted) {
      if (this.#failure || this.#interrupted) throw this.#failure ?? closed();
      await new Promise((resolve) => {
        this.#wake = () => resolve(undefined);
      });
    }
    const { message, bytes } = /** @type {{ message: Streamed, bytes: number }} */ (
      this.#queue.shift()
    );
    this.#bytes -= bytes;
    if (this.#paused && this.#bytes < MOST_BYTES / 2) {
      this.#paused = false;
      this.#heard = performance.now();
      this.#client.connection.stream.resume();
    }
    return message;
  }

  /**
   * Everything before that position is done: PostgreSQL never sends it again and may remove it.
   * @param {number} lsn
   */
  confirm(lsn) {
    this.#confirmed = Math.max(this.#confirmed, lsn);
    this.#status(false);
  }

  /** Whether it can still be used. */
  get open() {
    return !this.#failure;
  }

  close() {
    this.#end(closed());
  }

  /** @param {Buffer} chunk of which nothing is kept */
  #take(chunk) {
    if (this.#failure) return;
    this.#heard = performance.now();
    try {
      const message = this.#message(chunk);
      if (!message) return;
      this.#queue.push({ message, bytes: chunk.length });
      this.#bytes += chunk.length;
      if (!this.#paused && this.#bytes > MOST_BYTES) {
        this.#paused = true;
        this.#client.connection.stream.pause();
      }
      this.#wake();
    } catch (error) {
      this.#end(error);
    }
  }

  /** @param {Buffer} chunk @returns {Streamed | undefined} */
  #message(chunk) {
    const kind = String.fromCharCode(chunk[0]);
    if (kind === "w") return decode(chunk.subarray(25)); // after positions and the time
    if (kind !== "k") throw new ApusError("BAD_ANSWER", `PostgreSQL sent "${kind}"`);
    const asks = chunk[17] === 1;
    if (asks) this.#status(false); // at once, also when much waits
    return { kind: "alive", lsn: readLsn(chunk, 1), asks };
  }

  #abort = () => {
    if (!this.#timer) return this.close();
    this.#interrupted = true;
    this.#wake();
  };

  /** Asks for an answer, and misses it. */
  #beat() {
    if (!this.#paused && performance.now() - this.#heard > this.#timeout) {
      this.#end(new ApusError("TIMED_OUT", `nothing from PostgreSQL within ${this.#timeout} ms`));
    } else this.#status(true);
  }

  /** @param {boolean} ask for an answer */
  #status(ask) {
    const status = Buffer.alloc(34);
    status.write("r");
    for (const at of [1, 9, 17]) status.writeBigUInt64BE(BigInt(this.#confirmed), at);
    status.writeBigInt64BE(BigInt(Date.now() - EPOCH) * 1000n, 25);
    status[33] = ask ? 1 : 0;
    this.#client.connection.sendCopyFromChunk(status);
  }

  /** @param {unknown} failure */
  #end(failure) {
    if (this.#failure) return;
    this.#failure = failure;
    clearInterval(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
    // What was written goes out first, if the server takes it.
    const { stream } = this.#client.connection;
    stream.resume();
    stream.destroySoon();
    setTimeout(() => stream.destroy(), 1000).unref();
    this.#wake();
  }
}

const closed = () => new ApusError("CLOSED", "the source was closed");
