// Compares what the list shows with the document of all rows.
import { isHeader } from "./rows.js";

/**
 * Px that a row may be off its place: the list counts in 1/64 px, Firefox in 1/60, and a row's place is
 * the sum of a few.
 */
const exact = 0.25;

/**
 * @typedef {object} Seen
 * @property {any} item
 * @property {number} start px from the viewport's start
 * @property {number} end
 *
 * @typedef {object} Look
 * @property {number | undefined} position where a scroller of all rows would stand to show the same; px
 * @property {Seen[]} visible
 * @property {number} far the last position
 * @property {number} viewport
 * @property {string[]} problems
 */

/**
 * @param {import("./oracle.js").Oracle} oracle
 * @returns {Look}
 */
export function look(oracle) {
  const { list, all, items } = oracle;
  const problems = [];
  const say = (/** @type {string} */ text) => problems.length < 4 && problems.push(text);
  const truth = allPlaces(oracle);
  const { viewport } = list;
  const rule = list.ruler();
  const byId = new Map(items.map((item, index) => [String(item.id), { item, index }]));
  const rows = [];
  for (const element of list.rows) {
    const edges = rule(element);
    if (edges.end <= 0.5 || edges.start >= viewport - 0.5) continue;
    const known = byId.get(String(element.dataset.id));
    if (known) rows.push({ ...known, element, ...edges });
    else say(`row #${element.dataset.id} is shown and not in the data`);
  }
  const stuck = oracle.surrounding.headers ? stuckOf(rows) : undefined;
  const natural = rows.filter((row) => row !== stuck);
  const blocks = blocksInView(oracle);
  const visible = [...natural, ...blocks];
  const offsets = visible
    .map(({ item, start }) => truth.rows.get(item).start - start)
    .sort((a, b) => a - b);
  const position = offsets[offsets.length >> 1];
  const { far } = truth;
  const result = { position, far, viewport, problems, visible };
  if (position === undefined) {
    if (items.length) say("no row is visible");
    return result;
  }
  const near = (
    /** @type {number} */ is,
    /** @type {number} */ want,
    /** @type {string} */ what,
  ) => {
    if (Math.abs(is - want) > exact) say(`${what} at ${px(is)} instead of ${px(want)}`);
  };
  for (const { element, item, index, ...row } of natural) {
    const place = /** @type {any} */ (truth.rows.get(item));
    const name = `row #${item.id}`;
    near(row.start, place.start - position, `${name} begins`);
    near(row.end, place.end - position, `${name} ends`);
    near(row.across, place.across, `${name} across`);
    near(row.size, place.size, `${name} across is as wide: `);
    if (element.getAttribute("aria-posinset") !== `${index + 1}`)
      say(
        `${name} says it is number ${element.getAttribute("aria-posinset")} instead of ${index + 1}`,
      );
    if (element.textContent !== place.element.textContent) say(`${name} has another text`);
  }
  for (const { item, start } of blocks)
    near(start, truth.rows.get(item).start - position, "other content begins");
  const shown = new Set(rows.map(({ item }) => item));
  const missing = items.filter((item) => {
    const { start, end } = /** @type {any} */ (truth.rows.get(item));
    return end > position + 1 && start < position + viewport - 1 && !shown.has(item);
  });
  if (missing.length)
    say(`${missing.length} rows are missing: ${missing.slice(0, 5).map(({ id }) => `#${id}`)}`);
  if (stuck) checkStuck(stuck, oracle, truth, position, near);
  // The scroller's ends are the list's.
  if (position < -1 || position > far + 1) say(`stands at ${px(position)}, beyond 0 to ${px(far)}`);
  if (list.scroll < 0.5 && position > 1) say(`the scroller is at 0, the list at ${px(position)}`);
  if (list.scroll > list.most - 0.5 && list.most > 0 && position < far - 1)
    say(`the scroller is at its end, the list ${px(far - position)} px before its own`);
  all.scrollTo(position);
  return result;
}

const px = (/** @type {number} */ value) => String(Math.round(value * 100) / 100);

/**
 * Where all rows are, from the start of what scrolls.
 * @param {import("./oracle.js").Oracle} oracle
 */
export function allPlaces({ all, items, elements }) {
  const rule = all.ruler();
  const { scroll, viewport } = all;
  const rows = new Map();
  let last = 0;
  for (const item of items) {
    const element = /** @type {HTMLElement} */ (elements.get(item));
    const { start, end, ...more } = rule(element);
    const place = { element, start: start + scroll, end: end + scroll, ...more };
    rows.set(item, place);
    last = Math.max(last, place.end);
  }
  for (const block of all.document.querySelectorAll(".outside")) {
    const { start, end } = rule(block);
    rows.set(block, { start: start + scroll, end: end + scroll });
  }
  const style = all.window.getComputedStyle(all.host);
  const padding = Number.parseFloat(
    all.horizontal ? style.paddingInlineEnd : style.paddingBlockEnd,
  );
  const content = all.outside ? all.scroller.scrollHeight : last + padding;
  return {
    rows,
    rule,
    far: Math.max(content - viewport, 0),
    first: rows.get(items[0])?.start,
    last,
  };
}

/** The content before and after a list in a window: like rows, they have a place. */
function blocksInView({ list, all }) {
  const rule = list.ruler();
  const mine = list.document.querySelectorAll(".outside");
  return [...all.document.querySelectorAll(".outside")]
    .map((item, i) => ({ item, ...rule(mine[i]) }))
    .filter(({ start, end }) => end > 0 && start < list.viewport);
}

/** The header that sticks to the edge: it begins there, over other rows or under the next header. */
function stuckOf(rows) {
  const headers = rows.filter(({ item }) => isHeader(item));
  const [first] = headers;
  if (!first || first.start > 0.5) return undefined;
  return first;
}

function checkStuck(stuck, { items }, { rows }, position, near) {
  const next = items.slice(stuck.index + 1).find(isHeader);
  const { start, end } = rows.get(stuck.item);
  const free = next ? rows.get(next).start - position - (end - start) : 0;
  near(
    stuck.start,
    Math.max(Math.min(0, free), start - position),
    `header #${stuck.item.id} sticks`,
  );
}

/** Masonry has no document to compare with: rows do not overlap, keep their gap, and have their text. */
export function lookAtMasonry(oracle) {
  const { list, items, elements } = oracle;
  const problems = [];
  const say = (text) => problems.length < 4 && problems.push(text);
  const { viewport } = list;
  const rule = list.ruler();
  const byId = new Map(items.map((item, index) => [String(item.id), { item, index }]));
  const gap = Number(list.host.getAttribute("gap") ?? 0);
  const lanes = new Map();
  const visible = [];
  for (const element of list.rows) {
    const edges = rule(element);
    const known = byId.get(String(element.dataset.id));
    if (!known) {
      say(`row #${element.dataset.id} is shown and not in the data`);
      continue;
    }
    if (edges.end <= 0.5 || edges.start >= viewport - 0.5) continue;
    const row = { ...known, ...edges };
    visible.push(row);
    const lane = Math.round(edges.across);
    lanes.set(lane, [...(lanes.get(lane) ?? []), row]);
    if (element.textContent !== elements.get(known.item)?.textContent)
      say(`row #${known.item.id} has another text`);
  }
  for (const rows of lanes.values()) {
    rows.sort((a, b) => a.start - b.start);
    for (let i = 1; i < rows.length; i++) {
      const [a, b] = [rows[i - 1], rows[i]];
      if (b.index < a.index) say(`#${a.item.id} is above #${b.item.id} and comes later`);
      if (b.start - a.end < gap - 0.5)
        say(`#${b.item.id} begins ${px(b.start - a.end)} after #${a.item.id}`);
    }
  }
  const wanted = Number(list.host.getAttribute("lanes"));
  // Rows that stay put may leave one lane empty at the list's end.
  if (items.length > 100 && lanes.size < wanted - 1)
    say(`${lanes.size} of ${wanted} lanes have a row`);
  const end = list.scroll > list.most - 0.5;
  const bottom = Math.max(0, ...visible.map((row) => row.end));
  if (visible.length && end && Math.abs(bottom - viewport) > 1.5)
    say(`at the end, the last row ends at ${px(bottom)} of ${viewport}`);
  const top = Math.min(viewport, ...visible.map((row) => row.start));
  if (
    visible.length &&
    list.scroll < 0.5 &&
    (Math.abs(top) > 1 || !visible.some(({ index }) => index === 0))
  )
    say(`at the start, row #${visible[0]?.item.id} begins at ${px(top)}`);
  oracle.all.scrollTo(list.scroll);
  return { position: list.scroll, far: list.most, viewport, visible, problems };
}
