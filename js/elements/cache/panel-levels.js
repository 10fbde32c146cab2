import { adopt, make, sheet } from "../base.js";

const style = sheet(`
.levels { display: grid; grid-template-columns: repeat(2, 1fr); gap: 8px; margin: 8px 0 0; padding: 0; list-style: none; }
.levels li { padding: 8px 12px; border-radius: 8px; background: var(--_tint); min-width: 0; }
.levels p { margin: 0; font-size: 12px; font-weight: 400; color: var(--_muted); }
.levels [data-down] p { color: var(--_danger); }
.levels dl, .panel .levels dl { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; }
.levels dl div { display: contents; }
.levels dd { font-size: 12px; font-weight: 400; line-height: 1.6; text-align: end; }
.levels dt { line-height: 1.6; }
.levels dl div:first-child dt { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.levels dl div:first-child dd { grid-column: 1 / -1; font-size: 18px; font-weight: 600; line-height: 1.3; text-align: start; }
@container (min-width: 30rem) { .levels { grid-template-columns: repeat(auto-fit, minmax(0, 1fr)); grid-auto-flow: column; } }
`);

/** In the order in which they are asked. */
const names = /** @type {const} */ ({
  memory: "Memory",
  disk: "Disk",
  edge: "Edge",
  remote: "Remote",
});

/** @param {Texts} texts @param {number} ms */
const time = ({ number }, ms) => `${number(ms, ms < 1 ? 2 : ms < 10 ? 1 : 0)}\u00a0ms`;

/** @typedef {import("../texts.js").Texts} Texts */
/** How the panel writes them. @typedef {{ size: (texts: Texts, bytes: number) => string, percent: (texts: Texts, share: number) => string }} Ways */

/** Each line of a level. @type {[string, (level: any, texts: Texts, ways: Ways) => string][]} */
const lines = [
  [
    "Hit ratio",
    ({ hits, misses }, t, { percent }) =>
      hits + misses > 0 ? percent(t, hits / (hits + misses)) : t.say("not asked"),
  ],
  ["p50", ({ p50, hits, misses }, t) => (hits + misses > 0 ? time(t, p50) : "–")],
  ["p95", ({ p95, hits, misses }, t) => (hits + misses > 0 ? time(t, p95) : "–")],
  ["Bytes", ({ bytes }, t, { size }) => size(t, bytes)],
  ["Errors", ({ errors }, t) => t.number(errors)],
];

/**
 * The part of the panel for a cache with a gateway: one column a level.
 * @param {ShadowRoot} root of the panel @param {Texts} texts @param {Ways} ways
 * @returns {(stats: { levels: Record<string, any> }) => void} shows these
 */
export function levelsTable(root, texts, ways) {
  const { say } = texts;
  adopt(root, style);
  const list = make("ul", { class: "levels", part: "levels", "aria-label": say("Levels") });
  root.querySelector("dl")?.after(list);
  return ({ levels }) => {
    for (const [id, name] of Object.entries(names)) {
      const level = levels[id];
      if (!level) continue;
      const item = list.querySelector(`[data-level=${id}]`) ?? column(list, id, texts);
      item.toggleAttribute("data-down", Boolean(level.down));
      const parts = [
        level.down ? say("{level}: down", { level: say(name) }) : say(name),
        ...lines.map(([, text]) => text(level, texts, ways)),
      ];
      item.querySelectorAll("p, dd").forEach((part, i) => {
        if (part.textContent !== parts[i]) part.textContent = parts[i];
      });
    }
  };
}

/** @param {HTMLElement} list @param {string} id @param {Texts} texts */
function column(list, id, { say }) {
  const pairs = lines.map(([name]) => make("div", {}, make("dt", {}, say(name)), make("dd")));
  const item = make("li", { "data-level": id }, make("p"), make("dl", {}, ...pairs));
  list.append(item);
  return item;
}
