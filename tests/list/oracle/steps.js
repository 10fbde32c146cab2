// What can happen to a list. Each kind draws its numbers, does the step to both documents, and claims
// where the list must stand afterwards.
import { frame } from "./oracle.js";
import { makeItems, resize } from "./rows.js";

/** @typedef {(below: number) => number} Random */
/**
 * @typedef {object} Plan
 * @property {string} what
 * @property {import("./oracle.js").Claim} claim
 * @property {() => void | Promise<void>} [run]
 * @property {{ wheel?: number, key?: string }} [input] real input, which the browser is asked for
 */

const aligns = ["start", "center", "end", "nearest"];
const keys = ["PageDown", "PageUp", "Home", "End", "ArrowDown", "ArrowUp", "PageDown", "End"];

/** @type {((oracle: import("./oracle.js").Oracle, random: Random) => Plan)[]} */
const kinds = [
  function wheel(_, random) {
    const px = 120 * (1 + random(3)) * (random(3) ? 1 : -1);
    return { what: `wheel ${px}`, claim: "moves", input: { wheel: px } };
  },
  function key(_, random) {
    const key = keys[random(keys.length)];
    return { what: `key ${key}`, claim: "moves", input: { key } };
  },
  function drag({ list }, random) {
    const share = [0, 1][random(6)] ?? random(1000) / 1000;
    const run = () => list.scrollTo(share === 1 ? 2 ** 24 : Math.round(list.most * share));
    return {
      what: `thumb to ${share}`,
      claim: share === 1 ? Infinity : share === 0 ? 0 : "free",
      run,
    };
  },
  function scrollBy({ list, all }, random) {
    const px = Math.round((list.viewport * (random(181) - 90)) / 100);
    const run = () => {
      for (const side of [all, list]) side.scrollTo(side.scroll + px);
    };
    return { what: `scrollTop += ${px}`, claim: "moves", run };
  },
  function smooth({ list, all }, random) {
    const px = Math.round((list.viewport * (random(181) - 90)) / 100);
    const run = () => {
      for (const side of [all, list]) side.scrollTo(side.scroll + px, "smooth");
    };
    return { what: `smooth by ${px}`, claim: "moves", run };
  },
  jump("auto"),
  jump("auto"),
  jump("smooth"),
  function splice(oracle, random) {
    const at = random(oracle.items.length + 1);
    return spliceAt(oracle, random, at);
  },
  function spliceInView(oracle, random) {
    const index = firstIndex(oracle) + random(12) - 6;
    return spliceAt(oracle, random, Math.min(Math.max(index, 0), oracle.items.length));
  },
  function prepend(oracle, random) {
    return spliceAt(oracle, random, random(2) ? 0 : oracle.items.length);
  },
  function filter(oracle, random) {
    const [divisor, rest] = [3 + random(5), random(3)];
    return replace(oracle, `items filtered by % ${divisor}`, (items) =>
      items.length < 300
        ? makeMore(items, random)
        : items.filter(({ id }) => id % divisor !== rest),
    );
  },
  function sort(oracle, random) {
    const by = [(a, b) => a.id - b.id, (a, b) => b.id - a.id, (a, b) => (a.text < b.text ? -1 : 1)][
      random(3)
    ];
    return replace(oracle, "items sorted", (items) => [...items].sort(by));
  },
  function removeSome(oracle, random) {
    const index = random(oracle.items.length || 1);
    return replace(oracle, `items without ${index}`, (items) =>
      items.filter((_, i) => i !== index),
    );
  },
  function refresh(oracle, random) {
    const change = () => {
      for (let i = 0; i < 20; i++) change1(oracle, random(oracle.items.length || 1), random, true);
      oracle.focused = undefined;
      oracle.list.host.refresh();
    };
    return { what: "refresh after changes in place", claim: "stays", run: change };
  },
  function lateSizes(oracle, random) {
    const run = () => {
      const first = firstIndex(oracle);
      for (let i = 0; i < 1 + random(4); i++) change1(oracle, first - 3 + random(10), random);
    };
    return { what: "rows change their size", claim: "stays", run };
  },
  function resizeHost({ list, all, surrounding }, random) {
    const { host: { height } = {}, parent } = surrounding;
    const free = !height && !list.outside && parent?.display === undefined;
    const style = random(2) && free ? ["height", 250 + random(200)] : ["width", 300 + random(100)];
    const run = () => {
      for (const side of [list, all]) side.host.style[style[0]] = `${style[1]}px`;
    };
    return { what: `${style[0]} ${style[1]}px`, claim: "stays", run };
  },
  function resizeWindow({ list, all }, random) {
    const size = { width: `${400 + random(80)}px`, height: `${420 + random(220)}px` };
    const run = () => {
      for (const side of [list, all]) Object.assign(side.frame.style, size);
    };
    return { what: `window ${size.width} x ${size.height}`, claim: "stays", run };
  },
  function font({ list, all }, random) {
    const size = `${12 + random(5)}px`;
    const run = () => {
      for (const side of [list, all]) side.host.style.fontSize = size;
    };
    return { what: `font ${size}`, claim: "stays", run };
  },
  away("detached and back", (host) => {
    const [parent, next] = [host.parentNode, host.nextSibling];
    host.remove();
    return () => parent.insertBefore(host, next);
  }),
  away("hidden and shown", (host) => {
    host.style.display = "none";
    return () => {
      host.style.display = "";
    };
  }),
  function attribute({ list, all, surrounding }, random) {
    const names = surrounding.attributes && "gap" in surrounding.attributes ? 3 : 2;
    const name = ["estimate", "overscan", "gap"][random(names)];
    const value = String(
      name === "gap" ? random(20) : name === "estimate" ? 5 + random(200) : random(800),
    );
    const run = () => {
      list.host.setAttribute(name, value);
      if (name === "gap") all.setGap(value);
    };
    const fixed = name in (surrounding.attributes ?? {}) && name !== "gap";
    if (fixed) return { what: "nothing", claim: "stays" };
    return { what: `${name} ${value}`, claim: "stays", run };
  },
  function focus(oracle, random) {
    const run = () => {
      const { visible } = /** @type {any} */ (oracle.before);
      const { item } = visible[random(visible.length)] ?? {};
      const row = item && oracle.list.rows.find(({ dataset }) => dataset.id === String(item.id));
      if (!row) return;
      oracle.list.window.focus();
      row.querySelector("button")?.focus({ preventScroll: true });
      oracle.focused = item;
    };
    return { what: "focus a row", claim: "stays", run };
  },
  function restore(oracle, random) {
    const share = random(1000) / 1000;
    const run = async () => {
      const { host, most } = oracle.list;
      const state = host.saveState();
      oracle.list.scrollTo(Math.round(most * share));
      await oracle.settle();
      oracle.held = undefined;
      oracle.holds = { item: oracle.items[state.row], px: state.px };
      host.restoreState(state);
    };
    return { what: "place saved and restored", claim: "returns", run };
  },
];

/** @param {import("./oracle.js").Oracle} oracle @param {Random} random @returns {Plan} */
export function planOf(oracle, random) {
  const { source } = oracle.surrounding;
  for (;;) {
    const kind = kinds[random(kinds.length)];
    const plan = kind(oracle, random);
    const empty = !oracle.items.length;
    if (empty && !/^(splice|items)/.test(plan.what)) continue;
    if (source && plan.what.startsWith("items")) continue;
    return plan;
  }
}

/** @param {ScrollBehavior} behavior */
function jump(behavior) {
  return (oracle, random) => {
    const index = random(8)
      ? random(oracle.items.length || 1)
      : random(2)
        ? 0
        : oracle.items.length - 1;
    const align = aligns[random(4)];
    const claim = oracle.masonry || !oracle.items.length ? "free" : oracle.target(index, align);
    const item = oracle.items[index];
    const run = () => {
      const by = claim - oracle.before?.position;
      const nearest = by > 0 ? "end" : by < 0 ? "start" : align;
      if (align !== "nearest") oracle.holds = { item, align };
      else if (by !== 0) oracle.holds = { item, align: nearest };
      oracle.list.host.scrollToIndex(index, { align, behavior });
    };
    return { what: `scrollToIndex(${index}, ${align}, ${behavior})`, claim, run };
  };
}

function spliceAt(oracle, random, at) {
  const removed = Math.min(random(3) ? random(20) : 0, oracle.items.length - at);
  const more = makeItems(random(3) ? random(20) : 0, random);
  const run = () => {
    if (oracle.items.indexOf(oracle.focused, at) < at + removed) keepFocus(oracle, at, removed);
    if (oracle.surrounding.source) oracle.focused = undefined; // its pages are fetched again
    oracle.splice(at, removed, more);
  };
  const claim = ofWholeLines(oracle, more.length - removed) ? "stays" : "other";
  return { what: `splice(${at}, ${removed}, ${more.length})`, claim, run };
}

/** Else the rows of a grid change their columns, and no row can keep its place. */
function ofWholeLines({ surrounding, masonry }, rows) {
  return masonry || rows % Number(surrounding.attributes?.lanes ?? 1) === 0;
}

/** A row that is removed gives its focus away. */
function keepFocus(oracle, at, removed) {
  const index = oracle.items.indexOf(oracle.focused);
  if (index >= at && index < at + removed) oracle.focused = undefined;
}

function replace(oracle, what, change) {
  const old = oracle.items;
  const items = change(old);
  let head = 0;
  while (head < items.length && items[head] === old[head]) head++;
  let tail = 0;
  const least = Math.min(items.length, old.length) - head;
  while (tail < least && items.at(-1 - tail) === old.at(-1 - tail)) tail++;
  const kept = new Set([...items.slice(0, head), ...(tail ? items.slice(-tail) : [])]);
  const { position = 0, visible = [] } = oracle.before ?? {};
  const whole = ofWholeLines(oracle, items.length - old.length);
  const stays = position > 1 && whole && visible.some(({ item }) => kept.has(item));
  const run = () => {
    oracle.focused = undefined; // rows are rendered again
    oracle.follow(items, head, old.length - head - tail, items.length - head - tail);
    oracle.setItems(items);
  };
  return { what, claim: stays ? "stays" : "other", run };
}

function makeMore(items, random) {
  return [...items, ...makeItems(400 + random(400), random)];
}

function change1(oracle, index, random, words = false) {
  const item = oracle.items[index];
  if (!item) return;
  item.px = random(220);
  if (words) item.text = `${item.text.slice(0, random(100))} changed`;
  const mounted = oracle.list.rows.find(({ dataset }) => dataset.id === String(item.id));
  if (words) oracle.render(item, index, oracle.element(item));
  else {
    resize(item, oracle.element(item));
    if (mounted) resize(item, mounted);
  }
}

/** @param {string} what @param {(host: HTMLElement) => () => void} leave */
function away(what, leave) {
  return (oracle, random) => {
    const change = random(3);
    const at = random(oracle.items.length + 1);
    const spliced = spliceAt(oracle, random, at);
    const names = ["", ` meanwhile ${spliced.what}`, " meanwhile other sizes"];
    const run = async () => {
      oracle.focused = undefined;
      const back = leave(oracle.list.host);
      await frame();
      await frame();
      if (change === 1) spliced.run();
      if (change === 2) for (let i = 0; i < 5; i++) change1(oracle, firstIndex(oracle) + i, random);
      await frame();
      await frame();
      back();
    };
    const claim = change === 1 ? spliced.claim : "stays";
    return { what: `${what}${names[change]}`, claim, run };
  };
}

/** The first row in view. */
function firstIndex({ before, items }) {
  const first = before?.visible[0]?.item;
  return Math.max(items.indexOf(first), 0);
}
