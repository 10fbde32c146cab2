import { deleteDB } from "idb";
import { Store } from "../store/store.js";
import { scope } from "./modules.js";

/**
 * The bodies of kept responses. Text of up to a megabyte lies in the store's compressed segments;
 * what is larger, compressed already, or opaque lies in the platform's Cache, as it came.
 */

const LARGE = 1 << 20;
const TEXT = /^(text\/|application\/(.*\+)?(json|xml|javascript)\b|image\/svg\+xml)/i;

/** @typedef {{ bytes: Uint8Array } | { stream: BodyInit | null }} Read */

export class Bodies {
  #store;
  #platform;

  /** @param {Store<Uint8Array>} store @param {Cache} platform */
  constructor(store, platform) {
    this.#store = store;
    this.#platform = platform;
  }

  /** @param {string} name */
  static async open(name) {
    const [store, platform] = await Promise.all([
      Store.open(`${name}:bodies`),
      caches.open(cacheName(name)),
    ]);
    return new Bodies(/** @type {Store<Uint8Array>} */ (store), platform);
  }

  /**
   * Keeps bytes in the store. @param {string} id @param {Uint8Array} bytes
   * @param {import("../store/store.js").SetOptions} options
   */
  put(id, bytes, options) {
    this.#store.set(id, bytes, options);
  }

  /** Keeps a body in the platform's cache. @param {string} id @param {Response} response @returns its bytes */
  async keep(id, response) {
    await this.#platform.put(address(id), response);
    if (response.type === "opaque") return 0;
    return (await (await this.#platform.match(address(id)))?.blob())?.size ?? 0;
  }

  /** @param {string} id @param {boolean} platform @returns {Promise<Uint8Array | Response | undefined>} */
  get(id, platform) {
    return platform ? this.#platform.match(address(id)) : this.#store.get(id);
  }

  /** @param {string} id @param {boolean} platform */
  delete(id, platform) {
    if (platform) void this.#platform.delete(address(id)).catch(() => {});
    else this.#store.delete(id);
  }

  flush() {
    return this.#store.flush();
  }

  stats() {
    return this.#store.stats();
  }

  /** Deletes bodies to which no entry belongs any longer. @param {(id: string) => boolean} known @param {number} entries */
  async sweep(known, entries) {
    for (const { url } of await this.#platform.keys()) {
      const id = decodeURIComponent(new URL(url).pathname.slice(PATH.length));
      if (!known(id)) this.delete(id, true);
    }
    if (this.#store.stats().entries <= entries + SLACK) return;
    for await (const [id] of this.#store.entries()) if (!known(id)) this.#store.delete(id);
  }
}

/** @param {string} name of a cache of routes */
const cacheName = (name) => `apus-bodies:${scope()} ${name}`;

/** Deletes caches of other builds. @param {string} name @param {string} current `name@build` */
export async function dropOtherBuilds(name, current) {
  const all = (await caches.keys()).filter((it) => it.startsWith(cacheName(`${name}@`)));
  for (const found of all) {
    const other = found.slice(cacheName("").length);
    if (other === current) continue;
    const stores = [other, `${other}:bodies`].flatMap((it) => [`apus:${it}`, `apus-last:${it}`]);
    await Promise.all(stores.map((it) => deleteDB(it)));
    await caches.delete(found); // last: by it they are found
  }
}

const PATH = "/apus-body/";
const SLACK = 100; // bodies without an entry: fewer are not worth reading the store

/** @param {string} id */
const address = (id) => new URL(PATH + encodeURIComponent(id), location.origin).href;

/**
 * Reads a body as far as it belongs into the store.
 * @param {Response} response @returns {Promise<Read>} `stream`: for the platform's cache
 */
export async function read(response) {
  const { body, headers } = response;
  if (!body || !TEXT.test(headers.get("content-type") ?? "")) return { stream: body };
  const reader = body.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joined(chunks, size) };
    chunks.push(value);
    size += value.length;
    if (size > LARGE) return { stream: resumed(chunks, reader) };
  }
}

/** @param {Uint8Array[]} chunks @param {number} size */
function joined(chunks, size) {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** @param {Uint8Array[]} chunks read already @param {ReadableStreamDefaultReader<Uint8Array>} reader */
function resumed(chunks, reader) {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = chunks.length
        ? { done: false, value: chunks.shift() }
        : await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
