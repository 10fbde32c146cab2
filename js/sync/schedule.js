import { jitter } from "../core/waits.js";

/**
 * When to ask: at an interval that grows while nothing happens; after failures with full jitter, so
 * that a crowd does not come back at once; in a hidden page once more and then no longer; at once when
 * the page is visible or online again.
 */
export class Schedule {
  #ask;
  #fastest;
  #slowest;
  #interval;
  #failures = 0;
  /** Whether the next question comes early. */
  #early = false;
  /** Whether it asked since the page was hidden. */
  #paused = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #stop = new AbortController();

  /**
   * @param {(again: boolean) => void} ask `again`: the page comes back. Must end with `done` or `failed`.
   * @param {number} fastest ms @param {number} slowest ms
   */
  constructor(ask, fastest, slowest) {
    this.#ask = ask;
    this.#fastest = fastest;
    this.#slowest = slowest;
    this.#interval = fastest;
    const options = { signal: this.#stop.signal };
    const back = () => {
      if (!hidden()) this.#later(0, true);
    };
    globalThis.addEventListener?.("online", back, options);
    globalThis.document?.addEventListener("visibilitychange", back, options);
  }

  /** @param {boolean} news whether something happened */
  done(news) {
    this.#failures = 0;
    this.#interval = news ? this.#fastest : Math.min(1.5 * this.#interval, this.#slowest);
    this.#later(this.#interval);
  }

  /** @param {number} [wait] ms that the gateway asked for */
  failed(wait = 0) {
    const own = jitter(++this.#failures, this.#fastest, this.#slowest, Math.random());
    this.#later(Math.min(wait, this.#slowest) + own);
  }

  /** Asks within the shortest interval, however often this is called. */
  soon() {
    if (!this.#early) this.#later(this.#fastest);
    this.#early = true;
  }

  stop() {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  /** @param {number} ms @param {boolean} [again] */
  #later(ms, again = false) {
    clearTimeout(this.#timer);
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => this.#due(again), ms);
    /** @type {any} */ (this.#timer).unref?.(); // of Node, whose process may end
  }

  /** @param {boolean} again */
  #due(again) {
    this.#early = false;
    const was = this.#paused;
    this.#paused = hidden();
    if (!was || !this.#paused) this.#ask(again);
  }
}

const hidden = () => globalThis.document?.visibilityState === "hidden";
