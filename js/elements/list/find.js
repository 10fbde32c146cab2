import { emit } from "../base.js";
import { textAt } from "./text.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {string | ((item: any, index: number) => boolean)} Query */

/** Ms of searching before the page gets a turn. */
const slice = 10;

/** @type {WeakMap<ListView, { query: Query, index: number }>} */
const last = new WeakMap();

/**
 * See ApusList.find(). A later search ends an earlier one, which then returns -1.
 * @param {ListView} view @param {Query | undefined} query
 * @param {{ from?: number, backwards?: boolean }} [options]
 */
export async function find(view, query, { from, backwards = false } = {}) {
  const before = last.get(view);
  const search = { query: query ?? before?.query ?? "", index: -1 };
  last.set(view, search);
  const { length } = view.data;
  if (search.query === "" || !length) return -1;
  const step = backwards ? length - 1 : 1;
  const resumes = query === undefined || query === before?.query;
  let index =
    from ??
    (resumes && before && before.index >= 0 ? before.index + step : backwards ? length - 1 : 0);
  const matches = matcher(view, search.query);
  let until = performance.now() + slice;
  for (let seen = 0; seen < length; seen++, index += step) {
    index %= length;
    if (matches(index)) {
      search.index = index;
      show(view, index, search.query);
      return index;
    }
    if (seen % 64 === 0 && performance.now() > until) {
      await new Promise((resume) => setTimeout(resume));
      if (last.get(view) !== search || view.data.length !== length) return -1;
      until = performance.now() + slice;
    }
  }
  emit(view.host, "find", { index: -1, query: search.query });
  return -1;
}

/** @param {ListView} view @param {Query} query @returns {(index: number) => boolean} */
function matcher(view, query) {
  if (typeof query === "function") return (index) => query(view.data.get(index), index);
  const text = query.toLowerCase();
  return (index) => textAt(view, index).toLowerCase().includes(text);
}

/** @param {ListView} view @param {number} index @param {Query} query */
function show(view, index, query) {
  if (index <= view.first || index >= view.last) {
    view.list?.scrollTo(index, "center");
    view.fill();
  }
  const row = view.rows.list.find((row) => row.index === index);
  if (row && typeof query === "string") mark(row.element, query);
  emit(view.host, "find", { index, query });
}

/** Marks the text for `::highlight(apus-find)`. @param {HTMLElement} element @param {string} text */
function mark(element, text) {
  if (!globalThis.CSS?.highlights) return;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const content = node.textContent ?? "";
    const wanted = text.toLowerCase();
    const at = content.toLowerCase().indexOf(wanted);
    if (at < 0) continue;
    const [start, end] = original(content, at, at + wanted.length);
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, end);
    CSS.highlights.set("apus-find", new Highlight(range));
    return;
  }
}

/**
 * Maps a range of a text's lower case to the text: "İ" has two letters in lower case.
 * @param {string} text @param {number} from @param {number} to
 */
function original(text, from, to) {
  let start = 0;
  let end = 0;
  let lower = 0;
  for (const letter of text) {
    if (lower >= to) break;
    if (lower <= from) start = end;
    lower += letter.toLowerCase().length;
    end += letter.length;
  }
  return [start, end];
}
