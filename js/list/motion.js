/** Flags of `VirtualList.frame()`: see include/apus/list/list_view.h. */
export const GESTURE = 1;
export const RESTING = 2;
export const OUTSIDE = 4;

/** What moves a scroller, from the events that it gets. Without DOM and without clock. */
export class Motion {
  #moving = false;
  #touching = false;
  #gesture = false;

  /** It scrolled. */
  scrolled() {
    this.#moving = true;
  }

  /** It came to rest. */
  rested() {
    this.#moving = this.#gesture = false;
  }

  /**
   * Wheel, fingers and keys move it by pixels; Home, End and a press, which
   * may be on the thumb, to where the scroller's ends are.
   * @param {{ type: string, key?: string }} event
   */
  input({ type, key = "" }) {
    this.#gesture = type !== "pointerdown" && !/^(Home|End)$/.test(key);
    if (type.startsWith("touch")) this.#touching = /start|move/.test(type);
  }

  /** Whether a finger is on it. */
  get touching() {
    return this.#touching;
  }

  get flags() {
    return (this.#gesture ? GESTURE : 0) | (this.#moving || this.#touching ? 0 : RESTING);
  }
}
