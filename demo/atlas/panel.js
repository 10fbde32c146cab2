import { countryName, kindName } from "./names.js";

/** @typedef {import("./format.js").City} City */

/** The dialog that shows one city and the attempts to load its module. */
export class Panel {
  #dialog = /** @type {HTMLDialogElement} */ (document.getElementById("city"));
  #name = /** @type {HTMLElement} */ (document.getElementById("city-name"));
  #where = /** @type {HTMLElement} */ (document.getElementById("city-where"));
  #attempts = /** @type {HTMLOListElement} */ (document.getElementById("attempts"));
  #detail = /** @type {HTMLElement} */ (document.getElementById("detail"));
  #cities;
  #failing;
  #opened;
  #form;
  #visit = 0;

  /**
   * @param {object} parts
   * @param {City[]} parts.cities
   * @param {() => boolean} parts.failing whether the server should refuse the first two requests
   * @param {(ms: number) => void} parts.opened called when a city's detail is shown
   * @param {(city: City, done: () => void) => HTMLElement | undefined} parts.form to change a city, if
   *   that is possible
   */
  constructor({ cities, failing, opened, form }) {
    this.#cities = cities;
    this.#failing = failing;
    this.#opened = opened;
    this.#form = form;
    // a click outside the dialog
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    this.#dialog.addEventListener("close", () => this.#detail.replaceChildren());
  }

  /** @param {City} city */
  open(city) {
    const start = performance.now();
    this.#name.textContent = city.name;
    this.#where.textContent = [countryName(city.country), kindName(city.kind)]
      .filter(Boolean)
      .join(" · ");
    this.#attempts.replaceChildren();
    this.#attempts.hidden = true;
    const form = this.#form(city, () => this.#dialog.close());
    this.#detail.replaceChildren(...(form ? [form] : []), this.#lazy(city, start));
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    this.#name.focus();
  }

  /** @param {City} city @param {number} start */
  #lazy(city, start) {
    const failing = this.#failing();
    const lazy = document.createElement("apus-lazy");
    // a new query makes the browser load the module again
    lazy.setAttribute(
      "src",
      failing ? `/atlas/detail.js?fail=2&visit=${this.#token()}` : "/atlas/detail.js",
    );
    lazy.setAttribute("retries", "5");
    lazy.setAttribute("budget", "15000");
    const waiting = document.createElement("p");
    waiting.slot = "placeholder";
    waiting.className = "waiting";
    waiting.textContent = "Loading the detail module…";
    const place = document.createElement("div");
    place.className = "detail";
    lazy.append(waiting, place);

    lazy.addEventListener("retry", (event) => {
      const { attempt, delay } = /** @type {CustomEvent} */ (event).detail;
      this.#tell(`Attempt ${attempt} failed. Retrying in ${Math.round(delay)} ms`, "failed");
    });
    lazy.addEventListener("error", () => this.#tell("Gave up.", "failed")); // the element says why
    lazy.addEventListener("load", (event) => {
      if (!lazy.isConnected) return;
      const { module } = /** @type {CustomEvent} */ (event).detail;
      const cities = city.id === undefined ? this.#cities : this.#cities.with(city.id, city);
      module.show(place, city, cities, (/** @type {City} */ other) => this.open(other));
      const ms = performance.now() - start;
      const before = this.#attempts.childElementCount;
      if (before > 0) {
        this.#tell(
          `Attempt ${before + 1} succeeded: the module loaded after ${Math.round(ms)} ms`,
          "arrived",
        );
      }
      this.#opened(ms);
    });
    return lazy;
  }

  #token() {
    this.#visit++;
    return `${Date.now().toString(36)}-${this.#visit}`;
  }

  /** @param {string} text @param {string} kind */
  #tell(text, kind) {
    const item = document.createElement("li");
    item.className = kind;
    item.textContent = text;
    this.#attempts.append(item);
    this.#attempts.hidden = false;
  }
}
