/**
 * Has events to hand out.
 * @typedef {object} Box
 * @property {(end: number) => boolean} deliver hands out what fits until then (`performance.now`), at
 *   least one event; whether some are left
 */

/**
 * Hands events to the page: once a frame, within a budget. Channels take turns, so that a busy one
 * does not keep the others waiting.
 */
export class Dispatcher {
  #world;
  #budget;
  /** In the order of their turns. @type {Set<Box>} */
  #boxes = new Set();
  #due = false;

  /** @param {import("./world.js").World} world @param {number} budget ms of script a frame */
  constructor(world, budget) {
    this.#world = world;
    this.#budget = budget;
  }

  /** @param {Box} box */
  add(box) {
    this.#boxes.add(box);
    if (this.#due) return;
    this.#due = true;
    this.#world.frame(() => this.#frame());
  }

  /** @param {Box} box */
  remove(box) {
    this.#boxes.delete(box);
  }

  #frame() {
    this.#due = false;
    const end = performance.now() + this.#budget;
    for (const box of [...this.#boxes]) {
      if (!this.#boxes.delete(box)) continue;
      if (box.deliver(end)) this.add(box);
      if (performance.now() >= end) break;
    }
    for (const box of this.#boxes) this.add(box);
  }
}
