import { ask, checkFind, incomplete, search } from "../../list/search.js";
import { emit } from "../base.js";
import { textAt } from "./text.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/search.js").FindOptions} FindOptions */
/** @typedef {import("../../list/search.js").Found} Found */
/** @typedef {string | ((item: any, index: number) => boolean)} Query */

/** The last search of each list. @type {WeakMap<ListView, { query: Query, index: number }>} */
const last = new WeakMap();

/**
 * See ApusList.find().
 * @param {ListView} view
 * @param {AbortController} abort ends this search
 * @param {Query | undefined} query @param {FindOptions} [options]
 */
export async function find(view, abort, query, options = {}) {
  const { data } = view;
  const { length } = data;
  checkFind(options, length);
  const { from, backwards = false, signal, maxPages = 20 } = options;
  const end = () => abort.abort(signal?.reason);
  if (signal?.aborted) end();
  abort.signal.throwIfAborted();
  const before = last.get(view);
  const now = { query: query ?? before?.query ?? "", index: -1 };
  last.set(view, now);
  if (now.query === "" || !length) return -1;
  const resumes = now.query === before?.query && before.index >= 0;
  const next = resumes ? before.index + (backwards ? length - 1 : 1) : backwards ? length - 1 : 0;
  const where = { from: from ?? next % length, backwards, signal: abort.signal, maxPages };
  signal?.addEventListener("abort", end);
  /** @type {Found} */
  let found = { index: -1, complete: false };
  try {
    found =
      data.source?.find && typeof now.query === "string"
        ? await ask(data, now.query, where)
        : await search(data, view.splicers, matcher(view, now.query), where);
  } finally {
    signal?.removeEventListener("abort", end);
    if (found.index < 0 && !abort.signal.aborted) tell(view, found, now.query);
  }
  now.index = found.index;
  if (found.index >= 0) show(view, found, now.query);
  else if (!found.complete) throw incomplete(now.query, found);
  return found.index;
}

/** @param {ListView} view @param {Found} found @param {Query} query */
function tell(view, { index, complete }, query) {
  emit(view.host, "find", { index, query, complete });
}

/** @param {ListView} view @param {Query} query @returns {(index: number) => boolean} */
function matcher(view, query) {
  if (typeof query === "function") return (index) => query(view.data.get(index), index);
  const text = query.toLowerCase();
  return (index) => textAt(view, index).toLowerCase().includes(text);
}

/** @param {ListView} view @param {Found} found @param {Query} query */
function show(view, found, query) {
  const { index } = found;
  const host = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  if (index <= view.first || index >= view.last) host.scrollToIndex(index, { align: "center" });
  const row = view.rows.list.find((row) => row.index === index);
  if (row && typeof query === "string") mark(row.element, query);
  tell(view, found, query);
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
