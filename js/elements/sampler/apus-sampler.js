import { Sampler } from "../../sampler/index.js";
import { BaseElement, emit, make, reflect, say, upgradeProperties } from "../base.js";
import { durationText, ratingText, titleOf, vitalNames, vitalText } from "./format.js";
import { style } from "./style.js";
import { fillRows, seriesLabel, setText, table } from "./table.js";

const refreshMs = 1000;

/**
 * Shows live Web Vitals as rated tiles, and the quantiles of the page's own timings. As a dashboard
 * it adds charts over time, network, long frames, errors, memory, alerts, export and comparison
 * with earlier visits.
 *
 * @tag apus-sampler
 * @attr {boolean} dashboard shows everything that is measured; its parts load when they are shown
 * @attr {boolean} paused stops refreshing; measuring goes on
 * @csspart tile - one vital
 * @csspart timings - table of the page's own timings
 * @cssprop --apus-sampler-text
 * @cssprop --apus-sampler-muted
 * @cssprop --apus-sampler-accent
 * @cssprop --apus-sampler-line
 * @cssprop --apus-sampler-surface
 * @cssprop --apus-sampler-radius
 * @fires error - WebAssembly is unavailable; `detail` is the ApusError
 */
export class ApusSampler extends BaseElement {
  static observedAttributes = ["dashboard"];

  /** @type {Sampler | undefined} */
  #sampler;
  #ours = false; // started here, so disposed here
  /** @type {(() => void) | undefined} */
  #off;
  /** @type {IntersectionObserver | undefined} */
  #viewport;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {import("./dashboard.js").Dashboard | undefined} */
  #dashboard;
  /** @type {Promise<void> | undefined} */
  #loading;

  /** The sampler that is shown. Without one, the element starts its own. */
  get sampler() {
    return this.#sampler;
  }

  set sampler(sampler) {
    if (sampler === this.#sampler) return;
    this.#release();
    this.#sampler = sampler;
    if (this.isConnected) this.#show();
  }

  get dashboard() {
    return this.hasAttribute("dashboard");
  }

  set dashboard(on) {
    reflect(this, "dashboard", on);
  }

  get paused() {
    return this.hasAttribute("paused");
  }

  set paused(on) {
    reflect(this, "paused", on);
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.#refresh();
  }

  connectedCallback() {
    upgradeProperties(this, ["sampler", "dashboard", "paused"]);
    if (!this.shadowRoot) this.#build();
    // Waits, so that moving the element, or setting `sampler` in the same task, starts nothing twice.
    queueMicrotask(() => {
      if (!this.isConnected) return;
      if (this.#sampler) this.#show();
      else this.#startOwn();
    });
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (!this.isConnected) this.#release();
    });
  }

  async #startOwn() {
    try {
      const sampler = await Sampler.start();
      if (this.#sampler || !this.isConnected) return sampler.dispose();
      this.#ours = true;
      this.#sampler = sampler;
      this.#show();
    } catch (error) {
      setText(this.#part("empty"), say(this, "Measuring is not available here."));
      if (emit(this, "error", error)) console.error(this, error);
    }
  }

  #release() {
    this.#off?.();
    this.#viewport?.disconnect();
    clearInterval(this.#timer);
    this.#dashboard?.release();
    this.#timer = this.#off = this.#viewport = this.#dashboard = this.#loading = undefined;
    if (!this.#ours) return;
    this.#sampler?.dispose();
    this.#sampler = undefined;
    this.#ours = false;
  }

  #show() {
    if (!this.#sampler || this.#off) return;
    this.#off = this.#sampler.on("vital", ({ detail }) => {
      if (detail.registration === 0) this.#rate(detail);
    });
    // An element out of sight costs nothing.
    this.#viewport = new IntersectionObserver(([{ isIntersecting }]) => {
      clearInterval(this.#timer);
      if (!isIntersecting) return;
      this.#refresh();
      this.#timer = setInterval(() => document.hidden || this.#refresh(), refreshMs);
    });
    this.#viewport.observe(this);
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style()];
    const tiles = vitalNames.map((name) =>
      make(
        "li",
        { class: "tile", part: "tile", id: name },
        make("abbr", { class: "name", title: say(this, titleOf(name)) }, name),
        make("span", { class: "value" }, "–"),
        make("span", { class: "rating" }, say(this, "not measured yet")),
      ),
    );
    const heads = ["name", "count"].map((head) => say(this, head));
    const timings = table("rows", say(this, "Own timings"), [...heads, "p50", "p95", "p99"]);
    timings.part.add("timings");
    timings.hidden = true;
    const empty = make("p", { class: "empty", id: "empty" });
    setText(empty, say(this, "No own timings yet."));
    root.append(
      make("ul", { class: "tiles" }, ...tiles),
      make("section", { id: "timings" }, timings, empty),
    );
  }

  /** @param {import("../../sampler/sources/vitals.js").Vital} vital */
  #rate(vital) {
    const { name, value, rating } = vital;
    const tile = this.#part(name);
    tile.dataset.rating = rating;
    tile.children[1].textContent = vitalText(value, name);
    tile.children[2].textContent = say(this, ratingText(rating));
    this.#dashboard?.vital(vital);
  }

  #refresh() {
    if (!this.#sampler) return;
    this.#part("timings").hidden = this.dashboard;
    if (this.dashboard) this.#refreshDashboard();
    else this.#dashboard?.hide();
    if (this.dashboard || this.paused) return;
    const rows = this.#sampler
      .series()
      .filter(({ own }) => own)
      .flatMap((series) => {
        const summary = this.#sampler?.summary(series.name, { tags: series.tags });
        if (!summary) return [];
        const { count, p50, p95, p99 } = summary;
        return [[seriesLabel(series), count, ...[p50, p95, p99].map(durationText)]];
      });
    this.#part("empty").hidden = rows.length > 0;
    const body = this.#part("rows");
    /** @type {HTMLElement} */ (body.closest(".scroll")).hidden = rows.length === 0;
    fillRows(body, rows);
  }

  #refreshDashboard() {
    this.#loading ??= import("./dashboard.js").then(({ Dashboard }) => {
      const sampler = this.#sampler;
      if (!sampler || this.#dashboard) return;
      this.#dashboard = new Dashboard(this, sampler);
      this.#dashboard.refresh();
    });
    // A lost network is not an error of the page: the next refresh tries again.
    this.#loading.catch(() => {
      this.#loading = undefined;
    });
    this.#dashboard?.refresh();
  }

  /** @param {string} id */
  #part(id) {
    return /** @type {HTMLElement} */ (this.shadowRoot?.getElementById(id));
  }
}
