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
  /** @type {(() => void) | undefined} answers the client's question */ #answer;
  /** @type {NodeJS.Timeout | undefined} */ #timer;
  #closed = "";
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
    this.#answer?.();
  }

  queued() {
    return this.#bytes;
  }

  /** @type {Transport["close"]} */
  close(status, reason) {
    this.#closed = JSON.stringify([["close", status, reason]]);
    this.#answer?.();
    clearTimeout(this.#timer);
    // The client still learns why, if it asks soon.
    setTimeout(() => this.onEnd(), this.#patience).unref();
  }

  /**
   * What waits, or what comes within 25 s. An earlier question is answered with nothing.
   * @param {() => void} lost called when the client does not ask again
   * @param {AbortSignal} signal of the question
   * @returns {Promise<string>} JSON
   */
  wait(lost, signal) {
    this.#answer?.();
    clearTimeout(this.#timer);
    return new Promise((resolve) => {
      const answer = () => {
        if (this.#answer !== soon) return;
        this.#answer = undefined;
        clearTimeout(this.#timer);
        const frames = this.#closed ? [...this.#frames, this.#closed] : this.#frames;
        this.#frames = [];
        this.#bytes = 0;
        resolve(JSON.stringify(frames));
        if (this.#closed) this.onEnd();
        else {
          this.#timer = setTimeout(() => {
            this.onEnd();
            lost();
          }, this.#patience);
        }
      };
      // In the next turn: what comes in this one goes with it.
      const soon = () => void setImmediate(answer);
      this.#answer = soon;
      this.#timer = setTimeout(answer, LONGEST_POLL);
      signal.addEventListener("abort", answer, { once: true });
      if (this.#frames.length > 0 || this.#closed) soon();
    });
  }
}
