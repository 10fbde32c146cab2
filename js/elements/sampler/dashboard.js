import { retry } from "../../lazy/index.js";
import { make } from "../base.js";
import { texts } from "../texts.js";
import { dashboardStyle } from "./dashboard-style.js";
import { exportAs } from "./export.js";
import { vitalText } from "./format.js";
import { EarlierVisits } from "./history.js";
import { panels } from "./panels.js";
import { setText } from "./table.js";

/** @typedef {import("../texts.js").Texts} Texts */

const historyPoints = 300; // of the charts: five minutes at one a second
const sparkPoints = 40;

/**
 * The dashboard of <apus-sampler>, loaded when it is first shown. The element calls refresh() once
 * a second while it is in sight.
 */
export class Dashboard {
  #host;
  #root;
  #sampler;
  #element;
  #earlier = new EarlierVisits();
  /** @type {import("./panels.js").Past | undefined} the visit compared with */
  #past;
  #tab = 0;
  #window = /** @type {import("../../sampler/histograms.js").WindowName} */ ("visit");
  /** @type {Map<string, number[]>} by vital */
  #sparks = new Map();
  /** @type {{ at: number, [series: string]: any }[]} */
  #history = [];
  /** @type {import("./charts.js").Charts | undefined} */
  #charts;
  #chartsAsked = false;
  #ticks = 0;
  #texts;

  /** @param {import("./apus-sampler.js").ApusSampler} host @param {import("../../sampler/sampler.js").Sampler} sampler */
  constructor(host, sampler) {
    this.#host = host;
    this.#sampler = sampler;
    this.#root = /** @type {ShadowRoot} */ (host.shadowRoot);
    if (!this.#root.adoptedStyleSheets.includes(dashboardStyle())) {
      this.#root.adoptedStyleSheets = [...this.#root.adoptedStyleSheets, dashboardStyle()];
    }
    this.#texts = texts(host);
    this.#element = frame(this.#texts);
    this.#root.append(this.#element);
    this.#listen();
    for (const vital of sampler.vitals.values()) this.vital(vital);
    this.#select(0);
  }

  hide() {
    this.#element.hidden = true;
  }

  release() {
    this.#charts?.dispose();
    this.#earlier.close();
    this.#element.remove();
  }

  refresh() {
    this.#element.hidden = false;
    this.#part("pause").ariaPressed = String(this.#host.paused);
    if (this.#host.paused) return;
    const report = this.#sampler.report({ window: this.#window });
    if (!report) return;
    this.#remember(report);
    if (this.#ticks++ % 10 === 5) this.#earlier.save(report).then(() => this.#offerEarlier());
    const panel = panels[this.#tab];
    if (panel.chart) this.#draw();
    else panel.update(this.#part("panel"), report, this.#texts.say, this.#past);
  }

  /** @param {import("../../sampler/sources/vitals.js").Vital} vital */
  vital({ name, value }) {
    const values = this.#sparks.get(name) ?? [];
    this.#sparks.set(name, values);
    values.push(value);
    if (values.length > sparkPoints) values.shift();
    const tile = /** @type {HTMLElement} */ (this.#root.getElementById(name));
    /** @type {Element | null} */
    let spark = tile.querySelector("svg");
    if (!spark) {
      const box = { viewBox: "0 0 100 16", preserveAspectRatio: "none" };
      spark = make("svg", { class: "spark", ...box, role: "img" }, make("polyline"));
      tile.append(spark, make("span", { class: "then", hidden: true }));
    }
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    const points = values.length === 1 ? [values[0], values[0]] : values;
    spark.firstElementChild?.setAttribute(
      "points",
      points
        .map((each, at) => `${(100 * at) / (points.length - 1)},${15 - (14 * (each - low)) / span}`)
        .join(" "),
    );
    spark.ariaLabel = this.#texts.say("{n} values, {low} to {high}", {
      n: values.length,
      low: vitalText(low, name),
      high: vitalText(low + span, name),
    });
  }

  /** @param {import("../../sampler/report.js").Report} report */
  #remember({ series }) {
    /** @type {{ at: number, [series: string]: any }} */
    const point = { at: Date.now() / 1000 };
    // Clicks refresh too, between the regular refreshes.
    if (point.at - (this.#history.at(-1)?.at ?? 0) < 0.5) return;
    for (const row of series) {
      if (row.own || row.name === "event" || row.name === "memory.bytes") {
        point[panels.label(row)] = [row.p50, row.p95, row.p99];
      }
    }
    this.#history.push(point);
    if (this.#history.length > historyPoints) this.#history.shift();
  }

  #draw() {
    if (this.#charts) return this.#charts.draw(this.#history);
    if (this.#chartsAsked) return;
    this.#chartsAsked = true;
    this.#loadCharts().catch(() => {
      this.#chartsAsked = false; // the next refresh tries again
      const wait = this.#element.querySelector("#wait");
      if (wait) setText(wait, this.#texts.say("The charts could not be loaded; trying again."));
    });
  }

  // In small tasks, so that none blocks the page for long.
  async #loadCharts() {
    await turn();
    // uPlot needs these; creating the first one loads the locale's data.
    new Intl.NumberFormat(navigator.language);
    await turn();
    new Intl.DateTimeFormat().resolvedOptions();
    await turn();
    const { Charts } = await retry(() => import("./charts.js"));
    await turn();
    this.#charts = new Charts();
    this.#select(this.#tab);
  }

  /** @param {number} tab */
  #select(tab) {
    this.#tab = tab;
    const tabs = this.#tabs();
    for (const [at, each] of tabs.entries()) {
      each.ariaSelected = String(at === tab);
      each.tabIndex = at === tab ? 0 : -1;
    }
    const panel = this.#part("panel");
    panel.setAttribute("aria-labelledby", tabs[tab].id);
    panel.replaceChildren(...panels[tab].build(this.#texts.say));
    if (panels[tab].chart) this.#charts?.attach(panel, this.#texts.say);
    this.refresh();
  }

  #tabs() {
    return /** @type {HTMLElement[]} */ ([...this.#element.querySelectorAll("[role=tab]")]);
  }

  #listen() {
    this.#part("pause").onclick = () => {
      this.#host.paused = !this.#host.paused;
      this.refresh();
    };
    for (const format of /** @type {const} */ (["json", "csv"])) {
      this.#part(format).onclick = () => {
        const report = this.#sampler.report({ window: this.#window });
        if (report) exportAs(format, report);
      };
    }
    const choice = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (this.#part(id));
    choice("window").onchange = () => {
      this.#window = /** @type {any} */ (choice("window").value);
      this.refresh();
    };
    choice("past").onchange = () => this.#compare(this.#earlier.get(choice("past").value));
    choice("past").onfocus = () => this.#earlier.open().then(() => this.#offerEarlier());
    const list = this.#part("tabs");
    list.onclick = ({ target }) => {
      const at = this.#tabs().indexOf(/** @type {any} */ (target));
      if (at >= 0) this.#select(at);
    };
    list.onkeydown = (event) => {
      const tabs = this.#tabs();
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
      const ends = /** @type {Record<string, number>} */ ({ Home: 0, End: tabs.length - 1 });
      const to =
        ends[event.key] ?? (step ? (this.#tab + step + tabs.length) % tabs.length : undefined);
      if (to === undefined) return;
      event.preventDefault();
      this.#select(to);
      tabs[to].focus();
    };
  }

  /** @param {import("./panels.js").Past | undefined} past */
  #compare(past) {
    this.#past = past;
    for (const tile of this.#root.querySelectorAll(".tile")) {
      const then = /** @type {HTMLElement | null} */ (tile.querySelector(".then"));
      if (!then) continue;
      const vital = past?.vitals.find(({ name }) => name === tile.id);
      then.hidden = !vital;
      const value = vital && vitalText(vital.value, vital.name);
      then.textContent = value ? this.#texts.say("then {value}", { value }) : "";
    }
    this.refresh();
  }

  #offerEarlier() {
    const select = /** @type {HTMLSelectElement} */ (this.#part("past"));
    const known = new Set([...select.options].map(({ value }) => value));
    for (const { key, label } of this.#earlier.list()) {
      if (!known.has(key)) select.append(new Option(label, key));
    }
  }

  /** @param {string} id */
  #part(id) {
    return /** @type {HTMLElement} */ (this.#element.querySelector(`#${id}`));
  }
}

/** Ends the task, so that the page can run others. */
function turn() {
  return new Promise((resolve) => setTimeout(resolve));
}

const windowTexts = {
  "1m": "last minute",
  "5m": "5 minutes",
  "15m": "15 minutes",
  visit: "whole visit",
};

/** The dashboard, with an empty panel. @param {Texts} texts */
function frame({ say }) {
  const button = (/** @type {string} */ id, /** @type {string} */ text) =>
    make("button", { type: "button", id }, say(text));
  const choice = (
    /** @type {string} */ label,
    /** @type {string} */ id,
    /** @type {Record<string, string>} */ options,
    chosen = "",
  ) => {
    const all = Object.entries(options).map(([value, text]) =>
      make("option", { value, selected: value === chosen }, say(text)),
    );
    return make("label", {}, say(label), " ", make("select", { id }, ...all));
  };
  const tabs = panels.map(({ title }, at) =>
    make(
      "button",
      { type: "button", role: "tab", id: `tab-${at}`, "aria-controls": "panel" },
      say(title),
    ),
  );
  return make(
    "div",
    {},
    make(
      "div",
      { class: "bar", role: "toolbar", "aria-label": say("Dashboard") },
      choice("Window", "window", windowTexts, "visit"),
      choice("Compare with", "past", { "": "nothing" }),
      button("pause", "Pause"),
      button("json", "Export JSON"),
      button("csv", "Export CSV"),
    ),
    make("div", { role: "tablist", id: "tabs", "aria-label": say("Measurements") }, ...tabs),
    make("div", { role: "tabpanel", id: "panel", tabindex: 0 }),
  );
}
