import { Sampler } from "../sampler/index.js";
import { BaseElement, upgradeProperties } from "./base.js";
import { durationText, ratingText, titleOf, vitalNames, vitalText } from "./sampler-format.js";
import { style } from "./sampler-style.js";

const refreshMs = 1000;

/**
 * Live Web Vitals as rated tiles, and the quantiles of the page's own timings.
 *
 * @tag apus-sampler
 * @csspart tile - one vital
 * @csspart timings - the table of the page's own timings
 * @cssprop --apus-sampler-text
 * @cssprop --apus-sampler-line
 * @cssprop --apus-sampler-surface
 * @fires error - no WebAssembly; `detail` is the ApusError
 */
export class ApusSampler extends BaseElement {
  /** @type {Sampler | undefined} */
  #sampler;
  #ours = false; // started here, so disposed here
  /** @type {(() => void) | undefined} */
  #off;
  /** @type {IntersectionObserver | undefined} */
  #viewport;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** The sampler that is shown. One of its own is started when none is given. */
  get sampler() {
    return this.#sampler;
  }

  set sampler(sampler) {
    if (sampler === this.#sampler) return;
    this.#release();
    this.#sampler = sampler;
    if (this.isConnected) this.#show();
  }

  connectedCallback() {
    upgradeProperties(this, ["sampler"]);
    if (!this.shadowRoot) this.#build();
    // A page that moves the element, or sets `sampler` in the same task, starts nothing twice.
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
      this.#part("empty").textContent = "Measuring is not available here.";
      this.dispatchEvent(new CustomEvent("error", { detail: error }));
    }
  }

  #release() {
    this.#off?.();
    this.#viewport?.disconnect();
    clearInterval(this.#timer);
    this.#timer = this.#off = this.#viewport = undefined;
    if (!this.#ours) return;
    this.#sampler?.dispose();
    this.#sampler = undefined;
    this.#ours = false;
  }

  #show() {
    if (!this.#sampler || this.#off) return;
    this.#off = this.#sampler.on("vital", ({ detail }) => this.#rate(detail));
    for (const vital of this.#sampler.vitals.values()) this.#rate(vital);
    // Out of sight it costs nothing.
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
    root.innerHTML = `
      <ul class="tiles">${vitalNames
        .map(
          (name) => `<li class="tile" part="tile" id="${name}">
            <abbr class="name" title="${titleOf(name)}">${name}</abbr>
            <span class="value">–</span><span class="rating">not measured yet</span></li>`,
        )
        .join("")}</ul>
      <div class="scroll" part="timings" tabindex="0" role="region" aria-label="Own timings" hidden><table>
        <caption>Own timings</caption>
        <thead><tr><th scope="col">name</th><th scope="col">count</th><th scope="col">p50</th>
          <th scope="col">p95</th><th scope="col">p99</th></tr></thead><tbody id="rows"></tbody></table></div>
      <p class="empty" id="empty">No own timings yet.</p>`;
  }

  /** @param {import("../sampler/vitals.js").Vital} vital */
  #rate({ name, value, rating }) {
    const tile = this.#part(name);
    tile.dataset.rating = rating;
    tile.children[1].textContent = vitalText(value, name);
    tile.children[2].textContent = ratingText(rating);
  }

  #refresh() {
    const rows = (this.#sampler?.series() ?? [])
      .filter(({ own }) => own)
      .map(({ name, tags }) => {
        const summary = this.#sampler?.summary(name, { tags });
        const label = [name, ...Object.entries(tags).map(([tag, value]) => `${tag}=${value}`)].join(
          " ",
        );
        return (
          summary && [
            label,
            summary.count,
            ...[summary.p50, summary.p95, summary.p99].map(durationText),
          ]
        );
      })
      .filter((row) => row !== undefined);
    this.#part("empty").hidden = rows.length > 0;
    const body = this.#part("rows");
    /** @type {HTMLElement} */ (body.closest(".scroll")).hidden = rows.length === 0;
    rows.forEach((row, at) => {
      const line = body.children[at] ?? body.appendChild(newRow(row.length));
      row.forEach((text, column) => {
        const cell = line.children[column];
        if (cell.textContent !== String(text)) cell.textContent = String(text);
      });
    });
    while (body.children.length > rows.length) body.lastElementChild?.remove();
  }

  /** @param {string} id */
  #part(id) {
    return /** @type {HTMLElement} */ (this.shadowRoot?.getElementById(id));
  }
}

/** @param {number} cells */
function newRow(cells) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  row.append(head);
  while (row.children.length < cells) row.append(document.createElement("td"));
  return row;
}
