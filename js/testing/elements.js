import { BaseElement, emit, fail, reflect, upgradeProperties } from "../elements/base.js";
import { cacheContext } from "../elements/cache/apus-cache.js";
import { LazyAttributes } from "../elements/lazy/attributes.js";
import { fakeCache } from "./cache.js";
import { lazy } from "./lazy.js";
import { FakeList } from "./list.js";
import { FakeSampler } from "./sampler.js";

/** `<apus-cache>` for unit tests: a fake cache, open as soon as the element is inserted. */
export class FakeCacheElement extends BaseElement {
  /** @type {import("../cache/cache.js").Cache | undefined} */
  cache;

  /** @returns {Promise<import("../cache/cache.js").Cache>} */
  get ready() {
    return this.cache
      ? Promise.resolve(this.cache)
      : Promise.reject(new Error("<apus-cache> is not in the document"));
  }

  connectedCallback() {
    const number = (/** @type {string} */ name) => Number(this.getAttribute(name) ?? Infinity);
    const options = { maxEntries: number("max-entries"), maxBytes: number("max-bytes") };
    const persist = this.hasAttribute("persist");
    const name = this.getAttribute("name") ?? "default";
    try {
      const cache = fakeCache({ ...options, ttl: number("ttl"), persist }, name);
      this.cache = cache;
      this.addEventListener("context-request", (event) => {
        const { context, callback } = /** @type {any} */ (event);
        if (context !== cacheContext || event.target === this || this.cache !== cache) return;
        event.stopImmediatePropagation();
        callback(cache);
      });
      emit(this, "ready", { cache });
    } catch (error) {
      fail(this, { error });
    }
  }

  disconnectedCallback() {
    this.cache?.close();
    this.cache = undefined;
  }
}

/**
 * `<apus-lazy>` for unit tests: loads at once, whatever `when` says. Its content is shown or hidden
 * by `hidden` on its children; `state` says what it is.
 */
export class FakeLazy extends LazyAttributes {
  /** @type {"idle" | "loading" | "loaded" | "failed"} */
  state = "idle";
  /** @type {unknown} */
  module;
  /** @type {unknown} */
  error;
  /** @type {(() => Promise<unknown>) | undefined} */
  loader;
  #turn = 0;

  connectedCallback() {
    upgradeProperties(this);
    this.#show();
    this.load();
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (name === "src" && this.isConnected) this.load();
  }

  /** @returns {Promise<void>} */
  async load() {
    const from = this.loader ?? this.src;
    if (!from) return;
    const turn = ++this.#turn;
    this.state = "loading";
    this.#show();
    try {
      const module = await lazy(from);
      if (turn !== this.#turn) return;
      if (this.element) this.append(document.createElement(this.element));
      this.module = module;
      this.state = "loaded";
      this.#show();
      emit(this, "load", { module });
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = error;
      this.state = "failed";
      this.#show();
      fail(this, { error });
    }
  }

  #show() {
    const slots = { loaded: "", failed: "error", idle: "placeholder", loading: "placeholder" };
    for (const child of this.children) reflect(child, "hidden", child.slot !== slots[this.state]);
  }
}

/** `<apus-sampler>` for unit tests: has a fake sampler and shows nothing. */
export class FakeSamplerElement extends BaseElement {
  /** @type {import("../sampler/sampler.js").Sampler | undefined} */
  sampler;

  connectedCallback() {
    upgradeProperties(this);
    this.sampler ??= new FakeSampler();
  }
}

/**
 * Registers fakes of `<apus-list>`, `<apus-lazy>`, `<apus-cache>` and `<apus-sampler>` in this
 * document, instead of `import "apus/define.js"`. Tags that are taken stay what they are.
 */
export function defineFakes() {
  const fakes = {
    "apus-list": FakeList,
    "apus-lazy": FakeLazy,
    "apus-cache": FakeCacheElement,
    "apus-sampler": FakeSamplerElement,
  };
  for (const [name, fake] of Object.entries(fakes)) {
    if (!customElements.get(name)) customElements.define(name, fake);
  }
}
