import { Cache } from "../../cache/cache.js";
import {
  BaseElement,
  emit,
  fail,
  make,
  numberAttribute,
  reflect,
  upgradeProperties,
} from "../base.js";

/** The context that descendants request to get the cache (Context community protocol). */
export const cacheContext = Symbol.for("apus-cache");

/**
 * A cache for the elements inside it and for the page's code.
 *
 * Descendants get it through the Context community protocol: they dispatch a
 * bubbling, composed `context-request` event with `context` =
 * `Symbol.for("apus-cache")` and a `callback`, which is called with the `Cache`
 * once it is open. Page code reads `element.cache`, or awaits `element.ready`.
 *
 * Removing the element flushes and closes the cache; inserting it again opens
 * the cache again.
 *
 * @element apus-cache
 * @attr {string} name the name of the cache and of its copy in IndexedDB; default "default"
 * @attr {number} max-entries
 * @attr {number} max-bytes
 * @attr {number} ttl ms an entry lives
 * @attr {string} policy which entry to evict when a budget is full
 * @attr {boolean} persist keep a copy in IndexedDB
 * @attr {string} remote URL of a gateway, which is the level below, such as "/apus/"
 * @attr {boolean} panel show hit ratio, bytes against budget, evictions and levels, live
 * @fires ready - the cache is open; `detail.cache`
 * @csspart panel - the whole panel
 * @csspart tile - one number with its name
 * @csspart value - the number
 * @csspart chart - the hit ratio of the last minute
 * @csspart levels - of a cache with a gateway: the table of its levels
 * @cssprop --apus-cache-color - text
 * @cssprop --apus-cache-background
 * @cssprop --apus-cache-border
 * @cssprop --apus-cache-accent - the chart's line and the focus ring
 * @fires error - the cache could not be opened, its store failed, or an attribute is wrong; `detail.error`
 * @fires degraded - a level failed, and the cache works without it; `detail` as in the cache's own event
 */
export class ApusCache extends BaseElement {
  static observedAttributes = [
    "name",
    "max-entries",
    "max-bytes",
    "ttl",
    "policy",
    "persist",
    "remote",
    "panel",
  ];

  /** @type {Promise<Cache> | undefined} */
  #opening;
  /** Counts openings and closings: a later one makes an earlier opening stale. */
  #turn = 0;
  /** @type {Cache | undefined} */
  #cache;
  /** @type {import("./panel.js").CachePanel | undefined} */
  #panel;
  /** @type {(event: Event) => void} */
  #answer = (event) => {
    const request =
      /** @type {Event & { context?: unknown, callback?: (cache: Cache) => void }} */ (event);
    const { context, callback } = request;
    if (context !== cacheContext || typeof callback !== "function" || event.target === this) return;
    event.stopImmediatePropagation();
    if (this.#cache) callback(this.#cache);
    else this.ready.then(callback, () => {});
  };

  /** The open cache, `undefined` before `ready`. @returns {Cache | undefined} */
  get cache() {
    return this.#cache;
  }

  /** Resolves with the cache once it is open. @returns {Promise<Cache>} */
  get ready() {
    this.#opening ??= this.isConnected ? this.#open() : undefined;
    return this.#opening ?? Promise.reject(new Error("<apus-cache> is not in the document"));
  }

  connectedCallback() {
    upgradeProperties(this, [
      "name",
      "maxEntries",
      "maxBytes",
      "ttl",
      "policy",
      "persist",
      "remote",
      "panel",
    ]);
    this.addEventListener("context-request", this.#answer);
    this.ready.catch(() => {}); // the error event reports it
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (!this.isConnected) this.#close(); // removed, not moved
    });
  }

  /** @param {string} attribute @param {string | null} before @param {string | null} after */
  attributeChangedCallback(attribute, before, after) {
    if (attribute === "panel") this.#showPanel();
    if (before === after || !this.#opening || attribute === "panel") return;
    const cache = this.#cache;
    const policy = attribute === "policy" && /** @type {any} */ (this.policy);
    if (/^max-/.test(attribute) || (policy && cache)) {
      try {
        if (policy && cache)
          cache.policy = policy; // keeps all entries
        else cache?.resize(this.#budgets);
      } catch (error) {
        fail(this, { error });
      }
    } else {
      this.#close();
      this.ready.catch(() => {});
    }
  }

  get name() {
    return this.getAttribute("name") ?? "default";
  }
  set name(value) {
    reflect(this, "name", value);
  }

  get maxEntries() {
    return numberAttribute(this, "max-entries", Number.POSITIVE_INFINITY, 1);
  }
  set maxEntries(value) {
    reflect(this, "max-entries", value === Number.POSITIVE_INFINITY ? null : value);
  }

  get maxBytes() {
    return numberAttribute(this, "max-bytes", Number.POSITIVE_INFINITY, 1);
  }
  set maxBytes(value) {
    reflect(this, "max-bytes", value === Number.POSITIVE_INFINITY ? null : value);
  }

  get ttl() {
    return numberAttribute(this, "ttl", Number.POSITIVE_INFINITY);
  }
  set ttl(value) {
    reflect(this, "ttl", value === Number.POSITIVE_INFINITY ? null : value);
  }

  get policy() {
    return this.getAttribute("policy") ?? "lru";
  }
  set policy(value) {
    reflect(this, "policy", value);
  }

  get persist() {
    return this.hasAttribute("persist");
  }
  set persist(value) {
    reflect(this, "persist", Boolean(value));
  }

  get remote() {
    return this.getAttribute("remote") ?? "";
  }
  set remote(value) {
    reflect(this, "remote", value);
  }

  get panel() {
    return this.hasAttribute("panel");
  }
  set panel(value) {
    reflect(this, "panel", Boolean(value));
  }

  get #budgets() {
    return { maxEntries: this.#number("max-entries", 1), maxBytes: this.#number("max-bytes", 1) };
  }

  /** @param {string} name @param {number} min @throws {RangeError} for an attribute that is no such number */
  #number(name, min) {
    const text = this.getAttribute(name);
    const value = numberAttribute(this, name, Number.NaN, min);
    if (value >= min) return value;
    if (!text?.trim()) return Number.POSITIVE_INFINITY;
    throw new RangeError(`<apus-cache> ${name} must be a number from ${min}, got "${text}"`);
  }

  async #showPanel() {
    const cache = this.#cache;
    this.#panel?.dispose();
    this.#panel = undefined;
    this.shadowRoot?.replaceChildren(make("slot"));
    if (!this.panel || !cache) return;
    const { CachePanel } = await import("./panel.js");
    if (!this.panel || this.#cache !== cache || this.#panel) return;
    this.#panel = new CachePanel(this.shadowRoot ?? this.attachShadow({ mode: "open" }), cache);
  }

  /** @returns {Promise<Cache>} */
  async #open() {
    const turn = ++this.#turn;
    const { name, persist } = this;
    const policy = /** @type {any} */ (this.policy);
    const remote = this.remote ? { url: this.remote } : undefined;
    try {
      const options = { ...this.#budgets, ttl: this.#number("ttl", 0), policy, persist, remote };
      const cache = await Cache.open(name, options);
      if (turn === this.#turn) {
        this.#cache = cache;
        cache.addEventListener("degraded", ({ detail }) => emit(this, "degraded", detail));
        cache.addEventListener("error", ({ detail }) => fail(this, { error: detail }));
        cache.resize(this.#budgets);
        this.#showPanel();
        emit(this, "ready", { cache });
        return cache;
      }
      await cache.close();
    } catch (error) {
      if (turn === this.#turn) {
        fail(this, { error });
        throw error;
      }
    }
    return this.ready; // of a later turn; rejects when the element was removed
  }

  #close() {
    this.#turn++; // an opening in progress closes itself
    this.#cache?.close().catch(() => {});
    this.#opening = undefined;
    this.#cache = undefined;
    this.#panel?.dispose();
    this.#panel = undefined;
  }
}
