/** @typedef {import("./session.node.js").Transport} Transport */
/** @typedef {import("./frame.node.js").Frame} Frame */

const LONGEST_POLL = 25_000; // ms

/** Server-sent events. @implements {Transport} */
export class Sse {
  /** @type {ReadableStreamDefaultController<Uint8Array> | undefined} */
  #controller;
  #most;
  /** @type {() => void} */ onCancel = () => {};
  /** @type {() => void} */ onEnd = () => {};

  /** @param {number} most bytes that wait */
  constructor(most) {
    this.#most = most;
    this.body = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
          controller.enqueue(Buffer.from(":\n\n")); // the headers go out with it
        },
        cancel: () => {
          this.#controller = undefined;
          this.onEnd();
          this.onCancel();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: most }),
    );
  }

  /** @type {Transport["send"]} */
  send(frame) {
    this.#controller?.enqueue(frame.sse);
  }

  queued() {
    return this.#controller ? this.#most - (this.#controller.desiredSize ?? 0) : 0;
  }

  /** @type {Transport["close"]} */
  close(status, reason) {
    const text = JSON.stringify([status, reason]);
    this.#controller?.enqueue(Buffer.from(`event: close\ndata: ${text}\n\n`));
    this.#controller?.close();
    this.#controller = undefined;
    this.onEnd();
  }
}

/**
 * Frames that wait until the client asks for them. It asks again at once, so a client that does not
 * is lost.
 * @implements {Transport}
 */
export class Poll {
  /** @type {string[]} */ #frames = [];
  #bytes = 0;
  #patience;
  /** @type {((json: string) => void) | undefined} answers the client's question */ #resolve;
  /** @type {() => void} */ #lost = () => {};
  /** @type {NodeJS.Timeout | undefined} */ #timer;
  #closed = false;
  quiet = true;
  /** @type {() => void} */ onEnd = () => {};

  /** @param {number} heartbeat ms */
  constructor(heartbeat) {
    this.#patience = 2.5 * heartbeat;
  }

  /** @type {Transport["send"]} */
  send(frame) {
    this.#frames.push(frame.poll);
    this.#bytes += frame.bytes.byteLength;
    this.#soon();
  }

  queued() {
    return this.#bytes;
  }

  /** @type {Transport["close"]} */
  close(status, reason) {
    this.#frames.push(JSON.stringify([["close", status, reason]]));
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#soon();
    // The client still learns why, if it asks soon.
    setTimeout(() => this.onEnd(), this.#patience).unref();
  }

  /**
   * What waits, or what comes within 25 s. An earlier question is answered with nothing.
   * @param {() => void} lost called when the client does not ask again
   * @returns {Promise<string>} JSON
   */
  wait(lost) {
    this.#resolve?.("[]");
    this.#lost = lost;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#answer(), LONGEST_POLL);
    if (this.#frames.length > 0) this.#soon();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** In the next turn: what comes in this one goes with it. */
  #soon() {
    setImmediate(() => {
      if (this.#frames.length > 0) this.#answer();
    });
  }

  #answer() {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    clearTimeout(this.#timer);
    resolve(JSON.stringify(this.#frames));
    this.#frames = [];
    this.#bytes = 0;
    if (this.#closed) this.onEnd();
    else this.#timer = setTimeout(() => this.#gone(), this.#patience);
  }

  #gone() {
    this.onEnd();
    this.#lost();
  }
}
