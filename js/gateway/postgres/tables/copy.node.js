// COPY FROM STDIN over pg's interface for queries of one's own (`client.query` takes an object with
// `submit`). Source: PostgreSQL manual, "Message Flow", "COPY Operations".

/** Bytes that may wait for the server: a turn of the event loop for each chunk would cost more than the chunk. */
const BUFFERED = 1 << 20;

/**
 * The part of `pg`'s connection that a copy uses.
 * @typedef {object} Connection
 * @property {(sql: string) => void} query
 * @property {(chunk: Uint8Array) => void} sendCopyFromChunk
 * @property {() => void} endCopyFrom
 * @property {(message: string) => void} sendCopyFail
 * @property {import("node:stream").Writable} stream
 */

/** Lines to the server, no faster than it takes them. */
export class CopyIn {
  #sql;
  #chunks;
  #signal;
  /** Until the server has taken or refused them. @readonly @type {Promise<void>} */ done;
  /** @type {() => void} */ #resolve = () => {};
  /** @type {(error: unknown) => void} */ #reject = () => {};
  /** The server has answered. */
  #over = false;
  /** Why the copy was given up here. @type {unknown[]} */ #stopped = [];

  /** @param {string} sql @param {Iterable<string>} chunks of whole or partial lines @param {AbortSignal} signal */
  constructor(sql, chunks, signal) {
    this.#sql = sql;
    this.#chunks = chunks;
    this.#signal = signal;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  // What pg calls.

  /** @param {Connection} connection */
  submit(connection) {
    connection.query(this.#sql);
  }

  /** @param {Connection} connection */
  async handleCopyInResponse(connection) {
    const { stream } = connection;
    try {
      for (const chunk of this.#chunks) {
        this.#signal.throwIfAborted();
        connection.sendCopyFromChunk(Buffer.from(chunk));
        if (stream.writableLength > BUFFERED) await drained(stream);
        if (this.#over) return;
      }
      connection.endCopyFrom();
    } catch (error) {
      this.#stopped = [error];
      connection.sendCopyFail("stopped by the client");
    }
  }

  /** @param {unknown} error */
  handleError(error) {
    this.#over = true;
    this.#reject(this.#stopped.length ? this.#stopped[0] : error);
  }

  handleCommandComplete() {}

  handleReadyForQuery() {
    this.#over = true;
    this.#resolve();
  }
}

/** @param {import("node:stream").Writable} stream */
const drained = (stream) =>
  new Promise((resolve) => {
    const go = () => {
      stream.off("drain", go).off("close", go);
      resolve(undefined);
    };
    stream.on("drain", go).on("close", go);
  });
