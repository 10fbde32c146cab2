import { bytes, make, ms } from "./format.js";

/** The levels, the nearest first: name, where it lies, and how long it keeps a product. */
const levels = /** @type {const} */ ({
  memory: ["Memory", "this tab", "20 s"],
  disk: ["Disk", "IndexedDB", "2 min"],
  edge: ["Edge", "a cache on the way", "5 min"],
  remote: ["Remote", "the gateway", "10 min"],
});

const names = Object.keys(levels);
const SHOWN = 1200; // ms that a column stays lit

/** @param {string} level */
export const nameOf = (level) => /** @type {Record<string, any>} */ (levels)[level]?.[0] ?? level;

/**
 * The four columns.
 * @param {HTMLElement} list
 */
export function columns(list) {
  for (const [id, [name, where, keeps]] of Object.entries(levels)) {
    const numbers = [["p50"], ["p95"], ["Bytes"], ["Errors"]].map(([label]) =>
      make("div", {}, make("dt", {}, label), make("dd")),
    );
    list.append(
      make(
        "li",
        { class: "card column", "data-level": id },
        make("h2", {}, name),
        make("p", { class: "where" }, `${where}, keeps ${keeps}`),
        make("p", { class: "ratio" }, make("strong"), make("span", {}, "of asks answered")),
        make("dl", {}, ...numbers),
        make("p", { class: "state" }),
      ),
    );
  }
  let timer = 0;
  const column = (/** @type {string} */ id) =>
    /** @type {HTMLElement} */ (list.querySelector(`[data-level=${id}]`));

  return {
    /** Lights the levels that were asked, and the one that answered. @param {string | undefined} level undefined: none */
    light(level) {
      clearTimeout(timer);
      const last = level === undefined ? names.length : names.indexOf(level);
      names.forEach((name, i) => {
        column(name).dataset.state = i < last ? "missed" : i === last ? "hit" : "";
      });
      timer = setTimeout(() => {
        for (const name of names) column(name).dataset.state = "";
      }, SHOWN);
    },

    /** @param {Record<string, any>} stats */
    show(stats) {
      for (const id of names) {
        const {
          hits = 0,
          misses = 0,
          p50 = 0,
          p95 = 0,
          errors = 0,
          down,
          ...more
        } = stats[id] ?? {};
        const all = hits + misses;
        const timed = id === "edge" ? hits : all; // its misses are the gateway's answers
        const one = column(id);
        const texts = [
          all ? `${Math.round((100 * hits) / all)}%` : "–",
          ...(timed ? [ms(p50), ms(p95)] : ["–", "–"]),
          bytes(more.bytes ?? 0),
          String(errors),
          down ? `down: ${down}` : "",
        ];
        one.querySelectorAll("strong, dd, .state").forEach((part, i) => {
          if (part.textContent !== texts[i]) part.textContent = texts[i];
        });
        one.dataset.asks = String(all);
        one.toggleAttribute("data-down", Boolean(down));
      }
    },
  };
}
