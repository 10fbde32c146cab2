// Drives the page of the parity suite.
import assert from "node:assert/strict";

/**
 * @typedef {object} Reported a vital as the page saw it reported
 * @property {number} registration
 * @property {"CLS" | "FCP" | "INP" | "LCP" | "TTFB"} name
 * @property {number} value
 * @property {number} delta
 * @property {string} rating
 * @property {string} id
 * @property {string} navigationType
 * @property {string} navigationURL
 * @property {number} navigationStartTime
 * @property {string} visibility of the document
 * @property {{ entryType: string, name: string, startTime: number, element?: string }[]} entries
 * @property {Record<string, any>} attribution
 */

/**
 * @typedef {object} Opening
 * @property {object[]} [registrations] options of web-vitals; `generateTarget: true` for one by data-name
 * @property {boolean} [late] loads nothing before load()
 * @property {boolean} [image] shows an image that takes 400 ms
 * @property {number} [block] ms of the slow button
 */

/** @typedef {{ name: string, run: (probe: Probe) => Promise<void> }} Case */

/** Large enough in bytes: paints of few bits a pixel do not count. */
const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400">
  <rect width="600" height="400" fill="teal"/><!-- ${"x".repeat(20_000)} --></svg>`;

export class Probe {
  page;
  #url;
  #subject;

  /**
   * @param {import("playwright-core").Page} page @param {string} url of the server
   * @param {"library" | "sampler"} subject
   */
  constructor(page, url, subject) {
    this.page = page;
    this.#url = url;
    this.#subject = subject;
  }

  /** @param {Opening} [opening] */
  async open({ registrations = [{}], late = false, image = false, block = 70 } = {}) {
    await this.page.route("**/image.svg", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.fulfill({ contentType: "image/svg+xml", body: picture });
    });
    const query = new URLSearchParams({
      with: this.#subject,
      registrations: JSON.stringify(registrations),
      block: String(block),
      ...(late && { late: "" }),
      ...(image && { image: "" }),
    });
    await this.page.goto(`${this.#url}/tests/sampler/vitals/page.html?${query}`);
    if (!late) await this.page.waitForFunction(() => "ready" in globalThis);
    if (image) await this.painted("IMG");
  }

  async load() {
    await this.page.evaluate(() => /** @type {any} */ (globalThis).load());
  }

  /** Until the element is the largest paint. @param {string} nodeName */
  async painted(nodeName) {
    await this.page.evaluate(
      (nodeName) =>
        new Promise((resolve, reject) => {
          setTimeout(() => reject(new Error(`${nodeName} was not painted`)), 15_000);
          new PerformanceObserver((list) => {
            for (const entry of /** @type {any[]} */ (list.getEntries()))
              if (entry.element?.nodeName === nodeName) resolve(undefined);
          }).observe({ type: "largest-contentful-paint", buffered: true });
        }),
      nodeName,
    );
  }

  /** @param {string} [name] of a vital @returns {Promise<Reported[]>} */
  async reports(name) {
    const all = /** @type {Reported[]} */ (
      await this.page.evaluate(() => JSON.parse(localStorage.getItem("reports") ?? "[]"))
    );
    return name ? all.filter((report) => report.name === name) : all;
  }

  /**
   * Until a report of the vital is so.
   * @param {string} name @param {(report: Reported, all: Reported[]) => boolean} [so]
   * @returns {Promise<Reported>} the first
   */
  async until(name, so = () => true) {
    for (const end = Date.now() + 15_000; ; ) {
      const all = await this.reports(name);
      const found = all.find((report) => so(report, all));
      if (found) return found;
      assert.ok(Date.now() < end, `${name} was not reported so: ${JSON.stringify(all)}`);
      await this.page.waitForTimeout(30);
    }
  }

  /** Until nothing that was observed is waiting: two frames and an idle time. */
  async settle() {
    await this.page.evaluate(async () => {
      for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
      await new Promise((resolve) => requestIdleCallback(resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
  }

  /** Moves the text, waits for the entries. @param {number} count @param {number} [pause] ms */
  async shift(count, pause = 20) {
    await this.page.evaluate(
      async ([count, pause]) => {
        const box = /** @type {HTMLElement} */ (document.getElementById("shifting"));
        for (let i = 0; i < count; i++) {
          box.style.height = box.style.height === "90px" ? "30px" : "90px";
          await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, pause)));
        }
      },
      [count, pause],
    );
    await this.settle();
  }

  /** The page becomes hidden or visible, as far as scripts can tell. @param {"hidden" | "visible"} state */
  async turn(state) {
    await this.page.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, value: state });
      Object.defineProperty(document, "hidden", { configurable: true, value: state === "hidden" });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, state);
  }

  /** Leaves for another page of the site, where the reports can still be read. */
  async leave() {
    await this.page.goto(`${this.#url}/tests/pages/blank.html`);
  }

  /** Leaves and comes back through the back/forward cache. */
  async comeBack() {
    await this.page.evaluate(() => {
      Reflect.deleteProperty(globalThis, "persisted");
      addEventListener("pageshow", ({ persisted }) => Object.assign(globalThis, { persisted }), {
        once: true,
      });
    });
    await this.leave();
    // Playwright waits for a load event that never fires.
    await this.page.evaluate(() => setTimeout(() => history.back()));
    await this.page.waitForFunction(() => "persisted" in globalThis);
    assert.equal(await this.page.evaluate(() => /** @type {any} */ (globalThis).persisted), true);
  }

  /** A soft navigation, until its entry has come. @param {number} view its number, from 1 */
  async go(view) {
    await this.page.click("#go");
    await this.page.waitForFunction(
      (view) => performance.getEntriesByType("soft-navigation").length >= view,
      view,
    );
    await this.settle();
  }
}
