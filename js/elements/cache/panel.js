import { adopt, make, sheet } from "../base.js";
import { texts } from "../texts.js";

/** @typedef {import("../texts.js").Texts} Texts */

/** Points of the chart, one every `EVERY` ms. */
const POINTS = 60;
const EVERY = 1000;

const style = sheet(`
:host { display: block; }
.panel { container-type: inline-size; font: 14px/1.4 system-ui, sans-serif;
  --_accent: var(--apus-cache-accent, light-dark(#2563eb, #82b4ff)); --_danger: light-dark(#b42318, #ff9a91);
  --_line: color-mix(in srgb, currentColor 20%, transparent); --_tint: color-mix(in srgb, currentColor 6%, transparent);
  --_muted: color-mix(in srgb, currentColor 75%, transparent);
  color: var(--apus-cache-color, CanvasText); background: var(--apus-cache-background, Canvas);
  border: 1px solid var(--apus-cache-border, var(--_line)); border-radius: 8px; padding: 16px; }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin: 0; }
dl div { padding: 8px 12px; border-radius: 8px; background: var(--_tint); }
dt, figcaption, label, small, .axis, output { font-size: 12px; color: var(--_muted); }
dd { margin: 0; font-size: 18px; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
small { display: block; line-height: 1.4; min-height: 1.4em; font-weight: 400; white-space: normal; }
figure { display: grid; grid-template-columns: auto 1fr; gap: 4px 8px; margin: 16px 0; }
figcaption, svg, .axis { grid-column: 2; }
figcaption { grid-column: 1 / -1; margin-block-end: 8px; }
.axis { display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; line-height: 1; }
.axis.x { direction: ltr; }
.axis.y { grid-column: 1; flex-direction: column; text-align: end; margin-block: -6px; }
svg { display: block; width: 100%; height: 72px; overflow: visible; }
line, polyline { fill: none; stroke: var(--_line); vector-effect: non-scaling-stroke; }
polyline { stroke: var(--_accent); stroke-width: 2; stroke-linejoin: round; }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin: 0; }
label { display: grid; gap: 4px; flex: 0 1 12rem; }
input, button { font: inherit; font-size: 14px; padding: 6px 12px; min-height: 36px; min-width: 0; box-sizing: border-box; border-radius: 8px;
  border: 1px solid color-mix(in srgb, currentColor 50%, transparent); background: var(--apus-cache-background, Canvas); color: inherit; }
input { color: var(--apus-cache-color, CanvasText); }
button { cursor: pointer; }
button:hover { background: linear-gradient(var(--_tint) 0 0), var(--apus-cache-background, Canvas); }
.danger { color: var(--_danger); }
dialog .danger { border-color: var(--_danger); background: var(--_danger); color: light-dark(#fff, #2a0905); }
button:focus-visible, input:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
output { flex: 1 1 8rem; align-self: center; }
dialog { max-width: 22rem; padding: 20px; border: 1px solid var(--_line); border-radius: 12px; color: inherit; background: var(--apus-cache-background, Canvas); }
dialog::backdrop { background: rgb(0 0 0 / 0.4); }
dialog p { margin: 0 0 16px; }
dialog form { justify-content: end; }
@container (min-width: 30rem) { dl { grid-template-columns: repeat(3, 1fr); } }
@container (min-width: 60rem) { dl { grid-template-columns: repeat(6, 1fr); } }
@container (max-width: 30rem) { label { flex: 1 1 40%; } }
`);

/** @param {Texts} texts @param {number} bytes */
function size({ number }, bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1000 ** (unit + 1) && unit < 3) unit++;
  return `${number(bytes / 1000 ** unit, unit ? 1 : 0)}\u00a0${units[unit]}`;
}

/** @param {Texts} texts @param {number} share */
const percent = ({ number }, share) => `${number(100 * share, 1)}%`;

/** @param {Texts} texts @param {number} max @param {string} text of it */
const limit = ({ say }, max, text) =>
  max === Number.POSITIVE_INFINITY ? say("no limit") : say("of {max}", { max: text });

/** The tiles: each has a name, a value, and a note below it. @type {[string, (s: any, t: Texts) => string, (s: any, t: Texts) => string][]} */
const tiles = [
  [
    "Hit ratio",
    (s, t) => percent(t, s.hitRatio),
    (s, t) => t.say("{hits} of {all}", { hits: s.hits, all: s.hits + s.misses }),
  ],
  [
    "Entries",
    (s, t) => t.number(s.entries),
    (s, t) => limit(t, s.maxEntries, t.number(s.maxEntries)),
  ],
  ["Memory", (s, t) => size(t, s.bytes), (s, t) => limit(t, s.maxBytes, size(t, s.maxBytes))],
  [
    "Disk",
    (s, t) => (s.disk ? size(t, s.disk.bytes ?? 0) : t.say("none")),
    (s, t) => (s.disk ? t.say(["{n} segment", "{n} segments"], { n: s.disk.segments }) : ""),
  ],
  [
    "Evictions",
    (s, t) => t.number(s.evictions),
    (s, t) => t.say("{n} expired", { n: s.expirations }),
  ],
  [
    "Policy",
    (s) => s.policy,
    (s, t) => (s.policy === s.following ? "" : t.say("now {policy}", { policy: s.following })),
  ],
];

/** @param {string} name of the cache @param {Texts} texts */
function panel(name, { say, number }) {
  const tile = (/** @type {string} */ name) =>
    make("div", { part: "tile" }, make("dt", {}, say(name)), make("dd", { part: "value" }));
  const lines = [0, 50, 100].map((y) => make("line", { x2: POINTS - 1, y1: y, y2: y }));
  const chart = make(
    "svg",
    {
      part: "chart",
      viewBox: `0 0 ${POINTS - 1} 100`,
      preserveAspectRatio: "none",
      role: "img",
    },
    ...lines,
    make("polyline"),
  );
  const axis = (/** @type {string} */ kind, /** @type {string[]} */ ...labels) =>
    make(
      "div",
      { class: `axis ${kind}`, "aria-hidden": "true" },
      ...labels.map((label) => make("span", {}, label)),
    );
  return make(
    "section",
    { class: "panel", part: "panel", "aria-label": say("Cache {name}", { name }) },
    make("dl", { part: "tiles" }, ...tiles.map(([name]) => tile(name))),
    make(
      "figure",
      {},
      make("figcaption", {}, say("Hit ratio, last minute")),
      axis("y", `${number(100)}%`, `${number(50)}%`, `${number(0)}%`),
      chart,
      axis("x", say("60 s ago"), say("now")),
    ),
    make(
      "form",
      {},
      make(
        "label",
        {},
        say("Tag"),
        make("input", { name: "tag", autocomplete: "off", required: true }),
      ),
      make("button", { name: "invalidate" }, say("Invalidate tag")),
      make("button", { type: "button", name: "export" }, say("Export JSON")),
      make("button", { type: "button", name: "clear", class: "danger" }, say("Clear…")),
      make("output", { "aria-live": "polite" }),
    ),
    make(
      "dialog",
      { role: "alertdialog", "aria-labelledby": "question" },
      make("p", { id: "question" }),
      make(
        "form",
        { method: "dialog" },
        make("button", { autofocus: true }, say("Cancel")),
        make("button", { class: "danger", value: "clear" }, say("Clear the cache")),
      ),
    ),
  );
}

/** The panel of `<apus-cache panel>`; loads with the first panel. */
export class CachePanel {
  #cache;
  #root;
  #timer;
  /** @type {number[]} the hit ratio of each second */
  #history = [];
  #last = { hits: 0, misses: 0 };
  /** @type {((stats: any) => void) | undefined} of a cache with a gateway */
  #levels;
  #texts;

  /** @param {ShadowRoot} root @param {import("../../cache/index.js").Cache} cache */
  constructor(root, cache) {
    this.#root = root;
    this.#cache = cache;
    adopt(root, style);
    this.#texts = texts(/** @type {HTMLElement} */ (root.host));
    const { say } = this.#texts;
    root.replaceChildren(make("slot"), panel(cache.name, this.#texts));
    const dialog = /** @type {HTMLDialogElement} */ (this.#part("dialog"));
    this.#part('[name="clear"]').addEventListener("click", () => {
      const { entries, disk } = /** @type {any} */ (cache.stats());
      this.#part("#question").textContent = say(
        disk
          ? "Clear the cache “{name}”? Its entries are deleted from memory and disk: {n} in memory."
          : "Clear the cache “{name}”? Its entries are deleted from memory: {n} in memory.",
        { name: cache.name, n: entries },
      );
      dialog.returnValue = "";
      dialog.showModal();
    });
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "clear") return;
      cache.clear();
      this.#say(say("Cleared"));
    });
    this.#part('[name="export"]').addEventListener("click", () => this.#export());
    this.#part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const tag = /** @type {HTMLInputElement} */ (this.#part('[name="tag"]')).value;
      const n = cache.invalidateTag(tag);
      this.#say(
        say(["{n} entry had the tag “{tag}”", "{n} entries had the tag “{tag}”"], { n, tag }),
      );
    });
    if ("levels" in cache.stats()) this.#showLevels();
    this.#timer = setInterval(() => this.show(), EVERY);
    this.show();
  }

  show() {
    const stats = this.#cache.stats();
    const values = this.#root.querySelectorAll("dd");
    tiles.forEach(([, text, note], i) => {
      const parts = [text(stats, this.#texts), note(stats, this.#texts)];
      if (values[i].textContent === parts.join("")) return;
      values[i].replaceChildren(parts[0], make("small", {}, parts[1]));
    });
    this.#levels?.(stats);
    const hits = stats.hits - this.#last.hits;
    const all = hits + stats.misses - this.#last.misses;
    this.#last = stats;
    this.#history.push(all ? hits / all : (this.#history.at(-1) ?? 0));
    if (this.#history.length > POINTS) this.#history.shift();
    const from = POINTS - this.#history.length;
    const points = this.#history.map((ratio, i) => `${from + i},${(100 - 100 * ratio).toFixed(1)}`);
    this.#part("polyline").setAttribute("points", points.join(" "));
    this.#part("svg").setAttribute(
      "aria-label",
      this.#texts.say("Hit ratio of the last minute, now {share}", {
        share: percent(this.#texts, this.#history.at(-1) ?? 0),
      }),
    );
  }

  dispose() {
    clearInterval(this.#timer);
  }

  async #showLevels() {
    const { levelsTable } = await import("./panel-levels.js");
    this.#levels = levelsTable(this.#root, this.#texts, { size, percent });
    this.#levels(this.#cache.stats());
  }

  async #export() {
    const dump = JSON.stringify(await this.#cache.dump(), null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([dump], { type: "application/json" }));
    link.download = `${this.#cache.name}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    this.#say(this.#texts.say("Exported"));
  }

  /** @param {string} text */
  #say(text) {
    this.#part("output").textContent = text;
    this.show();
  }

  /** @param {string} selector @returns {Element} */
  #part(selector) {
    return /** @type {Element} */ (this.#root.querySelector(selector));
  }
}
