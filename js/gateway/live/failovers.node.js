/**
 * Notices failovers of the engine: other masters answer, or a log begins an epoch because history was
 * lost. What one failover causes within the window is told once.
 */
export class Failovers {
  #engine;
  #window;
  #tell;
  #stop;
  /** @type {string | undefined} */
  #masters;
  #told = Number.NEGATIVE_INFINITY;

  /**
   * @param {import("../engine.node.js").Engine} engine @param {import("../feed.node.js").Feed} feed
   * @param {number} window ms @param {(detail: Record<string, unknown>) => void} tell
   */
  constructor(engine, feed, window, tell) {
    this.#engine = engine;
    this.#window = window;
    this.#tell = tell;
    this.#stop = feed.listen(({ log, events, lost }) => {
      const begun = events.some(({ kind }) => kind === "epoch");
      if (lost === "replaced" || begun) this.#happened({ log });
    });
  }

  /** Whether the masters are others than the last time. */
  async check() {
    const all = await this.#engine.masters?.();
    if (!all || all.length === 0) return;
    const before = this.#masters;
    this.#masters = all.join();
    if (before !== undefined && before !== this.#masters) {
      this.#happened({ masters: all, before: before.split(",") });
    }
  }

  close() {
    this.#stop();
  }

  /** @param {Record<string, unknown>} detail */
  #happened(detail) {
    const now = performance.now();
    if (now - this.#told > this.#window) this.#tell(detail);
    this.#told = now;
  }
}
