import { test as base, expect } from "../browser.js";
import { faultServer } from "./fault-server.js";

// The fault server is the tests' own server with the /faults/ paths added.
export const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await faultServer();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
});

let trial = 0;
test.beforeEach(async ({ page }) => {
  trial++;
  await page.goto("/tests/pages/blank.html");
});

/** Puts an element into the page and records its events. */
async function insert(page, html) {
  await page.evaluate(async (html) => {
    await import("/apus/define.js");
    window.events = [];
    const host = document.createElement("div");
    for (const type of ["load", "error", "retry"]) {
      host.addEventListener(
        type,
        ({ detail, type }) => detail && window.events.push([type, detail]),
        true,
      );
    }
    document.body.append(host);
    host.innerHTML = html;
  }, html);
  return page.locator("apus-lazy");
}

const parts = `<p>Content</p><p slot="placeholder">Wait</p><p slot="error">Sorry</p>`;
const path = (spec, file = "m0.js") => `/faults/${spec}/e${trial}-${Math.random()}/${file}`;

test("shows its content when the module is loaded", async ({ page, problems }) => {
  const element = await insert(page, `<apus-lazy src="${path("ok")}">${parts}</apus-lazy>`);
  await expect(page.getByText("Content")).toBeVisible();
  await expect(page.getByText("Wait")).toBeHidden();
  await expect(page.getByText("Sorry")).toBeHidden();
  await expect(element).not.toHaveAttribute("aria-busy");
  const size = await page.evaluate(() =>
    window.events.map(([type, { module }]) => [type, module.size]),
  );
  expect(size).toEqual([["load", 10]]);
  expect(problems).toEqual([]);
});

test("recovers when the first two requests fail, and says so", async ({ page }) => {
  await insert(page, `<apus-lazy src="${path("first=2,only=m0.js")}">${parts}</apus-lazy>`);
  await expect(page.getByText("Content")).toBeVisible();
  const events = await page.evaluate(() =>
    window.events.map(([type, { attempt, delay }]) => [type, attempt, delay >= 0]),
  );
  expect(events).toEqual([
    ["retry", 1, true],
    ["retry", 2, true],
    ["load", undefined, false],
  ]);
});

test("is busy and shows the placeholder while it waits", async ({ page }) => {
  const element = await insert(page, `<apus-lazy src="${path("hang=1")}">${parts}</apus-lazy>`);
  await expect(page.getByText("Wait")).toBeVisible();
  await expect(page.getByText("Content")).toBeHidden();
  await expect(element).toHaveAttribute("aria-busy", "true");
});

test("shows the error and loads when the button is pressed", async ({ page }) => {
  const src = path("first=1,only=m0.js");
  await insert(page, `<apus-lazy src="${src}" retries="0">${parts}</apus-lazy>`);
  await expect(page.getByText("Sorry")).toBeVisible();
  await expect(page.getByText("Wait")).toBeHidden();
  const code = await page.evaluate(() => window.events.at(-1)[1].error.code);
  expect(code).toBe("GAVE_UP");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("Content")).toBeVisible();
});

test("a hanging request is given up after its timeout, all of them after the budget", async ({
  page,
}) => {
  const src = path("hang=1");
  await insert(page, `<apus-lazy src="${src}" timeout="50" budget="300">${parts}</apus-lazy>`);
  await expect(page.getByText("Sorry")).toBeVisible();
  const [type, code, cause] = await page.evaluate(() => {
    const [type, { error }] = window.events.at(-1);
    return [type, error.code, error.cause.code];
  });
  expect([type, code, cause]).toEqual(["error", "GAVE_UP", "TIMEOUT"]);
});

test("without src the error slot says so", async ({ page }) => {
  const element = await insert(page, "<apus-lazy></apus-lazy>");
  await expect(element.getByRole("alert")).toContainText("has no src");
});

test("an element taken out of the page stops loading", async ({ page, server }) => {
  const src = path("hang=1");
  const element = await insert(page, `<apus-lazy src="${src}" timeout="50">${parts}</apus-lazy>`);
  await expect.poll(() => server.requests.get(src)).toBeGreaterThan(0);
  const state = await element.evaluate(async (node) => {
    node.remove();
    await Promise.resolve();
    return node.state;
  });
  expect(state).toBe("idle");
  expect(await page.evaluate(() => window.events.filter(([type]) => type !== "retry"))).toEqual([]);
});
