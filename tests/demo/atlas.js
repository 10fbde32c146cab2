// The Atlas for tests.
import { test as base, expect } from "../browser.js";

const cities = "135,233";

/** The page as a reader uses it. */
class Atlas {
  /** Addresses requested since the last check, by kind of file. @type {string[]} */
  requests = [];

  /** @param {import("@playwright/test").Page} page */
  constructor(page) {
    this.page = page;
    this.search = page.getByRole("searchbox", { name: "Search cities" });
    this.rows = page.locator("#list .row");
    this.count = page.locator("#count");
    this.status = page.locator("#status");
    this.panel = page.getByRole("dialog");
    this.failing = page.getByRole("switch", { name: "Fail twice" });
    page.on("request", (request) => this.requests.push(new URL(request.url()).pathname));
  }

  /** Opens the page and waits for the list. */
  async visit() {
    await this.page.goto("/atlas/");
    await expect(this.rows.first()).toBeVisible({ timeout: 60_000 }); // of all cities, sorted
    await expect(this.count).toHaveText(`${cities} cities`);
  }

  /** Waits until the next visit needs no network. */
  async saved() {
    await expect(this.status).toHaveText(/saved to IndexedDB$/);
  }

  /** @returns {Promise<string[]>} the names in the rows on screen, from the top */
  names() {
    return this.page.locator("#list").evaluate((list) => {
      const box = list.getBoundingClientRect();
      return [...list.querySelectorAll(".row")]
        .map((row) => ({ row, top: row.getBoundingClientRect() }))
        .filter(({ top }) => top.bottom > box.top + 1 && top.top < box.bottom - 1)
        .sort((a, b) => a.top.top - b.top.top)
        .map(({ row }) => row.querySelector(".name")?.textContent ?? "");
    });
  }
}

export const test = base.extend({
  /** @param {any} _ @param {(atlas: Atlas) => Promise<void>} use */
  atlas: async ({ page }, use) => use(new Atlas(page)),
});

export { expect };
