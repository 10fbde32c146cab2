import { textAt } from "./text.js";

/** @typedef {import("./body.js").ListBody} ListBody */
/** @typedef {string | ((item: any, index: number) => boolean)} Query */

const slice = 10; // ms without letting the page breathe

/** @type {WeakMap<ListBody, { query: Query, index: number }>} */
const last = new WeakMap();

/**
 * See ApusList.find(). A later search ends an earlier one, which then gives -1.
 * @param {ListBody} body @param {Query | undefined} query
 * @param {{ from?: number, backwards?: boolean }} [options]
 */
export async function find(body, query, { from, backwards = false } = {}) {
  const before = last.get(body);
  const search = { query: query ?? before?.query ?? "", index: -1 };
  last.set(body, search);
  const { length } = body.data;
  if (search.query === "" || !length) return -1;
  const step = backwards ? length - 1 : 1;
  const resumes = query === undefined || query === before?.query;
  let index =
    from ??
    (resumes && before && before.index >= 0 ? before.index + step : backwards ? length - 1 : 0);
  const matches = matcher(body, search.query);
  let until = performance.now() + slice;
  for (let seen = 0; seen < length; seen++, index += step) {
    index %= length;
    if (matches(index)) {
      search.index = index;
      show(body, index, search.query);
      return index;
    }
    if (seen % 64 === 0 && performance.now() > until) {
      await new Promise((resume) => setTimeout(resume));
      if (last.get(body) !== search || body.data.length !== length) return -1;
      until = performance.now() + slice;
    }
  }
  body.emit("find", { index: -1, query: search.query });
  return -1;
}

/** @param {ListBody} body @param {Query} query @returns {(index: number) => boolean} */
function matcher(body, query) {
  if (typeof query === "function") return (index) => query(body.data.get(index), index);
  const text = query.toLowerCase();
  return (index) => textAt(body, index).toLowerCase().includes(text);
}

/** @param {ListBody} body @param {number} index @param {Query} query */
function show(body, index, query) {
  if (index <= body.first || index >= body.last) {
    body.list?.scrollTo(index, "center");
    body.fill();
  }
  const row = body.rows.list.find((row) => row.index === index);
  if (row && typeof query === "string") mark(row.element, query);
  body.emit("find", { index, query });
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
 * Where a part of a text's lower case is in the text: "İ" is two letters in lower case.
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
