/**
 * An EventTarget whose listeners for `vital` first get what they have missed, in a microtask: vitals
 * are known before the page can listen.
 */
export class VitalTarget extends EventTarget {
  #views;
  /** What is about to get the missed vitals. @type {Map<unknown, EventTarget>} */
  #catchingUp = new Map();

  /** @param {import("./page-views.js").PageViews} views sends the event to this target */
  constructor(views) {
    super();
    this.#views = views;
    views.target = this;
    setTimeout(() => views.settle()); // whoever waited for this target listens by then
  }

  /**
   * @override
   * @param {string} type @param {EventListenerOrEventListenerObject | null} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  addEventListener(type, listener, options) {
    const missed = type === "vital" ? this.#views.missed : [];
    const once = typeof options === "object" && options.once === true;
    if (!once || missed.length === 0) super.addEventListener(type, listener, options);
    if (listener === null || missed.length === 0) return;
    const late = new EventTarget();
    late.addEventListener(type, listener, options); // keeps to `once`, `signal` and `handleEvent`
    this.#catchingUp.set(listener, late);
    queueMicrotask(() => {
      for (const detail of missed) late.dispatchEvent(new CustomEvent(type, { detail }));
      this.#catchingUp.delete(listener);
    });
  }

  /**
   * @override
   * @param {string} type @param {EventListenerOrEventListenerObject | null} listener
   * @param {boolean | EventListenerOptions} [options]
   */
  removeEventListener(type, listener, options) {
    super.removeEventListener(type, listener, options);
    this.#catchingUp.get(listener)?.removeEventListener(type, listener, options);
  }
}
