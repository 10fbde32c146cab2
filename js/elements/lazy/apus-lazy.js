import { checkImport, importGate, importNow, lazyMarkup, warmUp } from "../../lazy/lazy.js";
import { Failure } from "../../lazy/net/failure.js";
import { loadTriggers } from "../../lazy/prefetch.js";
import { emit, fail, make, reflect, say, sheet, upgradeProperties } from "../base.js";
import { LazyAttributes } from "./attributes.js";

/** @typedef {"idle" | "loading" | "loaded" | "failed"} State */
/** @typedef {() => Promise<unknown>} Loader */

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

/**
 * Loads a module through a bad network, and shows a placeholder, the content or an error.
 *
 * Its attributes may only name URLs of the page's own origin and of origins that the page's code
 * allowed, `lazyDefaults({ origins: ["https://cdn.example"] })`. Everything else (another origin,
 * data:, blob:, a redirect to them) fails with `ORIGIN_REFUSED`: injected markup must not run scripts.
 *
 * @element apus-lazy
 * @attr {string} src the module's URL, relative to the page, or its name in the manifest
 * @attr {"now" | "idle" | "visible" | "interaction"} when when to load; now
 * @attr {number} retries attempts after the first; unlimited
 * @attr {number} timeout ms for each request; 10000
 * @attr {number} budget ms for all attempts and waits; 30000
 * @attr {number} delay ms, the bound of the first wait; it doubles up to max-delay; 100
 * @attr {number} max-delay ms; 5000
 * @attr {string} element name of a custom element that the module defines; created as a child
 * @attr {string} integrity of the module, as in HTML
 * @attr {string} manifest URL of the build's manifest
 * @slot - shown when the module has loaded
 * @slot placeholder - shown until then
 * @slot error - shown when loading failed; a click on an element in it with data-retry tries again
 * @csspart placeholder
 * @csspart error
 * @csspart message the message of the default error
 * @csspart retry the button that tries again
 * @cssproperty --apus-lazy-min-height minimum height in every state
 * @fires {CustomEvent} load - the module has loaded; `detail.module` is its namespace
 * @fires {CustomEvent} error - loading failed; `detail.error` is the reason
 * @fires {CustomEvent} retry - before each wait: `detail.attempt`, `detail.delay` (ms), `detail.error`
 */
export class ApusLazy extends LazyAttributes {
  /** @override */
  static observedAttributes = ["src", "when", "element"];

  /** @type {State} */
  #state = "idle";
  /** @type {AbortController | undefined} */
  #task;
  /** The URL or the function of the current state. @type {string | Loader | undefined} */
  #from;
  /** @type {Loader | undefined} */
  #loader;
  /** Of who set it. @type {string | undefined} */
  #stack;
  /** The custom element that it created. @type {Element | undefined} */
  #made;
  /** @type {unknown} */
  #module;
  /** @type {unknown} */
  #error;

  connectedCallback() {
    const early = Object.hasOwn(this, "loader");
    upgradeProperties(this);
    if (early) this.#stack = undefined; // it does not show who set it
    this.#render();
    if (this.#state === "idle") this.#start();
  }

  disconnectedCallback() {
    // A move within the page reconnects at once and continues.
    queueMicrotask(() => {
      if (this.isConnected || this.#state === "loaded" || this.#state === "failed") return;
      this.#task?.abort();
      this.#show("idle");
    });
  }

  /** @param {string} name @param {string | null} old @param {string | null} value */
  attributeChangedCallback(name, old, value) {
    if (!this.isConnected || !this.shadowRoot || old === value) return;
    if (name === "element") this.#from && this.load();
    else if (name === "src" ? this.#source !== this.#from : this.#state === "idle") this.#start();
  }

  /**
   * Loads the module, instead of `src`: `() => import("./chart.js")`, which bundlers understand, in
   * development and in builds. What it imports is fetched through the bad network first, if its
   * text shows the URL. Code sets it, so it may be of any origin.
   * @returns {Loader | undefined}
   */
  get loader() {
    return this.#loader;
  }

  set loader(loader) {
    if (loader) checkImport("<apus-lazy> loader", loader, {});
    this.#loader = loader ?? undefined;
    this.#stack = new Error().stack;
    if (this.shadowRoot && this.isConnected && this.#source !== this.#from) this.#start();
  }

  /** The current state. */
  get state() {
    return this.#state;
  }

  /** The module's namespace once it has loaded. */
  get module() {
    return this.#module;
  }

  /** The reason of the failure. */
  get error() {
    return this.#error;
  }

  /**
   * Loads now, or again; aborts a load in progress. The retry button calls it.
   * @returns {Promise<void>} when it has loaded, failed or was aborted; never rejects
   */
  async load() {
    const { signal } = this.#begin();
    this.#from = this.#source;
    this.#module = undefined;
    this.#show("loading");
    try {
      const module = await this.#fetch(signal);
      if (signal.aborted) return;
      this.#create();
      this.#module = module;
      this.#error = undefined;
      this.#show("loaded");
      emit(this, "load", { module });
    } catch (error) {
      this.#failed(error, signal);
    }
  }

  /** @param {unknown} error @param {AbortSignal} signal */
  #failed(error, signal) {
    if (signal.aborted) return;
    this.#error = error;
    this.#show("failed");
    fail(this, { error }); // visitors read only what describe() says
  }

  #begin() {
    this.#task?.abort();
    this.#task = new AbortController();
    return this.#task;
  }

  get #source() {
    return this.#loader ?? this.src;
  }

  /** Waits for a `src` or a `loader` and for the trigger `when`, then loads. */
  async #start() {
    const { when } = this;
    const from = this.#source;
    if (from && when === "now") return void this.load();
    const { signal } = this.#begin();
    this.#show("idle");
    this.#from = undefined;
    if (!from) return;
    warmUp(this.#loader && (() => importGate({})));
    try {
      const { triggers } = await loadTriggers();
      await (triggers[when === "interaction" ? "hover" : when] ?? triggers.now)(this, signal);
      if (!signal.aborted) this.load();
    } catch (error) {
      this.#failed(error, signal);
    }
  }

  /** @param {AbortSignal} signal */
  async #fetch(signal) {
    const from = this.#from;
    if (!from) throw new TypeError("<apus-lazy> has no src, nothing to load");
    const { timeout, budget, delay, maxDelay } = this;
    const manifest = this.manifest || undefined;
    const options = {
      signal,
      manifest,
      integrity: this.getAttribute("integrity") ?? undefined, // "" has a meaning
      retries: Math.floor(this.retries),
      timeout,
      budget,
      delay,
      maxDelay,
      onretry: (/** @type {unknown} */ detail) => emit(this, "retry", detail),
    };
    if (typeof from === "function") {
      const load = () => from();
      // Its URL is only fetched, and the function imports: a framework may have set it, and then the
      // URL is relative to another module.
      load.toString = () => `async ${from}`;
      return importNow("<apus-lazy>", load, options, this.#stack);
    }
    const named = manifest && !/^\.{0,2}\/|^\w+:/.test(from);
    const url = named ? from : new URL(from, document.baseURI);
    return lazyMarkup(url, { as: "module", ...options });
  }

  /** Appends the custom element that the module defined, once, in place of the former one. */
  #create() {
    const name = this.element;
    if (this.#made?.localName !== name) this.#made?.remove();
    if (!name || [...this.children].some(({ localName, slot }) => localName === name && !slot))
      return;
    if (!customElements.get(name)) {
      throw new Failure("ELEMENT_MISSING", `the module does not define the element <${name}>`);
    }
    this.#made = document.createElement(name);
    this.append(this.#made);
  }

  #render() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style()];
    const retry = make("button", { part: "retry", type: "button" }, say(this, "Try again"));
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
    // During a retry the error stays visible, and its button keeps the focus.
    error.hidden = state !== "failed" && !retrying;
    placeholder.hidden = state === "loaded" || !error.hidden;
    const button = /** @type {HTMLElement} */ (root.querySelector("button"));
    reflect(button, "aria-disabled", retrying ? "true" : null);
    button.hidden =
      this.querySelector("[slot=error] [data-retry], [slot=error][data-retry]") !== null;
    const message = /** @type {HTMLElement} */ (root.querySelector("span"));
    // Visitors read plain words; `error` and its event have the details.
    if (state === "failed") message.textContent = say(this, describe(this.#error));
    if (state === "loaded" && focused) this.#takeFocus();
  }

  /** The focused button is hidden; the new content takes the focus. */
  #takeFocus() {
    if (!this.hasAttribute("tabindex")) this.tabIndex = -1;
    this.focus();
  }
}

/** What a visitor reads. @param {unknown} error */
function describe(error) {
  if (!navigator.onLine) return "You are offline.";
  const gone = /** @type {{ code?: string }} */ (error)?.code === "GONE";
  return gone ? "This page is out of date. Please reload it." : "This part could not be loaded.";
}
