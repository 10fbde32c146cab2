/** Earlier visits of this browser, kept in a persistent cache, to compare with. */
import { Cache } from "../../cache/cache.js";
import { seriesLabel } from "./table.js";

const kept = 20;

export class EarlierVisits {
  /** @type {Promise<Cache | undefined> | undefined} */
  #opening;
  /** @type {Cache | undefined} */
  #cache;
  #closed = false;
  #key = new Date(Date.now() - performance.now()).toISOString();

  /** Stores the numbers of this visit. @param {import("../../sampler/report.js").Report} report */
  async save({ vitals, series }) {
    const cache = await this.open();
    if (this.#closed) return;
    cache?.set(this.#key, {
      // Later loads are compared with the load; other page views are not kept.
      vitals: vitals
        .filter(({ startTime, registration }) => startTime === 0 && registration === 0)
        .map(({ name, value }) => ({ name, value })),
      series: series.map((row) => ({ label: seriesLabel(row), p95: row.p95 })),
    });
  }

  /** @returns {{ key: string, label: string }[]} the latest first, without this one */
  list() {
    if (!this.#cache || this.#closed) return [];
    return [...this.#cache.keys()]
      .filter((key) => key !== this.#key)
      .sort()
      .reverse()
      .map((key) => ({ key, label: new Date(key).toLocaleString() }));
  }

  /** @param {string} key @returns {import("./panels.js").Past | undefined} */
  get(key) {
    return key && !this.#closed ? this.#cache?.get(key) : undefined;
  }

  close() {
    this.#closed = true;
    this.#cache?.close();
  }

  /** @returns {Promise<Cache | undefined>} */
  open() {
    // Without storage there is nothing to compare with; everything else works.
    this.#opening ??= Cache.open("apus-sampler-visits", {
      maxEntries: kept,
      persist: { preload: true },
    }).then(
      (cache) => {
        if (this.#closed) cache.close();
        else this.#cache = cache;
        return this.#cache;
      },
      () => undefined,
    );
    return this.#opening;
  }
}
