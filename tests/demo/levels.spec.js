// The page that shows a cache of four levels, and breaks what lies between them.
import { violationsOf } from "../axe.js";
import { expect, test } from "./levels-server.js";

test("the first visit fills every level, and a click shows which one answered", async ({
  levels,
}) => {
  await levels.visit();
  await expect(levels.column("remote").locator("strong")).toHaveText(/^[1-9]\d*%$/);
  await expect(levels.product(5)).toContainText("Nest box for swifts");
  await expect(levels.product(5)).toContainText(/(Remote|Edge), /);
  await expect(async () => {
    await levels.product(5).click();
    await expect(levels.column("memory")).toHaveAttribute("data-state", "hit", { timeout: 1000 });
  }).toPass();
  await expect(levels.journal).toContainText("Nest box for swifts: Memory answered in");
  await expect(levels.column("memory")).toHaveAttribute("data-state", "");
});

test("every link works", async ({ page, levels }) => {
  await levels.visit();
  const targets = await page
    .locator("a[href]")
    .evaluateAll((links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href));
  expect(targets.length).toBeGreaterThan(2);
  for (const target of new Set(targets)) {
    expect((await page.request.get(target)).status(), target).toBe(200);
  }
});

test("Clear memory leaves the disk, which answers next", async ({ levels }) => {
  await levels.visit();
  await levels.says("Tripod: Disk answered in", async () => {
    await levels.button("Clear memory").click();
    await levels.product(3).click();
  });
  await expect(levels.journal).toContainText("Memory let go of");
});

test("an invalidation in one tab reaches the other", async ({ context, levels }) => {
  await levels.visit();
  const tab = await context.newPage();
  await levels.visit(tab);
  await tab.getByLabel("Tag").selectOption("books");
  await tab.getByRole("button", { name: "Invalidate" }).click();
  await expect(tab.getByRole("log")).toContainText("You invalidated the tag books: 4 products");
  await expect(levels.journal).toContainText("everything tagged books is out of date");
  await expect(levels.product(9)).toContainText("out of date");
  await levels.product(9).click();
  await expect(levels.product(9)).toContainText("Remote, ");
  await tab.close();
});

test("a read below the version floor is refused and asked again", async ({ levels }) => {
  await levels.visit();
  await levels.button("Race a purge").click();
  await expect(levels.journal).toContainText("now the edge keeps the old price");
  await expect(levels.journal).toContainText(
    /The edge said €\d+, as of change \d+\. This page knows of a later change, so it refused that and asked the gateway: €\d+/,
  );
});

test("the gateway dies, the levels above go on, and it comes back", async ({ levels }) => {
  await levels.visit();
  await levels.button("Kill the gateway").click();
  await levels.says("The gateway does not answer (");
  await levels.product(2).click();
  await expect(levels.product(2)).toContainText(/(Memory|Disk|Edge), /);
  await levels.button("Start the gateway").click();
  await levels.says("The gateway answers again", () => levels.product(2).click());
  await expect(levels.button("Kill the gateway")).toBeVisible();
});

test("offline, what is held is served, and what is not says so", async ({ levels }) => {
  await levels.visit();
  await levels.button("Go offline").click();
  await levels.says("The gateway does not answer (UNREACHABLE)");
  await levels.product(1).click();
  await expect(levels.product(1)).toContainText(/(Memory|Disk), /);
  await levels.button("Invalidate").click();
  await levels.product(7).click();
  await expect(levels.product(7)).toContainText("UNREACHABLE");
  await levels.button("Go online").click();
  await levels.says("The gateway answers again", () => levels.product(7).click());
  await levels.says("everything tagged garden is out of date"); // the invalidation arrived
});

test("products are asked automatically, and no more after a second click", async ({ levels }) => {
  await levels.visit();
  const asks = async () =>
    Number((await levels.column("memory").getAttribute("data-asks")) ?? Number.NaN);
  const before = await asks();
  await levels.button("Ask automatically").click();
  await expect.poll(asks).toBeGreaterThan(before + 2);
  await levels.button("Stop asking").click();
  await expect(levels.button("Ask automatically")).toHaveAttribute("aria-pressed", "false");
});

test("without a cluster its button is disabled and says why", async ({ levels }) => {
  await levels.visit();
  const node = levels.button("Kill a cluster node");
  await expect(node).toBeDisabled();
  await expect(node).toHaveAccessibleDescription(/npm start -- --cluster/);
});

test("controls are for the page's own origin", async ({ request, levels }) => {
  expect((await levels.post("race?key=product:1")).status()).toBe(200);
  expect((await levels.post("race?key=nothing")).status()).toBe(409);
  for (const headers of [{}, { origin: "http://evil.example" }]) {
    expect((await request.post("/levels/stop", { headers })).status()).toBe(403);
    const body = { headers, data: { tags: ["garden"] } };
    expect((await request.post("/gateway/invalidate", body)).status()).toBe(403);
  }
  expect((await request.get("/levels/stop")).status()).toBe(405);
  expect((await request.get("/levels/state")).ok()).toBe(true);
});

test("the keyboard alone reaches and works everything", async ({ page, levels }) => {
  await levels.visit();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the catalogue" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(levels.product(1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(levels.journal).toContainText("Binoculars 8×42: ");
  const seen = new Set();
  for (let i = 0; i < 24; i++) {
    await page.keyboard.press("Tab");
    const { id, ring } = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return {
        id: document.activeElement.id,
        ring: outlineStyle !== "none" && outlineWidth !== "0px",
      };
    });
    if (id) expect(ring, id).toBe(true);
    seen.add(id);
  }
  for (const id of ["tag", "race", "clear", "offline", "gateway", "journal"]) {
    expect([...seen]).toContain(id);
  }
  await levels.button("Race a purge").focus();
  await page.keyboard.press("Space");
  await expect(levels.journal).toContainText("This page knows of a later change");
});

test("a server without a gateway is named as such", async ({ page, levels, problems }) => {
  await page.route(/\/(levels\/state|gateway\/)/, (route) => route.fulfill({ status: 404 }));
  await levels.visit();
  await expect(levels.journal).toContainText(
    "This server has no gateway. Start it with npm start.",
  );
  await expect(levels.button("Race a purge")).toBeDisabled();
  expect(problems.filter((text) => !/^Failed to load/.test(text))).toEqual([]);
});

for (const width of [360, 1440]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`fits ${width} px, ${colorScheme}, and axe finds nothing`, async ({ page, levels }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await levels.visit();
      await levels.button("Race a purge").click();
      await expect(levels.journal).toContainText("so it refused that");
      await levels.button("Kill the gateway").click();
      await levels.says("The gateway does not answer", () => levels.product(1).click());
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(over).toBeLessThanOrEqual(0);
      const moving = await levels
        .column("memory")
        .evaluate((column) => getComputedStyle(column).transitionDuration);
      expect(moving).toBe("0s");
      expect(await violationsOf(page)).toEqual([]);
    });
  }
}
