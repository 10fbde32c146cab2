import { adopt, make, sheet } from "../base.js";

/** Points of the chart, one every `EVERY` ms. */
const POINTS = 60;
const EVERY = 1000;

const style = sheet(`
:host { display: block; }
.panel { container-type: inline-size; font: 14px/1.4 system-ui, sans-serif;
  color: var(--apus-cache-color, CanvasText); background: var(--apus-cache-background, Canvas);
  border: 1px solid var(--apus-cache-border, color-mix(in srgb, CanvasText 20%, transparent));
  border-radius: 8px; padding: 12px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 8px; margin: 0; }
dl div { padding: 8px; border-radius: 6px;
  background: color-mix(in srgb, var(--apus-cache-color, CanvasText) 6%, transparent); }
dt { font-size: 12px; opacity: 0.75; }
dd { margin: 0; font-size: 18px; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 12px 0; }
figcaption { font-size: 12px; opacity: 0.75; }
svg { display: block; width: 100%; height: 72px;
  background: color-mix(in srgb, var(--apus-cache-color, CanvasText) 4%, transparent); border-radius: 6px; }
polyline { fill: none; stroke: var(--apus-cache-accent, #2563eb); stroke-width: 2; vector-effect: non-scaling-stroke; }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin: 0; }
label { display: grid; font-size: 12px; }
input, button { font: inherit; padding: 6px 10px; min-height: 36px; box-sizing: border-box; border-radius: 6px;
  border: 1px solid color-mix(in srgb, var(--apus-cache-color, CanvasText) 35%, transparent);
  background: var(--apus-cache-background, Canvas); color: inherit; }
button:focus-visible, input:focus-visible { outline: 2px solid var(--apus-cache-accent, #2563eb); outline-offset: 1px; }
output { flex: 1 1 100%; min-height: 1.4em; font-size: 12px; }
`);

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** @param {number} bytes */
function size(bytes) {
  if (bytes === Number.POSITIVE_INFINITY) return "no limit";
  const unit = ["B", "kB", "MB", "GB"].findIndex(
    (_, i, all) => bytes < 1000 ** (i + 1) || i === all.length - 1,
  );
  return `${(bytes / 1000 ** unit).toFixed(unit ? 1 : 0)}\u00a0${["B", "kB", "MB", "GB"][unit]}`;
}

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(1)}%`;

/** The tiles: each has a name and a text. @type {[string, (s: any) => string][]} */
const tiles = [
  ["Hit ratio", (s) => percent(s.hitRatio)],
  [
    "Entries",
    (s) =>
      `${number.format(s.entries)} / ${s.maxEntries === Number.POSITIVE_INFINITY ? "no limit" : number.format(s.maxEntries)}`,
  ],
  [
    "Bytes",
    (s) => `${size(s.bytes)} / ${size(s.maxBytes)}`.replace(/\u00a0([kMG]?B)(?= \/.*\1$)/, ""),
  ],
  ["Evictions", (s) => number.format(s.evictions)],
  ["Expired", (s) => number.format(s.expirations)],
  ["Policy", (s) => (s.policy === s.following ? s.policy : `${s.policy}: ${s.following}`)],
  ["Level: memory", (s) => `${number.format(s.hits)} hits, ${number.format(s.misses)} misses`],
  [
    "Level: disk",
    (s) =>
      s.disk ? `${number.format(s.disk.segments)} segments, ${size(s.disk.bytes ?? 0)}` : "none",
  ],
];

/** @param {string} name of the cache */
function panel(name) {
  const tile = (/** @type {string} */ name) =>
    make("div", { part: "tile" }, make("dt", {}, name), make("dd", { part: "value" }));
  const chart = make(
    "svg",
    {
      part: "chart",
      viewBox: `0 0 ${POINTS - 1} 100`,
      preserveAspectRatio: "none",
      role: "img",
    },
    make("polyline"),
  );
  return make(
    "section",
    { class: "panel", part: "panel", "aria-label": `Cache ${name}` },
    make("dl", { part: "tiles" }, ...tiles.map(([name]) => tile(name))),
    make("figure", {}, make("figcaption", {}, "Hit ratio, last minute"), chart),
    make(
      "form",
      {},
      make("button", { type: "button", name: "clear" }, "Clear"),
      make("label", {}, "Tag ", make("input", { name: "tag", autocomplete: "off" })),
      make("button", { name: "invalidate" }, "Invalidate tag"),
      make("button", { type: "button", name: "export" }, "Export JSON"),
      make("output", { "aria-live": "polite" }),
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

  /** @param {ShadowRoot} root @param {import("../../cache/index.js").Cache} cache */
  constructor(root, cache) {
    this.#root = root;
    this.#cache = cache;
    adopt(root, style);
    root.replaceChildren(make("slot"), panel(cache.name));
    this.#part('[name="clear"]').addEventListener("click", () => {
      cache.clear();
      this.#say("Cleared");
    });
    this.#part('[name="export"]').addEventListener("click", () => this.#export());
    this.#part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const tag = /** @type {HTMLInputElement} */ (this.#part('[name="tag"]')).value;
      this.#say(`${cache.invalidateTag(tag)} entries had the tag “${tag}”`);
    });
    this.#timer = setInterval(() => this.show(), EVERY);
    this.show();
  }

  show() {
    const stats = this.#cache.stats();
    const values = this.#root.querySelectorAll("dd");
    tiles.forEach(([, text], i) => {
      values[i].textContent = text(stats);
    });
    const hits = stats.hits - this.#last.hits;
    const all = hits + stats.misses - this.#last.misses;
    this.#last = stats;
    this.#history.push(all ? hits / all : (this.#history.at(-1) ?? 0));
    if (this.#history.length > POINTS) this.#history.shift();
    const points = this.#history.map((ratio, i) => `${i},${(100 - 96 * ratio - 2).toFixed(1)}`);
    this.#part("polyline").setAttribute("points", points.join(" "));
    this.#part("svg").setAttribute(
      "aria-label",
      `Hit ratio of the last minute, now ${percent(this.#history.at(-1) ?? 0)}`,
    );
  }

  dispose() {
    clearInterval(this.#timer);
  }

  async #export() {
    const dump = JSON.stringify(await this.#cache.dump(), null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([dump], { type: "application/json" }));
    link.download = `${this.#cache.name}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    this.#say("Exported");
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
