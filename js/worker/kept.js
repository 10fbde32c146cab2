import { Cache } from "../cache/cache.js";
import { Store } from "../store/store.js";
import { parseAsOf } from "../sync/position.js";
import { Bodies, read } from "./bodies.js";
import { Log } from "./log.js";
import { modules } from "./modules.js";

/**
 * What is known of a kept response. An entry with `vary` alone leads to its variants.
 * @typedef {object} Entry
 * @property {string[]} [vary] names of headers
 * @property {string} [id] of the body @property {boolean} [platform] where it is
 * @property {string[]} [tags] if the log of a gateway is followed
 * @property {number} [size] bytes that it counts @property {number} [status] @property {[string, string][]} [headers]
 */

/** @typedef {{ maxBytes?: number, maxEntries?: number }} Budget */

/** What an opaque response counts, whose size is secret: about what Chromium charges to the quota. */
const OPAQUE = 7 << 20;
const SETTLE = 100; // ms in which changes share a segment
const POSITIONS = "\0apus:log"; // no response has this key

/** Not visible to a worker, or not about the body that it sees. */
const dropped = new Set(["content-encoding", "content-length", "transfer-encoding"]);

/**
 * Kept responses under one name: a persistent cache of entries, whose core evicts by the budgets,
 * and their bodies.
 */
export class Kept {
  /** @type {import("../cache/cache.js").Cache<Entry>} */ #index;
  #changes;
  #bodies;
  /** @type {Log | undefined} */ #log;
  /** What is kept as `POSITIONS`. @type {unknown} */ #positions;
  /** Ids of bodies whose entries are being made. @type {Set<string>} */ #making = new Set();
  /** The last invalidation of each tag; "" of everything. @type {Map<string, number>} */ #outdated =
    new Map();
  #turn = 0;
  /** @type {Promise<unknown> | undefined} */ #settling;

  /** @param {string} name @param {Budget} budget @param {string} [gateway] URL whose log is followed */
  static async open(name, budget, gateway) {
    const ready = modules(); // first: the others load them
    const [index, changes, bodies] = await Promise.all([
      Cache.open(name, { ...budget, sizeOf, persist: { preload: true } }),
      Store.open(name),
      Bodies.open(name),
      ready,
    ]);
    const kept = new Kept(/** @type {Cache<Entry>} */ (index), changes, bodies);
    if (gateway !== undefined) {
      kept.#positions = await changes.get(POSITIONS);
      kept.#log = new Log(gateway, kept.#holder());
      void kept.current();
    }
    return kept;
  }

  /** Use `Kept.open`. @param {Cache<Entry>} index @param {Store} changes @param {Bodies} bodies */
  constructor(index, changes, bodies) {
    this.#index = index;
    this.#changes = changes;
    this.#bodies = bodies;
    index.addEventListener("remove", ({ detail: { value, reason } }) => {
      if (value.id && reason !== "close") bodies.delete(value.id, Boolean(value.platform));
    });
    index.addEventListener("remove", ({ detail: { key, reason } }) => {
      if (reason === "evict") index.delete(key); // from the disk too
    });
    changes.addEventListener("change", ({ detail: { tags = [], cleared } }) => {
      this.#outdate(cleared ? ["", ...tags] : tags);
    });
    setTimeout(() => this.#sweep().catch(() => {}), 5000);
  }

  /** A time to compare invalidations with. */
  get turn() {
    return this.#turn;
  }

  /** Waits until what the gateway has invalidated is known, if it answers in time. Never rejects. */
  async current() {
    await this.#log?.current();
  }

  /** @param {Request} request @returns {Promise<Response | undefined>} the whole, whatever its `Range` */
  async find(request) {
    let key = keyOf(request);
    let entry = await this.#entry(key);
    if (entry && !entry.id) {
      key = variantOf(request, entry.vary ?? []);
      entry = await this.#entry(key);
    }
    if (entry?.tags?.length) {
      await this.current();
      entry = await this.#entry(key);
    }
    if (!entry?.id) return undefined;
    const body = await this.#bodies.get(entry.id, Boolean(entry.platform));
    if (body === undefined) {
      if (this.#index.peek(key) === entry) this.#index.delete(key);
      return undefined;
    }
    if (body instanceof Response) return body;
    return new Response(/** @type {Uint8Array<ArrayBuffer>} */ (body), entry);
  }

  /**
   * Keeps a response, unless one of its tags is invalidated meanwhile. Resolves when it is durable.
   * @param {Request} request @param {Response} response consumed
   * @param {{ tags: string[], ttl?: number, turn: number }} options `turn`: before it was asked for
   */
  async keep(request, response, { tags, ttl, turn }) {
    const id = crypto.randomUUID();
    const options = { ...(ttl !== undefined && { ttl }), tags };
    const vary = varyOf(response);
    const key = vary.length ? variantOf(request, vary) : keyOf(request);
    this.#making.add(id);
    try {
      /** @type {Entry} */
      const entry = { id, platform: true, status: response.status, headers: headersOf(response) };
      const opaque = response.type === "opaque";
      const { bytes, stream } = /** @type {any} */ (opaque ? {} : await read(response));
      if (bytes) entry.platform = false;
      const body = opaque ? response : bytes ? undefined : new Response(stream, entry);
      let size = bytes ? bytes.length : await this.#bodies.keep(id, /** @type {Response} */ (body));
      if (opaque) size = OPAQUE;
      for (const [name, value] of entry.headers ?? []) size += name.length + value.length;
      if (this.#isOutdated(tags, turn, response))
        return this.#bodies.delete(id, Boolean(entry.platform));
      if (bytes) this.#bodies.put(id, bytes, options);
      if (vary.length) this.#index.set(keyOf(request), { vary }, options);
      // Also when it is refused, for its size: the entry leaves with a `reject`.
      if (this.#log && tags.length) entry.tags = tags;
      entry.size = Math.min(size, 0xffffffff);
      this.#index.set(key, entry, options);
      if (this.#index.peek(key) !== entry) this.#bodies.delete(id, Boolean(entry.platform));
    } finally {
      this.#making.delete(id);
    }
    await this.#settle();
  }

  /** @param {string[]} tags @returns {Promise<number>} how many went, once that is durable */
  async invalidateTag(tags) {
    this.#outdate(tags);
    const count = this.#index.invalidateTag(...tags);
    await this.#settle();
    return count;
  }

  stats() {
    const { entries, bytes, evictions, hits, misses } = /** @type {any} */ (this.#index.stats());
    const { bytes: diskBytes, compressionRatio } = this.#bodies.stats();
    return { entries, bytes, evictions, hits, misses, diskBytes, compressionRatio };
  }

  /** @param {string} key @returns {Promise<Entry | undefined>} */
  async #entry(key) {
    return this.#index.get(key) ?? this.#index.load(key);
  }

  /** @param {string[]} tags */
  #outdate(tags) {
    this.#turn++;
    for (const tag of tags) this.#outdated.set(tag, this.#turn);
  }

  /** @param {string[]} tags @param {number} turn @param {Response} response */
  #isOutdated(tags, turn, { headers }) {
    if (["", ...tags].some((tag) => (this.#outdated.get(tag) ?? 0) > turn)) return true;
    if (!this.#log || tags.length === 0) return false;
    const asOf = parseAsOf(headers.get("apus-as-of"));
    return !this.#log.follows || (asOf !== undefined && this.#log.stale(tags, asOf[1]));
  }

  /** @returns {import("./log.js").Holder} */
  #holder() {
    const index = this.#index;
    return {
      saved: () => this.#positions,
      save: (positions) => {
        this.#changes.set(POSITIONS, positions);
        void this.#settle();
      },
      drop: (passes, names) => {
        this.#outdate(names ?? [""]); // which tags a response on its way will have is not known
        const all = [...index.entries()].flatMap(([, { tags = [] }]) => tags);
        index.invalidateTag(...(names ?? new Set(all.filter(passes))));
      },
      begin: () => {
        this.#outdate([""]);
        index.clear();
      },
    };
  }

  /** Writes what changes in the next moments together. */
  #settle() {
    this.#settling ??= new Promise((resolve) => setTimeout(resolve, SETTLE)).then(() => {
      this.#settling = undefined;
      // Bodies first: an entry whose body was not written is a miss.
      return this.#bodies.flush().then(() => this.#index.flush());
    });
    return this.#settling;
  }

  async #sweep() {
    const known = new Set(this.#making);
    for (const [, { id }] of this.#index.entries()) if (id) known.add(id);
    await this.#bodies.sweep((id) => known.has(id) || this.#making.has(id), known.size);
  }
}

/** @param {any} entry @returns {number} */
const sizeOf = ({ size = 0 }) => size;

/** @param {Request} request */
const keyOf = ({ url }) => url.split("#", 1)[0];

/** @param {Request} request @param {string[]} vary */
const variantOf = (request, vary) =>
  `${keyOf(request)}\n${JSON.stringify(vary.map((name) => [name, request.headers.get(name)]))}`;

/** @param {Response} response @returns {string[]} a worker sees decoded bodies only */
function varyOf({ headers }) {
  const names = (headers.get("vary") ?? "").toLowerCase().split(",");
  return names
    .map((name) => name.trim())
    .filter((name) => name && name !== "accept-encoding")
    .sort();
}

/** @param {Response} response @returns {[string, string][]} */
const headersOf = ({ headers }) => [...headers].filter(([name]) => !dropped.has(name));
