import { reachable } from "../build/manifest.js";
import { onAbort } from "../net/abort.js";
import { importsOf } from "./imports.js";
import { put } from "./seal.js";
import { savesData, triggers } from "./triggers.js";

/** @typedef {import("../build/manifest.js").Manifest} Manifest */

/** A page that is never idle, as some that are not seen, holds a file in this time, ms. */
const NEVER_IDLE = 1000;
/** How often a file that does not come is tried, each time as long as `lazy` tries by default. */
const PASSES = 8;

/**
 * The files that the routes of the tab's build need, held while its servers may have another build.
 * Modules wait in the browser's module map, where `import()` finds them without a request and under
 * their own URL, so a hold makes no second instance. All files are also in the Cache API, in a cache
 * that the build's tabs share; it is removed when a later build fills its own and no tab uses it.
 *
 * The first use is never delayed: files come one by one, in idle time, at low priority, and not at all
 * where the visitor saves data. O(files of the build).
 */
export class Hold {
  files = 0;
  bytes = 0;
  /** All files that fit are here. */
  complete = false;
  /** Modules that are in the module map. @type {Set<string>} */
  #mapped = new Set();
  /** @type {Cache | undefined} */
  #cache;
  #loader;
  #manifest;
  #budget;
  #name;
  #signal;
  /** Files that have not come yet, in the order in which a page needs them. @type {string[]} */
  #left = [];
  #busy = false;

  /**
   * @param {import("./loader.js").Loader} loader @param {Manifest} manifest of the tab's build
   * @param {number} budget bytes @param {AbortSignal} signal ends it
   */
  constructor(loader, manifest, budget, signal) {
    this.#loader = loader;
    this.#manifest = manifest;
    this.#budget = budget;
    this.#name = `${prefix(manifest)}${manifest.build}`;
    this.#signal = signal;
    loader.held = this;
    onAbort(signal, () => {
      loader.held = undefined;
    });
    if (savesData()) return;
    this.#use(signal);
    this.#busy = true;
    void this.#open().then(() => this.#fill());
  }

  /** Asks again for what has not come, unless it does so already. */
  resume() {
    if (!this.#busy && this.#left.length) void this.#fill();
  }

  /** Whether a module and all that it imports can start without a request. @param {string} url */
  has(url) {
    return (
      this.#mapped.has(url) &&
      [...imports(this.#manifest, [url])].every((it) => this.#mapped.has(it))
    );
  }

  /** @param {string} url @returns {Promise<Response | undefined>} the held file */
  async match(url) {
    return this.#cache?.match(url);
  }

  /**
   * A worker that the server has no more, as a URL that the page's policy must allow: `worker-src blob:`.
   * @param {string} url @returns {Promise<string | undefined>} undefined when it imports other files
   */
  async blobOf(url) {
    const text = await (await this.match(url))?.text();
    if (text === undefined || (await importsOf(url, text)).length) return undefined;
    const body = text.replace(/\bimport\.meta\.url\b/g, JSON.stringify(url));
    return URL.createObjectURL(new Blob([body], { type: "text/javascript" }));
  }

  async #open() {
    const { files } = this.#manifest;
    const entries = [...files].filter(([, { entry }]) => entry).map(([url]) => url);
    // They run already.
    for (const url of imports(this.#manifest, entries)) this.#mapped.add(url);
    const roots = entries.length ? entries : files.keys();
    this.#left = [...reachable(this.#manifest, roots, true)].filter(
      (url) => files.has(url) && !this.#mapped.has(url),
    );
    this.#cache = await globalThis.caches?.open(this.#name).catch(() => undefined);
    await this.#prune().catch(() => {}); // the next build does it
  }

  /** Never rejects: what is missing is loaded when it is needed. */
  async #fill() {
    const signal = this.#signal;
    this.#busy = true;
    for (let pass = 0; this.#left.length && pass < PASSES; pass++) {
      /** @type {string[]} */
      const failed = [];
      for (const url of this.#left) {
        await triggers.idle(undefined, signal, NEVER_IDLE);
        if (signal.aborted) return;
        await this.#take(url, signal).catch(() => failed.push(url)); // the next may come
      }
      this.#left = failed;
    }
    this.#busy = false;
    this.complete = this.#left.length === 0;
  }

  /** @param {string} url @param {AbortSignal} signal */
  async #take(url, signal) {
    const { size = 0, integrity, kind } = this.#manifest.files.get(url) ?? {};
    if (this.bytes + size > this.#budget) return;
    /** @type {import("./loader.js").LoadOptions} */
    const job = { signal, integrity, priority: "low" };
    const known = await this.#cache?.match(url);
    const read = async (/** @type {Response} */ response) => ({
      body: await response.arrayBuffer(),
      type: response.headers.get("content-type") ?? "",
    });
    const module = !kind && /\.m?js$/.test(new URL(url).pathname);
    // A module is fetched in any case, so that the browser finds it in the HTTP cache.
    const { body, type } =
      known && !module ? await read(known) : await this.#loader.fetcher.fetch(url, job, read);
    if (this.bytes + body.byteLength > this.#budget) return;
    if (module) await this.#map(url, integrity, signal);
    this.bytes += body.byteLength;
    this.files++;
    if (!known)
      await this.#cache?.put(url, new Response(body, { headers: { "content-type": type } }));
  }

  /** Puts a module into the module map; nothing of it runs. @param {string} url @param {string | undefined} integrity @param {AbortSignal} signal */
  async #map(url, integrity = "", signal) {
    const link = document.createElement("link");
    if (!link.relList.supports("modulepreload")) return;
    await put(Object.assign(link, { rel: "modulepreload", href: url }), url, integrity, { signal });
    this.#mapped.add(url);
  }

  /** Other tabs keep the cache while this one is there. A page that holds a lock gets no back/forward cache. @param {AbortSignal} signal */
  #use(signal) {
    const { locks } = navigator;
    if (!locks) return;
    const lock = () => {
      const used = new AbortController();
      const free = new Promise((resolve) => {
        used.signal.addEventListener("abort", resolve);
      });
      addEventListener("pagehide", () => used.abort(), { once: true, signal });
      onAbort(signal, () => used.abort());
      locks.request(this.#name, { mode: "shared" }, () => free).catch(() => {});
    };
    lock();
    addEventListener("pageshow", ({ persisted }) => persisted && lock(), { signal });
  }

  /** Removes the caches of builds that no tab uses. */
  async #prune() {
    const { locks } = navigator;
    if (!locks || !this.#cache) return;
    const names = (await caches.keys()).filter((name) => name.startsWith(prefix(this.#manifest)));
    for (const name of names) {
      if (name === this.#name) continue;
      await locks.request(name, { ifAvailable: true }, (lock) => lock && caches.delete(name));
    }
  }
}

/** The names of the caches of all builds begin with it. @param {Manifest} manifest */
const prefix = ({ url }) => `apus-lazy-hold ${url} `;

/** Modules and all that they import. @param {Manifest} manifest @param {string[]} urls */
function imports({ files }, urls) {
  const found = new Set(urls);
  for (const url of found) for (const next of files.get(url)?.imports ?? []) found.add(next);
  return found;
}
