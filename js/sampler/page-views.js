import { plainVital } from "./report.js";

/** @typedef {import("./sources/vitals.js").Vital} Vital */
/** @typedef {import("./report.js").VitalReport} VitalReport */

const kept = 2000; // vitals: five of each of 400 page views

/**
 * The Web Vitals of each page view of a visit: its load, each restore from the back/forward cache
 * and, with `reportSoftNavs`, each soft navigation. Those of the current one are as web-vitals
 * reports them; of earlier ones plain data is kept, so that no node lives on.
 */
export class PageViews {
  /** The latest vitals of the first registration. @type {Map<Vital["name"], Vital>} */
  current = new Map();
  /** Gets `vital` events. @type {EventTarget | undefined} */
  target;
  /** Vitals of the earliest page views that were given up. */
  dropped = 0;
  /** By web-vitals' id. @type {Map<string, VitalReport>} */
  #reports = new Map();
  /** What a listener that comes later has missed. @type {Vital[]} */
  #missed = [];
  #settled = false;
  #over = false;
  #registrations;

  /** @param {readonly import("./sources/vitals.js").VitalsOptions[]} [registrations] */
  constructor(registrations = []) {
    this.#registrations = registrations;
  }

  /**
   * Loads web-vitals and registers with it.
   * @param {import("./observers.js").Timeline} timeline whose queue still holds every entry
   */
  async observe(timeline) {
    // In one block with the condition, so that worker.js is bundled without web-vitals.
    if (globalThis.document && this.#registrations.length > 0) {
      const { observeVitals } = await import("./sources/vitals.js");
      observeVitals(timeline, this.#registrations, (vital) => this.take(vital));
    }
  }

  /** The vitals of all page views, frozen; one that changes is a new object. @returns {VitalReport[]} */
  reports() {
    return [...this.#reports.values()];
  }

  /** Every report until anyone could listen, later the latest of each vital. @returns {readonly Vital[]} */
  get missed() {
    return this.#missed;
  }

  /** @param {Vital} vital */
  take(vital) {
    if (this.#over) return; // web-vitals cannot be stopped
    const { id, name, registration } = vital;
    this.#reports.set(id, plainVital(vital, this.#routeOf(vital)));
    if (this.#reports.size > kept) {
      this.dropped++;
      this.#reports.delete([...this.#reports.keys()][0]);
    }
    if (registration === 0) this.current.set(name, vital);
    this.#missed.push({ ...vital });
    if (this.#settled) this.#forget();
    this.target?.dispatchEvent(new CustomEvent("vital", { detail: vital }));
  }

  /** From now on, listeners that come later need the latest of each vital alone. */
  settle() {
    this.#settled = true;
    this.#forget();
  }

  /** Later reports of web-vitals are ignored. */
  stop() {
    this.#over = true;
  }

  /** Of each vital, keeps what a first report of it would say. */
  #forget() {
    const latest = new Map(
      this.#missed.map((vital) => [`${vital.registration} ${vital.name}`, vital]),
    );
    this.#missed = [...latest.values()].map((vital) => ({ ...vital, delta: vital.value }));
  }

  /** @param {Vital} vital */
  #routeOf({ registration, navigationURL }) {
    try {
      const route = this.#registrations[registration]?.route?.(navigationURL ?? location.href);
      return typeof route === "string" ? route : undefined;
    } catch (error) {
      globalThis.reportError?.(error);
      return undefined;
    }
  }
}
