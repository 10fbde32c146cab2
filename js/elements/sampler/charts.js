/** Charts of quantiles over time, drawn by uPlot. Loaded when they are first shown. */
import uPlot from "uplot";
import { make, sheet } from "../base.js";
import { bytesText, durationText } from "./format.js";

// The part of uPlot's style sheet that this chart needs; uPlot's own file does not work in shadow roots.
const style = sheet(`
.uplot, .uplot * { box-sizing: border-box; }
.uplot { width: min-content; height: 220px; }
.u-wrap { position: relative; user-select: none; }
.u-over, .u-under { position: absolute; }
.u-under { overflow: hidden; }
.uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
.u-axis { position: absolute; }
.u-select { background: rgb(127 127 127 / 0.2); position: absolute; pointer-events: none; }
.u-cursor-x, .u-cursor-y { position: absolute; inset: 0 auto auto 0; pointer-events: none; }
.u-hz .u-cursor-x { height: 100%; border-right: 1px dashed var(--_muted); }
.u-hz .u-cursor-y { width: 100%; border-bottom: 1px dashed var(--_muted); }
.u-cursor-pt { position: absolute; inset: 0 auto auto 0; border-radius: 50%; pointer-events: none; background-clip: padding-box !important; }
.u-off { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin-block-start: -0.5rem; }
.legend svg { width: 2rem; height: 0.5rem; vertical-align: middle; }
.legend line { stroke: currentColor; stroke-width: 2; }
`);

// Distinguished by dashes, not by colour alone.
const lines = [
  { name: "p50", dash: [] },
  { name: "p95", dash: [8, 4] },
  { name: "p99", dash: [2, 3] },
];
const height = 220;

export class Charts {
  /** @type {uPlot | undefined} */
  #plot;
  /** @type {HTMLElement | undefined} */
  #panel;
  /** @type {ResizeObserver | undefined} */
  #resize;
  #series = "";
  /** @type {import("../texts.js").Texts["say"]} */
  #say = (english) => String(english);

  /** @param {HTMLElement} panel @param {import("../texts.js").Texts["say"]} say */
  attach(panel, say) {
    this.dispose();
    this.#say = say;
    this.#panel = panel;
    const root = /** @type {ShadowRoot} */ (panel.getRootNode());
    if (!root.adoptedStyleSheets.includes(style())) {
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, style()];
    }
    const select = /** @type {HTMLSelectElement} */ (make("select", { id: "series" }));
    const target = make("div", { class: "chart", role: "img" });
    panel.replaceChildren(
      make("label", {}, say("Series"), " ", select),
      target,
      make("div", { class: "legend" }, ...lines.map(legend)),
    );
    select.onchange = () => {
      this.#series = select.value;
      this.#update();
    };
    this.#plot = new uPlot(this.#options(target), [[], [], [], []], target);
    this.#resize = new ResizeObserver(() => {
      const width = Math.floor(target.clientWidth);
      // Only the width follows the page; the height is fixed.
      if (width > 0 && width !== this.#plot?.width) this.#plot?.setSize({ width, height });
    });
    this.#resize.observe(target);
  }

  /** @type {readonly { at: number, [series: string]: any }[]} */
  #history = [];

  /** @param {readonly { at: number, [series: string]: any }[]} history */
  draw(history) {
    this.#history = history;
    const select = this.#panel?.querySelector("select");
    if (!select) return;
    const latest = history.at(-1) ?? {};
    const known = new Set([...select.options].map(({ value }) => value));
    for (const name of Object.keys(latest)) {
      if (name !== "at" && !known.has(name)) select.append(new Option(name, name));
    }
    this.#series = select.value;
    this.#update();
  }

  #update() {
    const history = this.#history;
    const values = lines.map((_, at) => history.map((point) => point[this.#series]?.[at] ?? null));
    this.#plot?.setData([history.map(({ at }) => at), ...values]);
    const now = history.at(-1)?.[this.#series];
    for (const [at, { name }] of lines.entries()) {
      const label = this.#panel?.querySelector(`#${name}`);
      if (label) label.textContent = now ? `${name} ${this.#text(now[at])}` : name;
    }
    this.#panel
      ?.querySelector(".chart")
      ?.setAttribute(
        "aria-label",
        now
          ? `${this.#series}: ${lines.map(({ name }, at) => `${name} ${this.#text(now[at])}`).join(", ")}`
          : this.#say("No own timings yet."),
      );
  }

  /** @param {number} value */
  #text(value) {
    return this.#series.startsWith("memory.bytes") ? bytesText(value) : durationText(value);
  }

  /** @param {HTMLElement} target @returns {uPlot.Options} */
  #options(target) {
    const colour = (/** @type {string} */ name) => () => resolved(target, `var(--_${name})`);
    // A font that the page has loaded already: finding another takes a long task.
    const font = `11px ${getComputedStyle(target).fontFamily}`;
    const axis = {
      stroke: colour("muted"),
      grid: { stroke: colour("line"), width: 1 },
      ticks: { stroke: colour("line"), width: 1 },
      font,
    };
    return {
      width: Math.max(200, Math.floor(target.clientWidth)),
      height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      axes: [
        axis,
        {
          ...axis,
          size: 64,
          values: (_, ticks) => ticks.map((tick) => this.#text(tick).replace(/\.0+(?= )/, "")),
        },
      ],
      scales: { y: { range: (_, low, high) => [0, Math.max(high ?? 0, low ?? 0, 0.01) * 1.1] } },
      series: [
        {},
        ...lines.map(({ name, dash }) => ({
          label: name,
          dash,
          width: 1.5,
          stroke: colour("accent"),
        })),
      ],
    };
  }

  dispose() {
    this.#resize?.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }
}

/** @param {(typeof lines)[number]} line */
function legend({ name, dash }) {
  const line = make("line", { x2: 32, y1: 4, y2: 4, "stroke-dasharray": String(dash) });
  const svg = make("svg", { "aria-hidden": "true", viewBox: "0 0 32 8" }, line);
  return make("span", {}, svg, " ", make("span", { id: name }, name));
}

/** Resolves variables and light-dark(), which a canvas does not know. @param {HTMLElement} element @param {string} value */
function resolved(element, value) {
  const before = element.style.color;
  element.style.color = value;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
}
