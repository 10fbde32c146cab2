import { Failure } from "../../lazy/net/failure.js";
import { lazyMarkup } from "../../lazy/lazy.js";
import { later } from "../../lazy/prefetch.js";
import { BaseElement, numberAttribute, reflect, sheet, upgradeProperties } from "../base.js";

/** @typedef {"idle" | "loading" | "loaded" | "failed"} State */

const style = sheet(`
  :host { display: block; min-block-size: var(--apus-lazy-min-height, auto) }
  :host([hidden]), [hidden] { display: none }
  :focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
  button {
    font: inherit; color: inherit; background: none; cursor: pointer;
    margin-block-start: .5em; padding: .4em .9em; min-block-size: 2.2em;
    border: 1px solid; border-radius: .4em;
  }
  button[aria-disabled] { opacity: .5; cursor: progress }
`);

const properties = [
  "src",
  "when",
  "retries",
  "timeout",
  "budget",
  "delay",
  "maxDelay",
  "element",
  "integrity",
  "manifest",
];

/**
 * Loads a module through a bad network and shows what becomes of it.
 *
 * Its attributes may name what the page's own origin serves, and what is on an
 * origin that the page's code allowed, `lazyDefaults({ origins: ["https://cdn.example"] })`.
 * Everything else (another origin, data:, blob:, a redirect to them) fails with
 * `ORIGIN_REFUSED`: markup that found its way into the page must not run scripts.
 *
 * @element apus-lazy
 * @attr {string} src the module's URL, relative to the page, or its name in the manifest
 * @attr {"now" | "idle" | "visible" | "interaction"} when when to load; now
 * @attr {number} retries attempts after the first; no bound
 * @attr {number} timeout ms for each request; 10000
 * @attr {number} budget ms for the whole; 30000
 * @attr {number} delay ms, the bound of the first wait; doubles up to max-delay; 100
 * @attr {number} max-delay ms; 5000
 * @attr {string} element name of a custom element that the module defines; created inside
 * @attr {string} integrity of the module, as in HTML
 * @attr {string} manifest URL of the build's manifest
 * @slot - shown when the module is loaded
 * @slot placeholder - shown until then; its size is kept while the error shows
 * @slot error - shown when it cannot be loaded; what carries data-retry in it tries again
 * @csspart placeholder
 * @csspart error
 * @csspart message what went wrong, in the default error
 * @csspart retry the button that tries again
 * @cssproperty --apus-lazy-min-height room that is reserved in each state
 * @fires {CustomEvent} load - loaded; `detail.module` is the module's namespace
 * @fires {CustomEvent} error - not loaded; `detail.error` says why
 * @fires {CustomEvent} retry - before each wait: `detail.attempt`, `detail.delay` (ms), `detail.error`
 */
export class ApusLazy extends BaseElement {
  static observedAttributes = ["src", "when"];

  /** @type {State} */
  #state = "idle";
  /** @type {AbortController | undefined} */
  #task;
  /** The URL that is loading, loaded or failed. @type {string | null} */
  #url = null;
  /** @type {any} */
  #module;
  /** @type {unknown} */
  #error;

  connectedCallback() {
    upgradeProperties(this, properties);
    this.#render();
    if (this.#state === "idle") this.#start();
  }

  disconnectedCallback() {
    // A move within the page reconnects at once and goes on.
    queueMicrotask(() => {
      if (this.isConnected || this.#state === "loaded" || this.#state === "failed") return;
      this.#task?.abort();
      this.#show("idle");
    });
  }

  /** @param {string} name @param {string | null} old @param {string | null} value */
  attributeChangedCallback(name, old, value) {
    if (!this.isConnected || !this.shadowRoot || old === value) return;
    if (name === "src" ? value !== this.#url : this.#state === "idle") this.#start();
  }

  /** idle, loading, loaded or failed. */
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
   * Loads now, again if need be; what is under way is aborted. The retry
   * button calls it.
   * @returns {Promise<void>} when it is loaded, failed or aborted; never rejects
   */
  async load() {
    const { signal } = this.#begin();
    this.#url = this.getAttribute("src");
    this.#module = undefined;
    this.#show("loading");
    try {
      const module = await this.#fetch(signal);
      if (signal.aborted) return;
      this.#create();
      this.#module = module;
      this.#error = undefined;
      this.#show("loaded");
      this.#fire("load", { module });
    } catch (error) {
      if (signal.aborted) return;
      this.#error = error;
      this.#show("failed");
      this.#fire("error", { error });
    }
  }

  #begin() {
    this.#task?.abort();
    this.#task = new AbortController();
    return this.#task;
  }

  /** Waits for its time, then loads. */
  async #start() {
    const when = this.getAttribute("when");
    if (!this.getAttribute("src") || !when || when === "now") return void this.load();
    const { signal } = this.#begin();
    this.#show("idle");
    const { waits } = await later();
    await (waits[when === "interaction" ? "hover" : when] ?? waits.now)(this, signal);
    if (!signal.aborted) this.load();
  }

  /** @param {AbortSignal} signal */
  async #fetch(signal) {
    const src = this.#url;
    if (!src) throw new TypeError("<apus-lazy> has no src: nothing to load");
    const manifest = this.getAttribute("manifest") ?? undefined;
    const named = manifest && !/^\.{0,2}\/|^\w+:/.test(src);
    return lazyMarkup(named ? src : new URL(src, document.baseURI), {
      as: "module",
      signal,
      manifest,
      integrity: this.getAttribute("integrity") ?? undefined,
      retries: Math.floor(numberAttribute(this, "retries", Infinity)),
      timeout: numberAttribute(this, "timeout", 10_000),
      budget: numberAttribute(this, "budget", 30_000),
      delay: numberAttribute(this, "delay", 100),
      maxDelay: numberAttribute(this, "max-delay", 5000),
      onretry: (detail) => this.#fire("retry", detail),
    });
  }

  /** Puts the custom element that the module defined inside, once. */
  #create() {
    const name = this.getAttribute("element");
    if (!name || [...this.children].some(({ localName, slot }) => localName === name && !slot))
      return;
    if (!customElements.get(name)) {
      throw new Failure("ELEMENT_MISSING", `the module defines no element <${name}>`);
    }
    this.append(document.createElement(name));
  }

  /** @param {string} type @param {object} detail */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #render() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style()];
    const make = (
      /** @type {string} */ tag,
      /** @type {object} */ attributes,
      /** @type {Node[]} */ ...nodes
    ) => {
      const node = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      node.append(...nodes);
      return node;
    };
    const retry = make("button", { part: "retry", type: "button" }, new Text("Try again"));
    root.append(
      make("slot", {}),
      make("div", { part: "placeholder" }, make("slot", { name: "placeholder" })),
      make(
        "div",
        { part: "error", role: "alert" },
        make("slot", { name: "error" }, make("span", { part: "message" })),
        make("div", {}, retry),
      ),
    );
    const again = () => this.#state === "failed" && this.load();
    retry.addEventListener("click", again);
    this.addEventListener("click", ({ target }) => {
      if (
        target instanceof Element &&
        target.closest("[slot=error] [data-retry], [slot=error][data-retry]")
      )
        again();
    });
    this.#show(this.#state);
  }

  /** @param {State} state */
  #show(state) {
    const retrying = state === "loading" && this.#error !== undefined;
    this.#state = state;
    reflect(this, "aria-busy", state === "loading" ? "true" : null);
    const root = this.shadowRoot;
    if (!root) return;
    const [content, placeholder, error] = /** @type {HTMLElement[]} */ ([...root.children]);
    const focused =
      error.contains(root.activeElement) ||
      this.querySelector("[slot=error] :focus, [slot=error]:focus");
    content.hidden = state !== "loaded";
    // While it tries again the error stays, and with it the button that has the focus.
    error.hidden = state !== "failed" && !retrying;
    placeholder.hidden = state === "loaded" || !error.hidden;
    const button = /** @type {HTMLElement} */ (root.querySelector("[part=retry]"));
    reflect(button, "aria-disabled", retrying ? "true" : null);
    button.hidden =
      this.querySelector("[slot=error] [data-retry], [slot=error][data-retry]") !== null;
    const message = /** @type {HTMLElement} */ (root.querySelector("[part=message]"));
    // Without src the page's author is told, by the event; a visitor cannot mend it.
    if (state === "failed") message.textContent = this.#url ? describe(this.#error) : unloaded;
    if (state === "loaded" && focused) this.#takeFocus();
  }

  /** The button that had the focus is gone: what came instead gets it. */
  #takeFocus() {
    if (!this.hasAttribute("tabindex")) this.tabIndex = -1;
    this.focus();
  }
}

const unloaded = "Could not be loaded.";

/** @param {any} error */
function describe(error) {
  return `${unloaded} ${error?.message ?? error}`;
}

const numbers = ["retries", "timeout", "budget", "delay", "maxDelay"];
for (const name of properties) {
  const attribute = name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
  Object.defineProperty(ApusLazy.prototype, name, {
    configurable: true,
    enumerable: true,
    /** @this {HTMLElement} */
    get() {
      const value = this.getAttribute(attribute);
      return value === null || !numbers.includes(name) ? value : Number(value);
    },
    /** @this {HTMLElement} @param {string | number | null} value */
    set(value) {
      reflect(this, attribute, value);
    },
  });
}
