import { emit, fail, reflect } from "../base.js";
import { focusRow } from "./keys.js";
import { rowOf } from "./pins.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

/** What is pressed in a row instead of the row. */
const controls = "a[href],button,input,select,textarea,label,summary,[contenteditable]";

/** Selecting rows, after `selection` was set, changed or removed. @param {ListView} view */
export function selection(view) {
  view.selecting ??= new Selecting(view);
  view.selecting.configure();
}

/**
 * Selecting rows with the pointer and the keyboard, as the WAI-ARIA Authoring Practices describe
 * it for a listbox in which the focus moves without selecting.
 */
export class Selecting {
  #view;
  /** @type {"single" | "multiple" | undefined} */
  #mode;
  /** Whether the list became a listbox here. */
  #became = false;
  /** The row at which a range begins. */
  #anchor = 0;
  /** The row at which the last range ended. */
  #end = -1;
  /** The rows that the next longer or shorter range replaces. */
  #extension = [0, 0];

  /** @param {ListView} view */
  constructor(view) {
    this.#view = view;
    const { host, renderer } = view;
    /** @param {import("../../list/mounted-rows.js").Row<HTMLElement>} row */
    const bind = (row) => {
      this.#mark(row);
      return false;
    };
    renderer.binders = new Set([bind, ...renderer.binders]); // also rows that are loading
    view.splicers.add((at, removed, inserted) => {
      const moved = (/** @type {number} */ row) =>
        row < at ? row : Math.max(row - removed, at) + inserted;
      this.#anchor = moved(this.#anchor);
      this.#end = moved(this.#end);
      this.#extension = this.#extension.map(moved);
      this.mark();
    });
    host.addEventListener("mousedown", (event) => this.#pressed(event));
    host.addEventListener("click", (event) => this.#clicked(event));
  }

  configure() {
    const { host, selected } = this.#view;
    const mode = host.getAttribute("selection") ?? "";
    this.#mode = mode === "single" || mode === "multiple" ? mode : undefined;
    if (mode && !this.#mode) {
      const error = new TypeError(`selection must be "single" or "multiple", got "${mode}"`);
      fail(host, { index: -1, item: undefined, error });
    }
    if (this.#mode && host.getAttribute("role") === "list") this.#become(true);
    else if (!this.#mode && this.#became) this.#become(false);
    reflect(host, "aria-multiselectable", this.#mode === "multiple" && "true");
    if (!this.#mode) selected.replace([], 0);
    if (this.#mode === "single" && selected.first !== undefined) {
      selected.set(selected.first + 1, 2 ** 32, false);
    }
    this.mark();
  }

  /** Shows on the mounted rows whether they are selected. */
  mark() {
    for (const row of this.#view.rows.list) this.#mark(row);
  }

  /**
   * Handles a key.
   * @param {KeyboardEvent} event @param {number | undefined} index of the focused row
   * @returns {boolean} whether it did
   */
  key(event, index) {
    const { key, shiftKey } = event;
    const { length } = this.#view.data;
    const multiple = this.#mode === "multiple";
    const command = event.ctrlKey || event.metaKey;
    if (multiple && command && !shiftKey && key.toLowerCase() === "a") {
      this.#change(({ set }) => set(0, length));
      return true;
    }
    if (!this.#mode || index === undefined) return false;
    if (multiple && command && shiftKey && /^(Home|End)$/.test(key)) {
      const to = key === "Home" ? 0 : length - 1;
      focusRow(this.#view, to);
      this.moved(event, index, to);
      return true;
    }
    if (key !== " " && key !== "Enter") return false;
    if (event.repeat) return true;
    if (multiple && shiftKey) this.#extend(index, false);
    else if (multiple || command) this.#toggle(index);
    else this.#only(index);
    return true;
  }

  /** A key moved the focus from row to row: with Shift, it selects the rows between. @param {KeyboardEvent} event @param {number} from @param {number} to */
  moved({ shiftKey }, from, to) {
    if (!shiftKey || this.#mode !== "multiple" || from < 0) return;
    if (this.#end !== from) this.#begin(from);
    this.#extend(to, false);
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    const row = this.#row(event);
    if (!row || !event.shiftKey || this.#mode !== "multiple") return;
    event.preventDefault(); // it would select text up to here
    row.element.focus({ preventScroll: true });
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const row = this.#row(event);
    if (!row) return;
    const { index } = row;
    const multiple = this.#mode === "multiple";
    const command = event.ctrlKey || event.metaKey;
    const touch = /** @type {PointerEvent} */ (event).pointerType === "touch"; // it has no Control
    if (multiple && event.shiftKey) this.#extend(index, !command);
    else if (command || (multiple && touch)) this.#toggle(index);
    else this.#only(index);
  }

  /** The row that an event selects. @param {MouseEvent} event */
  #row(event) {
    const target = /** @type {Element} */ (event.target);
    if (!this.#mode || event.defaultPrevented || event.button) return undefined;
    const row = rowOf(this.#view, target);
    const control = row && target.closest(controls);
    return control && control !== row.element && row.element.contains(control) ? undefined : row;
  }

  /** @param {number} row */
  #begin(row) {
    this.#anchor = this.#end = row;
    this.#extension = [0, 0];
  }

  /** @param {number} row */
  #toggle(row) {
    this.#begin(row);
    this.#change(({ set, clear }) => {
      const on = !this.#view.selected.has(row);
      if (this.#mode === "single") clear();
      set(row, row + 1, on);
    });
  }

  /** @param {number} row */
  #only(row) {
    this.#begin(row);
    this.#change(({ set, clear }) => {
      clear();
      set(row, row + 1);
    });
  }

  /** Selects the rows from the anchor to `row`. @param {number} row @param {boolean} alone nothing else stays selected */
  #extend(row, alone) {
    const [start, end] = this.#extension;
    this.#extension = [Math.min(this.#anchor, row), Math.max(this.#anchor, row) + 1];
    this.#end = row;
    this.#change(({ set, clear }) => {
      if (alone) clear();
      else set(start, end, false);
      set(this.#extension[0], this.#extension[1]);
    });
  }

  /**
   * Changes the selection for the user, and reports it.
   * @param {(change: { set: (start: number, end: number, on?: boolean) => void, clear: () => void }) => void} change
   */
  #change(change) {
    const { selected, host } = this.#view;
    const before = JSON.stringify(selected.ranges);
    change({
      set: (start, end, on) => selected.set(start, end, on),
      clear: () => selected.replace([], 0),
    });
    const { ranges } = selected;
    if (JSON.stringify(ranges) === before) return;
    this.mark();
    emit(host, "selectionchange", { ranges, count: selected.count });
  }

  /** @param {{ element: HTMLElement, index: number }} row */
  #mark({ element, index }) {
    const value = this.#mode ? String(this.#view.selected.has(index)) : null;
    if (element.getAttribute("aria-selected") !== value) reflect(element, "aria-selected", value);
  }

  /** Rows of a list cannot be selected, options of a listbox can. @param {boolean} listbox */
  #become(listbox) {
    const { host, rows } = this.#view;
    this.#became = listbox;
    host.setAttribute("role", listbox ? "listbox" : "list");
    for (const { element } of rows.list) {
      const role = element.getAttribute("role");
      if (role === (listbox ? "listitem" : "option"))
        element.setAttribute("role", listbox ? "option" : "listitem");
    }
  }
}
