import { lazy } from "../lazy/index.js";
import { BaseElement, numberAttribute, reflect, sheet, upgradeProperties } from "./base.js";

/** @typedef {"idle" | "loading" | "loaded" | "failed"} State */

const style = sheet(`
  :host { display: block }
  :host([hidden]) { display: none }
  [part]:not([hidden]) { display: block }
  [hidden] { display: none }
  button { font: inherit; margin-block-start: .5em; padding: .4em .9em; cursor: pointer }
`);

const properties = ["src", "retries", "timeout", "budget"];

/**
 * Loads a module through a bad network and shows what becomes of it.
 *
 * @element apus-lazy
 * @attr {string} src the module's URL, relative to the page
 * @attr {number} retries attempts after the first; no bound
 * @attr {number} timeout ms for each request; 10000
 * @attr {number} budget ms for the whole; 30000
 * @slot - shown when the module is loaded
 * @slot placeholder - shown until then
 * @slot error - shown when it cannot be loaded
 * @csspart placeholder
 * @csspart error
 * @csspart message what went wrong, in the default error
 * @csspart retry the button that tries again
 * @fires {CustomEvent} load - loaded; `detail.module` is the module's namespace
 * @fires {CustomEvent} error - not loaded; `detail.error` says why
 * @fires {CustomEvent} retry - before each wait: `detail.attempt`, `detail.delay` (ms), `detail.error`
 */
export class ApusLazy extends BaseElement {
  static observedAttributes = ["src"];

  /** @type {State} */
  #state = "idle";
  /** @type {AbortController | undefined} */
  #loading;
  /** The URL that is loading, loaded or failed. @type {string | null} */
  #url = null;
  /** @type {any} */
  #module;
  /** @type {unknown} */
  #error;

  connectedCallback() {
    upgradeProperties(this, properties);
    this.#render();
    if (this.#state === "idle") this.load();
  }

  disconnectedCallback() {
    // A move within the page reconnects at once and goes on.
    queueMicrotask(() => {
      if (this.isConnected || this.#state !== "loading") return;
      this.#loading?.abort();
      this.#show("idle");
    });
  }

  /** @param {string} _name @param {string | null} _old @param {string | null} value */
  attributeChangedCallback(_name, _old, value) {
    if (this.isConnected && value !== this.#url) this.load();
  }

  /** idle, loading, loaded or failed; also as CSS `:state(…)`. */
  get state() {
    return this.#state;
  }

  /** The module's namespace once it is loaded. */
  get module() {
    return this.#module;
  }

  /** Why it failed. */
  get error() {
    return this.#error;
  }

  /**
   * Loads, again if need be; what is under way is aborted. The retry button
   * calls it.
   * @returns {Promise<void>} when it is loaded, failed or aborted; never rejects
   */
  async load() {
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    this.#url = this.getAttribute("src");
    this.#module = this.#error = undefined;
    this.#show("loading");
    try {
      const module = await this.#fetch(controller.signal);
      if (controller.signal.aborted) return;
      this.#module = module;
      this.#show("loaded");
      this.#fire("load", { module });
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#error = error;
      this.#show("failed");
      this.#fire("error", { error });
    }
  }

  /** @param {AbortSignal} signal */
  #fetch(signal) {
    if (!this.#url) throw new TypeError("<apus-lazy> has no src: nothing to load");
    return lazy(new URL(this.#url, document.baseURI), {
      signal,
      retries: Math.floor(numberAttribute(this, "retries", Infinity)),
      timeout: numberAttribute(this, "timeout", 10_000),
      budget: numberAttribute(this, "budget", 30_000),
      onretry: (detail) => this.#fire("retry", detail),
    });
  }

  /** @param {string} type @param {object} detail */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #render() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style()];
    root.innerHTML = `<slot></slot><div part="placeholder"><slot name="placeholder"></slot></div
      ><div part="error" role="alert"><slot name="error"><span part="message"></span></slot
      ><button part="retry" type="button">Try again</button></div>`;
    root.querySelector("button")?.addEventListener("click", () => this.load());
    this.#show(this.#state);
  }

  /** @param {State} state */
  #show(state) {
    this.#state = state;
    reflect(this, "aria-busy", state === "loading" ? "true" : null);
    const root = this.shadowRoot;
    if (!root) return;
    const [content, placeholder, error] = /** @type {HTMLElement[]} */ ([...root.children]);
    content.hidden = state !== "loaded";
    placeholder.hidden = state === "loaded" || state === "failed";
    error.hidden = state !== "failed";
    const message = root.querySelector("[part=message]");
    if (message) message.textContent = state === "failed" ? describe(this.#error) : "";
  }
}

/** @param {any} error */
function describe(error) {
  return `Could not be loaded. ${error?.message ?? error}`;
}

for (const name of properties) {
  Object.defineProperty(ApusLazy.prototype, name, {
    configurable: true,
    enumerable: true,
    /** @this {HTMLElement} */
    get() {
      const value = this.getAttribute(name);
      return name === "src" || value === null ? value : Number(value);
    },
    /** @this {HTMLElement} @param {string | number | null} value */
    set(value) {
      reflect(this, name, value);
    },
  });
}
