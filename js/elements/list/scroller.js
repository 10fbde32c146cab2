import { MOTION_OUTSIDE } from "../../../dist/layout.js";
import { Motion } from "../../list/motion.js";

const hasScrollEnd = "onscrollend" in globalThis;
const inputs = "wheel keydown pointerdown touchstart touchmove touchend touchcancel".split(" ");

/**
 * The scroller of a list: the element itself. Reports when it moved and whether
 * it may be set. (Horizontal and window scrollers: shapes.js.)
 */
export class Scroller {
  /** Size of the viewport along the axis, px; kept by `resize()`. */
  viewport = 0;
  /** Whether the scroller contains more than the list. */
  outside = false;
  #moved;
  #abort = new AbortController();
  #motion = new Motion();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** The position that an event reported, or that was set; px. */
  #known;
  #raf = 0;

  /**
   * @param {HTMLElement} host
   * @param {HTMLElement} content the box of the list's full length
   * @param {() => void} moved called at every move and when it ends
   */
  constructor(host, content, moved) {
    this.host = host;
    this.content = content;
    this.#moved = moved;
    this.#known = this.position;
    const { target } = this;
    const on = { signal: this.#abort.signal, passive: true };
    target.addEventListener("scroll", () => this.#scrolled(), on);
    target.addEventListener("scrollend", () => this.#rest(), on);
    for (const type of inputs) {
      target.addEventListener(type, (event) => this.#motion.input(event), on);
      if (/end|cancel/.test(type)) target.addEventListener(type, moved, on);
    }
  }

  /** Removes the listeners. */
  disconnect() {
    this.#abort.abort();
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#raf);
  }

  /** @returns {EventTarget} the target of scroll and input events */
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

  /** Sets the position, which is no motion. @param {number} px */
  set(px) {
    this.position = px;
    if (!this.#motion.moving) this.#known = this.position;
  }

  /**
   * Flags of `VirtualList.frame()`. A browser moves a scroller before it reports that: a list that set
   * the scroller in between would end the motion. It never reports that a list in a window was moved by
   * what is above the list.
   */
  get flags() {
    const { position } = this;
    if (position !== this.#known) {
      this.#known = position;
      this.#motion.scrolled();
      this.#raf ||= requestAnimationFrame(() => this.#rest());
    }
    return this.#motion.flags | (this.outside ? MOTION_OUTSIDE : 0);
  }

  #scrolled() {
    cancelAnimationFrame(this.#raf);
    this.#raf = 0;
    // The report of a rest, or of what the list has set, may come late.
    if (this.position !== this.#known) this.#motion.scrolled();
    this.#known = this.position;
    clearTimeout(this.#timer);
    // Firefox reports no end of a wheel's step that is not smooth.
    if (!hasScrollEnd || this.#motion.wheels)
      this.#timer = setTimeout(() => this.#rest(), hasScrollEnd ? 600 : 150);
    this.#moved();
  }

  #rest() {
    this.#raf = 0;
    this.#known = this.position;
    this.#motion.rested();
    this.#moved();
  }
}
