import { createElement, Fragment, Suspense } from "react";
import { createPortal } from "react-dom";

/** @typedef {import("../elements/list/apus-list.js").ApusList<any>} Element */

/**
 * A mounted row: the element that the list gave, and the item that React renders into it.
 * @typedef {object} MountedRow
 * @property {string} slot the portal's key: one an element
 * @property {number} key of the content: another one whenever the element shows another row
 * @property {unknown} item
 * @property {number} index
 * @property {HTMLElement} container the portal's: the row, or a box in it where the list fills rows too
 * @property {unknown} render what made `portal`
 * @property {import("react").ReactPortal | undefined} portal until something changes
 */

/** Where the list itself fills rows (loading, failed), React must not own the row's children. */
function box() {
  const element = document.createElement("div");
  element.style.display = "contents";
  return element;
}

/**
 * The rows that an `<apus-list>` has mounted, for `useSyncExternalStore`. The list calls `bind` for
 * each row that it renders; React renders all of them in the microtask that follows, before the
 * browser measures them.
 *
 * Each element keeps its portal for as long as it lives. Its content gets a new key when it shows
 * another row, so state belongs to rows and never to elements.
 */
export class RowStore {
  /** @type {((item: any) => unknown) | undefined} */
  keyOf;
  /** Px that a row has until React has rendered it. */
  estimate = 40;
  horizontal = false;
  /** @type {Element | null} */
  list = null;

  #version = 0;
  #serial = 0;
  /** @type {Map<HTMLElement, MountedRow>} */
  #rows = new Map();
  /** New elements, which have no size yet. @type {HTMLElement[]} */
  #bare = [];
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {() => void} listener */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Another number after each change. */
  version = () => this.#version;

  /** Whether the list has rendered its first row. */
  started = () => this.#serial > 0;

  /** The list's `renderItem`. @param {unknown} item @param {number} index @param {HTMLElement} element */
  bind = (item, index, element) => {
    const old = this.#rows.get(element);
    const same =
      old !== undefined && element.contains(old.container) && this.#same(old, item, index);
    const key = same ? old.key : ++this.#serial;
    if (same && old.item === item && old.index === index) return;
    let container = same ? old.container : element;
    if (!same && this.list?.source) {
      container = box();
      element.replaceChildren(container);
    } else if (old && old.container !== container) {
      element.replaceChildren(); // a loading row's, of a source that the list had
    } else if (!old) {
      this.#bare.push(element);
      element.style[this.horizontal ? "minInlineSize" : "minBlockSize"] = `${this.estimate}px`;
    }
    const slot = old && old.container === container ? old.slot : `${key}`;
    this.#rows.set(element, { slot, key, item, index, container, render: null, portal: undefined });
    this.#changed();
  };

  /** @param {Element} list @returns {() => void} undoes it */
  attach(list) {
    this.list = list;
    list.addEventListener("rangechange", this.#prune); // it reports each change of its rows
    return () => list.removeEventListener("rangechange", this.#prune);
  }

  /** Forgets rows that the list has dropped. */
  #prune = () => {
    for (const [element, { container }] of this.#rows) {
      if (element.parentNode === this.list && element.contains(container)) continue;
      this.#rows.delete(element);
      this.#changed();
    }
  };

  /** Takes over the indexes of rows that the list moved without rendering them again. */
  reindex() {
    for (const [element, row] of this.#rows) {
      const index = Number(element.getAttribute("aria-posinset")) - 1;
      if (index < 0 || index === row.index) continue;
      this.#rows.set(element, { ...row, index, portal: undefined });
      this.#changed();
    }
  }

  /** React has rendered: new rows have their own size. */
  rendered = () => {
    for (const { style } of this.#bare) style.minBlockSize = style.minInlineSize = "";
    this.#bare.length = 0;
  };

  /** The text of a mounted row. @param {unknown} item */
  textOf = (item) => {
    for (const [element, row] of this.#rows) if (row.item === item) return element.innerText;
    return typeof item === "object" ? "" : `${item}`;
  };

  /**
   * What React renders. Rows that did not change are the same objects, which React passes over.
   * @param {(item: any, index: number) => import("react").ReactNode} render
   * @param {import("react").ReactNode} fallback
   */
  portals(render, fallback) {
    return Array.from(this.#rows.values(), (row) => {
      if (row.portal && row.render === render) return row.portal;
      const { key, item, index, container, slot } = row;
      const content = render(item, index);
      const child =
        fallback === undefined
          ? createElement(Fragment, { key }, content)
          : createElement(Suspense, { key, fallback }, content);
      row.render = render;
      row.portal = createPortal(child, container, slot);
      return row.portal;
    });
  }

  /** Whether the element still shows the same row. @param {MountedRow} row @param {unknown} item @param {number} index */
  #same(row, item, index) {
    if (this.keyOf) return Object.is(this.keyOf(row.item), this.keyOf(item));
    return row.index === index || (row.item === item && typeof item === "object");
  }

  #changed() {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}
