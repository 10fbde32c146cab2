// The page that shows features of <apus-list> that the Atlas does not use.
import { violationsOf } from "../axe.js";
import { expect, test } from "../browser.js";

test.beforeEach(async ({ page, problems }) => {
  expect(problems).toEqual([]);
  await page.goto("/hundred-million/");
  await expect(page.locator("#numbers .number").first()).toBeVisible();
});

test("goes to any of a hundred million rows", async ({ page }) => {
  const where = page.locator("#where");
  await expect(where).toContainText("Rows 1 to");
  await page.getByLabel("Go to").fill("99400891");
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await expect(where).toContainText("Rows 99,400,891 to");
  const row = page.locator("#numbers .number", { hasText: "99,400,891" });
  await expect(row.locator(".said")).toHaveText(/^9,967.*9,973$/);
  await page.getByRole("button", { name: "Last" }).click();
  await expect(where).toContainText("to 100,000,000;");
  await expect(page.locator("#numbers .number", { hasText: "100,000,000" })).toContainText("28");
  await page.getByRole("button", { name: "First" }).click();
  await expect(where).toContainText("Rows 1 to");
  expect(await page.locator("#numbers .number").count()).toBeLessThan(100);
});

test("the log stays at its end while it grows, and can be paused", async ({ page }) => {
  const log = page.locator("#log");
  await log.scrollIntoViewIfNeeded();
  const length = () => log.evaluate((list) => list.items.length);
  const before = await length();
  await expect.poll(length).toBeGreaterThan(before);
  await expect.poll(() => log.evaluate((list) => list.range.end === list.items.length)).toBe(true);
  await page.getByRole("button", { name: "Pause" }).click();
  const button = page.getByRole("button", { name: "Resume" });
  await expect(button).toHaveAttribute("aria-pressed", "true");
});

test("the chat inserts older messages above the visible ones", async ({ page }) => {
  const chat = page.locator("#chat");
  await chat.scrollIntoViewIfNeeded();
  await page.getByLabel("Message").fill("Good morning");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(chat.getByText("Good morning")).toBeInViewport();
  const length = () => chat.evaluate((list) => list.items.length);
  const before = await length();
  await chat.evaluate((list) => list.scrollToIndex(0));
  await expect.poll(length).toBeGreaterThan(before);
});

test("the gallery's pictures load late, and the visible ones stay put", async ({ page }) => {
  const gallery = page.locator("#gallery");
  await gallery.scrollIntoViewIfNeeded();
  const arrived = gallery.locator("img[src]");
  await expect(gallery.locator('img[alt="Landscape 1"][src]')).toBeInViewport();
  await gallery.evaluate((list) => list.scrollToIndex(500_000));
  const one = gallery.locator('img[alt="Landscape 500,001"]');
  const place = async () => {
    const [box, frame] = [await one.boundingBox(), await gallery.boundingBox()];
    return box && frame && Math.round(box.y - frame.y);
  };
  await expect.poll(place).toBe(1); // the border
  // All visible pictures and more have loaded, one by one.
  await expect
    .poll(async () => (await arrived.count()) === (await gallery.locator("img").count()))
    .toBe(true);
  expect(await place()).toBe(1);
  const lefts = await gallery.evaluate(
    (list) => new Set([...list.querySelectorAll("img")].map((img) => Math.round(img.x))).size,
  );
  expect(lefts).toBe(3);
});

test("a screenshot of the full page leaves every list in place", async ({ page }) => {
  await page.getByRole("button", { name: "Middle" }).click();
  await page.getByRole("button", { name: "Pause" }).click();
  const order = page.locator("#order");
  await expect.poll(() => order.evaluate((list) => list.range.end)).toBeGreaterThan(5);
  await order.evaluate((list) => list.scrollToIndex(50));
  await expect(page.locator("#where")).toContainText("Rows 50,000,000 to");
  // What is seen of each list: its first visible row and where that row stands. (Rows above that are
  // measured in between may move the scroller, which nobody sees.)
  const views = () =>
    page.evaluate(() =>
      ["numbers", "log", "order"].map((id) => {
        const list = document.getElementById(id);
        const { top } = list.getBoundingClientRect();
        const rows = [...list.querySelectorAll(":scope > [aria-posinset]")].map((row) => {
          const box = row.getBoundingClientRect();
          return { row: row.ariaPosInSet, from: box.top - top, to: box.bottom - top };
        });
        const first = rows.filter(({ to }) => to > 1).sort((a, b) => a.from - b.from)[0];
        return [id, first.row, Math.round(first.from)];
      }),
    );
  // Lines that were added just before the pause are measured in the next frames.
  let before = await views();
  await expect(async () => {
    const last = before;
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
    before = await views();
    expect(before).toEqual(last);
  }).toPass();
  await page.screenshot({ fullPage: true });
  await expect.poll(views).toEqual(before);
});

test("a row is moved with the keyboard, and moved back", async ({ page }) => {
  const order = page.locator("#order");
  await order.scrollIntoViewIfNeeded();
  const names = () => order.evaluate((list) => list.items.slice(0, 3).map(({ name }) => name));
  await order.focus();
  await expect(async () => {
    await page.keyboard.press("Home");
    await expect(order.locator(".element:focus")).toContainText("Hydrogen", { timeout: 200 });
  }).toPass();
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(names).toEqual(["Helium", "Hydrogen", "Lithium"]);
  await expect(page.locator("#moved")).toHaveText("Hydrogen moved from place 1 to 2.");
  await page.getByRole("button", { name: "Original order" }).click();
  await expect.poll(names).toEqual(["Hydrogen", "Helium", "Lithium"]);
});

for (const width of [360, 1440]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`fits ${width} px, ${colorScheme}, and axe finds nothing`, async ({ page }) => {
      test.slow(); // axe checks every row's colours
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.getByRole("button", { name: "Middle" }).click();
      await expect(page.locator("#where")).toContainText("Rows 50,000,000 to");
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(over).toBeLessThanOrEqual(0);
      expect(await violationsOf(page)).toEqual([]);
    });
  }
}
