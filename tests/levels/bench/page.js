import { Cache } from "../../../js/cache/cache.js";

/** A page's cache on a gateway, as the faults see it: in Node, so without a disk. */
export class Page {
  #cache;

  /** @param {string} url the gateway's base */
  static async open(url) {
    const remote = { url, fastest: 20, slowest: 200, timeout: 3000 };
    return new Page(await Cache.open("page", { remote }));
  }

  /** Use `open`. @private @param {import("../../../js/cache/remote/options.js").RemoteCache<unknown>} cache */
  constructor(cache) {
    this.#cache = cache;
  }

  /** What it holds in memory. @returns {Map<string, unknown>} */
  get entries() {
    return new Map(this.#cache.entries());
  }

  /** @param {string} key @returns {Promise<unknown>} undefined: there is none, or nobody answers */
  read(key) {
    return this.#cache.fetch(key).catch(() => undefined);
  }

  /** Forgets a wrong value. @param {string} key */
  drop(key) {
    this.#cache.set(key, null, { levels: ["memory"] });
    this.#cache.delete(key);
  }

  /** @returns {Promise<boolean>} whether it knows everything that happened before the call */
  settle() {
    return this.#cache.catchUp();
  }

  async close() {
    await this.#cache.close();
  }
}
