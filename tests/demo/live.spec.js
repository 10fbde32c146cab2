// The page of two clients, a log, a counter and a lock, and what can go wrong between them.
import { violationsOf } from "../axe.js";
import { expect, test } from "./live-server.js";

test("a pointer moved by keyboard moves in the other client", async ({ live }) => {
  await live.visit();
  const seen = live.client("Grace").locator(".dot[data-who=Ada]");
  await expect(seen).toBeVisible();
  const before = await seen.evaluate((dot) => dot.style.translate);
  await live.client("Ada").getByRole("application").focus();
  await live.client("Ada").getByRole("application").press("ArrowRight");
  await expect.poll(() => seen.evaluate((dot) => dot.style.translate)).not.toBe(before);
});

test("a client that was cut off, and a gateway that dies, cost no event of the log", async ({
  page,
  live,
}) => {
  await live.visit();
  await page.getByRole("radio", { name: "1,000 a second" }).check();
  await expect(live.proof).toContainText(/[1-9],\d{3} events here, 0 lost, 0 twice/);
  for (const name of ["A", "B"]) {
    await page.getByRole("button", { name: `Kill gateway ${name}` }).click();
    await expect(page.getByRole("button", { name: `Start gateway ${name}` })).toBeVisible();
    const heard = () =>
      live.proof.textContent().then((text) => Number(text.split(" ")[0].replace(",", "")));
    const before = await heard();
    await expect.poll(heard).toBeGreaterThan(before + 500);
    await page.getByRole("button", { name: `Start gateway ${name}` }).click();
  }
  await expect(live.proof).toContainText(/events here, 0 lost, 0 twice/);
});

test("a client that was cut off reads what it missed", async ({ live, problems }) => {
  await live.visit();
  const ada = live.client("Ada");
  await ada.getByRole("button", { name: "Cut the network" }).click();
  await expect(live.journal).toContainText("Ada has lost the connection");
  const grace = live.client("Grace").getByRole("application");
  await grace.focus();
  await grace.press("ArrowDown");
  await ada.getByRole("button", { name: "Cut the network" }).click();
  await expect(live.journal).toContainText("Ada has read what happened meanwhile.");
  const place = (/** @type {string} */ name) =>
    live
      .client(name)
      .locator(".dot[data-who=Grace]")
      .evaluate((dot) => dot.style.translate);
  await expect.poll(async () => (await place("Ada")) === (await place("Grace"))).toBe(true);
  // While the network is cut it may have tried to come back, to where nobody answers.
  for (const problem of problems.splice(0)) expect(problem).toContain("ws://localhost:1/");
});

test("two hundred increments at once are two hundred", async ({ live }) => {
  await live.visit();
  const count = live.client("Ada").locator(".count");
  await expect(count).toHaveText(/^\d+$/);
  const before = Number(await count.textContent());
  for (const name of ["Ada", "Grace"]) {
    await live.client(name).getByRole("button", { name: "Add 100" }).click();
  }
  for (const name of ["Ada", "Grace"]) {
    await expect(live.client(name).locator(".count")).toHaveText(String(before + 200));
  }
  await expect(live.journal).toContainText("Ada has added 100 of 100");
});

test("a frozen holder loses its lock, and its write is refused", async ({ live }) => {
  await live.visit();
  const [ada, grace] = [live.client("Ada"), live.client("Grace")];
  await ada.getByRole("button", { name: "Take the lock" }).click();
  await expect(live.journal).toContainText("Ada holds the lock");
  await ada.getByRole("button", { name: "Write with it" }).click();
  await expect(live.journal).toContainText("Ada wrote with token");
  await ada.getByRole("button", { name: "Freeze" }).click();
  await grace.getByRole("button", { name: "Take the lock" }).click();
  await expect(live.journal).toContainText("Grace holds the lock", { timeout: 15_000 });
  await ada.getByRole("button", { name: "Freeze" }).click();
  await expect(ada.getByText("Connected", { exact: true })).toBeVisible();
  await ada.getByRole("button", { name: "Write with it" }).click();
  await expect(live.journal).toContainText(/Ada could not write with token \d+ \((FENCED|LOST)\)/);
  await grace.getByRole("button", { name: "Write with it" }).click();
  await expect(live.journal).toContainText("Grace wrote with token");
});

for (const width of [360, 1440]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`at ${width} px, ${colorScheme}, nothing is cut off and axe finds nothing`, async ({
      page,
      live,
    }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await live.visit();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBe(width);
      expect(await violationsOf(page)).toEqual([]);
    });
  }
}

test("the server refuses what the page does not ask for", async ({ live, request }) => {
  expect((await live.post("rate?n=7")).status()).toBe(400);
  expect((await live.post("kill?name=C")).status()).toBe(400);
  expect((await request.post("/live/kill?name=A")).status()).toBe(403);
  expect((await request.post("/live/state")).status()).toBe(405);
});
