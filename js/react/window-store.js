import { HeadlessList } from "../elements/list/headless.js";
import { diff } from "../list/diff.js";

/**
 * What React renders: rows [start, end), the first of which begins at `top`, px.
 * @typedef {object} Window
 * @property {number} start
 * @property {number} end
 * @property {number} top
 */

/** @typedef {import("./use-virtual-list.js").VirtualListOptions<any>} Options */

const same = (/** @type {unknown} */ item) => item;

/**
 * The rows in view of `useVirtualList`, for `useSyncExternalStore`: another object when React has to
 * render others, or at another place.
 */
export class WindowStore {
  /** @type {HeadlessList | undefined} while the component is mounted */
  #list;
  /** @type {HTMLElement | null} */
  #element = null;
  /** @type {Set<HTMLElement>} */
  #rows = new Set();
  /** @type {Options} */
  #options = { items: [] };
  /** @type {Window | undefined} */
  #window;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {() => void} listener */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  window = () => this.#window;

  /** The ref of the scroller. @param {HTMLElement | null} element */
  ref = (element) => {
    this.#element = element;
    this.#connect();
  };

  /** The ref of every row. @param {HTMLElement | null} row */
  measure = (row) => {
    if (!row) return;
    this.#rows.add(row);
    this.#list?.measure(row, Number(row.dataset.index));
  };

  /** @param {number} index @param {{ align?: import("../list/frame.js").Align }} [options] */
  scrollToIndex = (index, { align } = {}) => {
    const { length } = this.#options.items;
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new RangeError(
        `scrollToIndex: index must be between 0 and ${length - 1}, got ${index}`,
      );
    }
    this.#list?.scrollToIndex(index, align);
  };

  /** Loads the engine. @returns {() => void} frees it */
  open() {
    const { items, estimate, overscan, gap } = this.#options;
    const options = { rows: items.length, estimate, overscan, gap };
    const list = new HeadlessList(options, () => this.#changed(list));
    list.loaded.catch((error) => {
      if (this.#list === list) reportError(error);
    });
    this.#list = list;
    this.#connect();
    this.#number();
    return () => {
      list.dispose();
      this.#list = undefined;
    };
  }

  /** React has rendered with these options. @param {Options} options */
  update(options) {
    const old = this.#options;
    this.#options = options;
    const { items, keyOf = same, estimate, overscan, gap } = options;
    if (estimate !== old.estimate || overscan !== old.overscan || gap !== old.gap) {
      this.#list?.setOptions(options);
    }
    if (items !== old.items) this.#list?.spliceAll(diff(old.items, items, keyOf).splices);
    this.#number();
  }

  /** The rows' elements may have other indexes, or be gone. */
  #number() {
    for (const row of this.#rows) {
      if (row.isConnected) this.measure(row);
      else {
        this.#rows.delete(row);
        this.#list?.forget(row);
      }
    }
  }

  #connect() {
    const content = this.#element?.firstElementChild;
    if (!this.#element || !content) this.#list?.disconnect();
    else this.#list?.connect(this.#element, /** @type {HTMLElement} */ (content));
  }

  /** @param {HeadlessList} list */
  #changed({ rows }) {
    const { index: start, start: top } = rows[0] ?? { index: 0, start: 0 };
    const next = { start, end: start + rows.length, top };
    const { start: from, end, top: place } = this.#window ?? {};
    if (start === from && next.end === end && top === place) return;
    this.#window = next;
    for (const listener of this.#listeners) listener();
  }
}
