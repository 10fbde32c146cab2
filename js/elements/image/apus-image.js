import { decodeBlurHash } from "../../image/blur-hash.js";
import { imageSources } from "../../image/sources.js";
import { lazy } from "../../lazy/lazy.js";
import { emit, fail, make, reflect, reflecting, say, upgradeProperties } from "../base.js";
import { forget, whenLaidOut } from "./in-view.js";
import { style } from "./style.js";

/** @typedef {"idle" | "loading" | "loaded" | "failed"} ImageState */

const Reflecting = reflecting({
  src: "",
  alt: "",
  width: 0,
  height: 0,
  widths: "",
  formats: "avif,webp,jpg",
  sizes: "",
  blurhash: "",
  priority: "",
  budget: 30_000,
});

/**
 * An image that holds its place, shows a blurred picture until it is decoded, and asks again when the
 * network fails. The browser picks the file: its format and its width.
 *
 * @element apus-image
 * @attr {string} src the URL, or a template with {width} and {format}
 * @attr {string} alt what the image says; empty for decoration. Required
 * @attr {number} width of the original, px; with height the space that the image will take
 * @attr {number} height of the original, px
 * @attr {string} widths of the files, px: "320,640,1280"
 * @attr {string} formats of the files, the preferred one first; "avif,webp,jpg"
 * @attr {string} sizes as in HTML; default: the width that the element has
 * @attr {string} blurhash the BlurHash of the placeholder
 * @attr {"high" | "low" | "lazy"} priority default: high in view, else lazy
 * @attr {number} budget ms for all attempts after the first; 30000
 * @slot error - shown instead of an image that could not be loaded; a click on an element in it with
 *   data-retry tries again
 * @csspart frame
 * @csspart placeholder
 * @csspart image
 * @csspart error
 * @csspart message the message of the default error
 * @csspart retry the button that tries again
 * @cssproperty --apus-image-fit object-fit; cover
 * @cssproperty --apus-image-fade how long the image fades in; .25s, not at all with reduced motion
 * @fires {CustomEvent} load - the image is shown; `detail.url` is the chosen file
 * @fires {CustomEvent} error - it could not be loaded, or an attribute is wrong; `detail.error`
 * @fires {CustomEvent} retry - before each wait: `detail.attempt`, `detail.delay` (ms), `detail.error`
 */
export class ApusImage extends Reflecting {
  /** @type {ImageState} */
  #state = "idle";
  /** @type {unknown} */
  #error;
  /** @type {AbortController | undefined} */
  #task;
  #planned = false;
  #url = "";
  #hash = "";

  connectedCallback() {
    upgradeProperties(this);
    this.#render();
    if (this.#state === "idle") this.#soon();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected || this.#state !== "loading") return;
      this.#task?.abort();
      forget(this);
      this.#show("idle");
    });
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (!this.shadowRoot || before === after || !this.isConnected) return;
    if (name === "alt") return reflect(this.#image(), "alt", this.alt);
    if (name !== "budget") this.#soon();
  }

  /** The current state. */
  get state() {
    return this.#state;
  }

  /** The reason of the last failure, until the image is loaded. */
  get error() {
    return this.#error;
  }

  /** The URL of the chosen file once it is known. */
  get currentSrc() {
    return this.#url;
  }

  /** Loads now, or again. The retry button calls it. */
  load() {
    this.#task?.abort();
    this.#task = new AbortController();
    const { signal } = this.#task;
    forget(this);
    this.#url = "";
    this.#frame();
    if (!this.src) return this.#show("idle");
    if (!this.hasAttribute("alt")) {
      console.warn('<apus-image> needs alt: what the image says, or alt="" for decoration', this);
    }
    this.#show("loading");
    this.#placeholder(signal);
    whenLaidOut(this, (visible, width) => {
      try {
        this.#request(signal, visible, width);
      } catch (error) {
        this.#failed(error, signal);
      }
    });
  }

  /** All attributes that change in a task count once. */
  #soon() {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#error = undefined;
      if (this.isConnected) this.load();
    });
  }

  /** @returns {HTMLElement} */
  get #root() {
    return /** @type {HTMLElement} */ (this.shadowRoot?.querySelector("[part=frame]"));
  }

  /** @param {string} part @returns {HTMLElement} */
  #part(part) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(`[part=${part}]`));
  }

  #image() {
    return /** @type {HTMLImageElement} */ (this.#part("image"));
  }

  /** Holds the place of the image. */
  #frame() {
    const known = this.width > 0 && this.height > 0;
    this.#root.style.aspectRatio = known ? `${this.width} / ${this.height}` : "";
    this.#root.classList.toggle("free", !known);
  }

  /** @param {AbortSignal} signal @param {boolean} visible @param {number} width px */
  #request(signal, visible, width) {
    const [widths, formats] = [this.widths, this.formats].map((text) =>
      text.split(/[\s,]+/).filter(Boolean),
    );
    const all = imageSources({ src: this.src, widths: widths.map(Number), formats });
    const { srcset, src } = /** @type {typeof all[0]} */ (all.pop());
    const sizes = this.sizes || (width ? `${Math.ceil(width)}px` : "100vw");
    const first = this.priority ? this.priority !== "lazy" : visible;
    const image = /** @type {HTMLImageElement} */ (
      make("img", {
        part: "image",
        alt: this.alt,
        decoding: "async",
        loading: first ? "eager" : "lazy",
        fetchpriority: first ? this.priority || "high" : "auto",
      })
    );
    const sources = all.map((source) =>
      make("source", { type: source.type, srcset: source.srcset, sizes }),
    );
    const once = { signal, once: true };
    image.addEventListener("load", () => this.#decode(image, signal), once);
    image.addEventListener("error", () => this.#again(image.currentSrc || src, signal), once);
    reflect(image, "sizes", sizes);
    // In the picture first: an image that stands alone would ask for its own file.
    this.#image().parentElement?.replaceChildren(...sources, image);
    image.srcset = srcset;
    image.src = src;
  }

  /** @param {HTMLImageElement} image @param {AbortSignal} signal */
  async #decode(image, signal) {
    const url = image.currentSrc;
    try {
      await image.decode();
    } catch {
      return void this.#again(url, signal); // it was cut off
    }
    this.#loaded(url, signal);
  }

  /** Asks through the gate of the lazy room. @param {string} url @param {AbortSignal} signal */
  async #again(url, signal) {
    if (signal.aborted) return;
    this.#url = url;
    try {
      const image = /** @type {HTMLImageElement} */ (
        await lazy(url, {
          as: "image",
          signal,
          budget: this.budget,
          onretry: (detail) => emit(this, "retry", detail),
        })
      );
      if (signal.aborted) return;
      reflect(image, "part", "image");
      reflect(image, "alt", this.alt);
      this.#image().parentElement?.replaceChildren(image);
      this.#loaded(url, signal);
    } catch (error) {
      this.#failed(error, signal);
    }
  }

  /** @param {string} url @param {AbortSignal} signal */
  #loaded(url, signal) {
    if (signal.aborted) return;
    this.#url = url;
    this.#error = undefined;
    this.#show("loaded");
    emit(this, "load", { url });
  }

  /** @param {unknown} error @param {AbortSignal} signal */
  #failed(error, signal) {
    if (signal.aborted) return;
    this.#error = error;
    this.#show("failed");
    fail(this, { error });
  }

  /** @param {AbortSignal} signal */
  async #placeholder(signal) {
    const canvas = /** @type {HTMLCanvasElement} */ (this.#part("placeholder"));
    const hash = this.blurhash;
    if (hash === this.#hash) return;
    this.#hash = hash;
    canvas.width = canvas.height = 32;
    if (!hash) return;
    try {
      const picture = await decodeBlurHash(hash);
      if (hash === this.#hash) canvas.getContext("2d")?.putImageData(picture, 0, 0);
    } catch (error) {
      if (!signal.aborted) console.warn("<apus-image>", error, this); // the image itself may load
    }
  }

  #render() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style()];
    const retry = make("button", { part: "retry", type: "button" }, say(this, "Try again"));
    const message = make("p", { part: "message" });
    const frame = make(
      "div",
      { part: "frame" },
      make("canvas", { part: "placeholder", width: 32, height: 32, "aria-hidden": "true" }),
      make("picture", {}, make("img", { part: "image", alt: this.alt })),
      make(
        "div",
        { part: "error", role: "status", hidden: true },
        make("slot", { name: "error" }, message, retry),
      ),
    );
    root.append(frame);
    const again = () => this.#state === "failed" && this.load();
    retry.addEventListener("click", again);
    this.addEventListener("click", ({ target }) => {
      const mine = "[slot=error] [data-retry], [slot=error][data-retry]";
      if (target instanceof Element && target.closest(mine)) again();
    });
    this.#frame();
  }

  /** @param {ImageState} state */
  #show(state) {
    this.#state = state;
    reflect(this, "aria-busy", state === "loading" ? "true" : null);
    for (const name of ["loaded", "failed"]) this.#root.classList.toggle(name, state === name);
    const error = this.#part("error");
    const focused = !error.hidden && this.matches(":focus-within");
    // While it tries again, the error stays visible and its button keeps the focus.
    const retrying = state === "loading" && this.#error !== undefined;
    error.hidden = state !== "failed" && !retrying;
    reflect(this.#part("retry"), "aria-disabled", retrying ? "true" : null);
    const said = `${this.alt ? `${this.alt}. ` : ""}${say(this, "This image could not be loaded.")}`;
    if (state === "failed") this.#part("message").textContent = said;
    this.#part("placeholder").hidden = !this.blurhash;
    if (state === "loaded" && focused) {
      if (!this.hasAttribute("tabindex")) this.tabIndex = -1;
      this.focus();
    }
  }
}
