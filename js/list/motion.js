import { MOTION_GESTURE, MOTION_RESTING } from "../../dist/layout.js";

/** Tells from a scroller's events whether it moves and what moves it. Without DOM or clock. */
export class Motion {
  /** Whether the scroller moves. */
  moving = false;
  /** Whether the last input was of a wheel. */
  wheels = false;
  #touching = false;
  #gesture = false;

  /** Call it at every scroll event. */
  scrolled() {
    this.moving = true;
  }

  /** Call it when the scroller came to rest. */
  rested() {
    this.moving = this.#gesture = false;
  }

  /**
   * Call it at every input event. Wheel, fingers and keys move the scroller by
   * pixels. Home, End and a press, which may be on the thumb, move it to a place.
   * @param {{ type: string, key?: string }} event
   */
  input({ type, key = "" }) {
    this.wheels = type === "wheel";
    this.#gesture = type !== "pointerdown" && key !== "Home" && key !== "End";
    if (type.startsWith("touch")) this.#touching = /start|move/.test(type);
  }

  /** Flags of `VirtualList.frame()`. */
  get flags() {
    const resting = !this.moving && !this.#touching;
    return (this.#gesture ? MOTION_GESTURE : 0) | (resting ? MOTION_RESTING : 0);
  }
}
