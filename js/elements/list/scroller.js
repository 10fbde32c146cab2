import { Motion, OUTSIDE } from "../../list/index.js";

const hasScrollEnd = "onscrollend" in globalThis;
const inputs = "wheel keydown pointerdown touchstart touchmove touchend touchcancel".split(" ");

/**
 * What scrolls the list: the element itself. Tells the list when it moved and
 * whether it may be set. (Sideways, and the window: shapes.js.)
 */
export class Scroller {
  /** Size of the viewport along the axis, px; kept by `resize()`. */
  viewport = 0;
  /** Whether the scroller has more to scroll than the list. */
  outside = false;
  #moved;
  #abort = new AbortController();
  #motion = new Motion();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} host
   * @param {HTMLElement} content the box with the list's full extent
   * @param {() => void} moved called for every move and when it ends
   */
  constructor(host, content, moved) {
    this.host = host;
    this.content = content;
    this.#moved = moved;
    const { target } = this;
    const on = { signal: this.#abort.signal, passive: true };
    target.addEventListener("scroll", () => this.#scrolled(), on);
    target.addEventListener("scrollend", () => this.#rest(), on);
    for (const type of inputs) {
      target.addEventListener(
        type,
        (event) => {
          this.#motion.input(event);
          if (/end|cancel/.test(type)) moved();
        },
        on,
      );
    }
  }

  /** Ends listening. */
  disconnect() {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  /** @returns {EventTarget} what moves and gets its events */
  get target() {
    return this.host;
  }

  resize() {
    this.viewport = this.host.clientHeight;
  }

  /** Px from the list's start. */
  get position() {
    return this.host.scrollTop;
  }

  set position(px) {
    this.host.scrollTo({ top: px, behavior: "instant" });
  }

  get flags() {
    return this.#motion.flags | (this.outside ? OUTSIDE : 0);
  }

  #scrolled() {
    this.#motion.scrolled();
    if (!hasScrollEnd) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#rest(), 150);
    }
    this.#moved();
  }

  #rest() {
    this.#motion.rested();
    this.#moved();
  }
}
