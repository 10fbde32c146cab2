// The Atlas's server mode in a narrow and a wide window, light and dark, and by the keyboard alone.
import { violationsOf } from "../axe.js";
import { expect, test } from "./atlas-server.js";

for (const [width, height] of [
  [360, 740],
  [1440, 900],
]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme });

      test("the server mode, a refused change and the form", async ({ page, atlas, cities }) => {
        test.slow(); // axe twice
        await cities.visit();
        await atlas.search.fill("london");
        await expect.poll(async () => (await atlas.names())[0]).toBe("London");
        await cities.change("London", { Population: "60000000" });
        await expect(cities.outbox.getByText(/^Refused/)).toBeVisible();
        const overflow = () =>
          page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(await overflow()).toBeLessThanOrEqual(0);
        expect(await violationsOf(page)).toEqual([]);
        await cities.row("London").click();
        await expect(atlas.panel.locator(".near")).toBeVisible();
        expect(await overflow()).toBeLessThanOrEqual(0);
        expect(await violationsOf(page)).toEqual([]);
      });
    });
  }
}

test("switch on, search, change and discard without a pointer", async ({ page, atlas, cities }) => {
  await atlas.visit();
  const { keyboard } = page;
  await keyboard.press("/");
  await keyboard.press("Tab"); // the order
  await keyboard.press("Tab");
  await expect(cities.on).toBeFocused();
  await keyboard.press("Space");
  await expect(cities.status).toHaveText(/^135,233 cities in /);
  await expect(cities.on).toBeFocused();

  await keyboard.press("/");
  await keyboard.type("faro portugal");
  await expect.poll(async () => (await atlas.names())[0]).toBe("Faro");
  await keyboard.press("ArrowDown");
  await expect(cities.row("Faro")).toBeFocused();
  await keyboard.press("Enter");
  await expect(atlas.panel.getByRole("heading", { level: 2 })).toBeFocused();
  const population = atlas.panel.getByLabel("Population", { exact: true });
  for (let presses = 0; presses < 5; presses++) {
    if (await population.evaluate((input) => input === document.activeElement)) break;
    await keyboard.press("Tab");
  }
  await expect(population).toBeFocused();
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type("99000000");
  await keyboard.press("Enter");
  await expect(atlas.panel).toBeHidden();
  await expect(cities.row("Faro")).toBeFocused();
  await expect(cities.outbox.getByText(/^Refused/)).toBeVisible();

  const discard = cities.outbox.getByRole("button", { name: "Discard: Change of Faro" });
  for (let presses = 0; presses < 10; presses++) {
    if (await discard.evaluate((button) => button.matches(":focus"))) break;
    await keyboard.press("Tab");
  }
  await keyboard.press("Enter");
  await expect(cities.sent).toBeVisible();
});
