import { GESTURE, OUTSIDE, RESTING } from "../list/virtual-list.js";

const hasScrollEnd = "onscrollend" in globalThis;

/**
 * What scrolls the list: the element itself or the window, along either axis.
 * Tells the list when it moved and whether it may be set.
 */
export class Scroller {
  #host;
  #content;
  #moved;
  #abort = new AbortController();
  #moving = false;
  #gesture = false;
  #touching = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} host
   * @param {HTMLElement} content the box with the list's full extent
   * @param {{ horizontal: boolean, outside: boolean }} options `outside`: the window scrolls
   * @param {() => void} moved called for every move and when it ends
   */
  constructor(host, content, { horizontal, outside }, moved) {
    this.#host = host;
    this.#content = content;
    this.#moved = moved;
    this.horizontal = horizontal;
    this.outside = outside;
    /** Size of the viewport along the axis, px; kept by `resize()`. */
    this.viewport = 0;
    const { signal } = this.#abort;
    const on = { signal, passive: true };
    /** @type {EventTarget} */
    const target = outside ? window : host;
    target.addEventListener("scroll", () => this.#scrolled(), on);
    target.addEventListener("scrollend", () => this.#rest(), on);
    // Home and End go where the scroller's ends are; the rest moves by pixels.
    /** @param {Event} event */
    const gesture = (event) => {
      this.#gesture = !/^(Home|End)$/.test(/** @type {KeyboardEvent} */ (event).key);
    };
    for (const type of ["wheel", "touchmove", "keydown"])
      target.addEventListener(type, gesture, on);
    target.addEventListener("touchstart", () => this.#touch(true), on);
    for (const type of ["touchend", "touchcancel"]) {
      target.addEventListener(type, () => this.#touch(false), on);
    }
    // A press on the scrollbar: from now on the thumb's place counts.
    target.addEventListener(
      "pointerdown",
      () => {
        this.#gesture = false;
      },
      on,
    );
  }

  /** Ends listening. */
  disconnect() {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  resize() {
    const box = this.outside ? document.documentElement : this.#host;
    this.viewport = this.horizontal ? box.clientWidth : box.clientHeight;
  }

  /** Px from the list's start; in RTL as in LTR. */
  get position() {
    const { horizontal } = this;
    if (this.outside) {
      const box = this.#content.getBoundingClientRect();
      return -(horizontal ? box.left : box.top);
    }
    return horizontal ? Math.abs(this.#host.scrollLeft) : this.#host.scrollTop;
  }

  set position(px) {
    const { horizontal } = this;
    if (this.outside) {
      const by = px - this.position;
      scrollBy({ [horizontal ? "left" : "top"]: by, behavior: "instant" });
      return;
    }
    const rtl = horizontal && getComputedStyle(this.#host).direction === "rtl";
    this.#host.scrollTo({ [horizontal ? "left" : "top"]: rtl ? -px : px, behavior: "instant" });
  }

  get moving() {
    return this.#moving || this.#touching;
  }

  get flags() {
    return (
      (this.#gesture ? GESTURE : 0) | (this.moving ? 0 : RESTING) | (this.outside ? OUTSIDE : 0)
    );
  }

  #scrolled() {
    this.#moving = true;
    if (!hasScrollEnd) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#rest(), 150);
    }
    this.#moved();
  }

  #rest() {
    this.#moving = false;
    this.#gesture = false;
    this.#moved();
  }

  /** @param {boolean} down */
  #touch(down) {
    this.#touching = down;
    if (!down && !this.#moving) this.#moved();
  }
}
