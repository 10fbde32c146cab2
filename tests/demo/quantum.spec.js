// The page "Quantum": the editor and the three algorithms, and how it looks.
import { violationsOf } from "../axe.js";
import { expect, test } from "../browser.js";

const status = (page, id) => page.locator(`#${id} [part=status]`);
const simulated = "Simulated on this device";

test("the editor runs what is typed, and shows where an error is", async ({ page, problems }) => {
  await page.goto("/quantum/");
  await expect(status(page, "circuit")).toHaveText(simulated);
  await expect(page.locator("#circuit svg title").first()).toContainText("2 qubits");
  const editor = page.getByRole("textbox", { name: "A circuit in OpenQASM" });
  await editor.fill("qubit q;\nh q;");
  await expect(status(page, "circuit")).toContainText("2:1:");
  for (const name of ["Teleportation", "Fourier transform", "GHZ, version 2"]) {
    await page.getByLabel("Example").selectOption(name);
    await expect(status(page, "circuit")).toHaveText(simulated);
  }
  await expect(page.locator("#circuit [part=bloch] figure")).toHaveCount(5);
  expect(problems).toEqual([]);
});

test("the algorithms, with the keyboard alone", async ({ page, problems }) => {
  test.slow();
  await page.goto("/quantum/");
  await expect(status(page, "circuit")).toHaveText(simulated);
  await page.getByRole("button", { name: "Colour the map" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#map figcaption")).toHaveText(/^\d+ of 25 borders lie between/);
  await expect(status(page, "cut-run")).toHaveText(`${simulated}, qaoa`);
  await expect(page.locator("#map title")).toContainText("One colour:");

  await page.getByLabel("Search for").fill("31415");
  await page.keyboard.press("Enter");
  await expect(page.locator("#found")).toContainText("Measured 31,415 with probability 0.99");

  await page.getByRole("button", { name: "H₂" }).focus();
  await page.keyboard.press("Space");
  await expect(page.locator("#energy")).toContainText("-1.137306 hartree, exactly -1.137306");
  await expect(page.locator("#energy")).toContainText("within chemical accuracy");
  await page.getByRole("button", { name: "LiH" }).press("Enter");
  await expect(page.locator("#energy")).toContainText("LiH: -7.88");
  await expect(page.locator("#energy")).toContainText("within chemical accuracy");
  await expect(page.locator("#molecule [part=energy] svg")).toBeVisible();
  expect(problems).toEqual([]);
});

for (const width of [360, 1440]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`${width} px, ${colorScheme}: it fits, and axe finds nothing`, async ({
      page,
      problems,
    }) => {
      test.slow();
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.goto("/quantum/");
      await page.getByLabel("Example").selectOption("Teleportation");
      await expect(page.locator("#circuit svg title").first()).toContainText("3 qubits");
      await page.getByRole("button", { name: "Colour the map" }).click();
      await page.getByRole("button", { name: "H₂" }).click();
      await expect(status(page, "cut-run")).toHaveText(`${simulated}, qaoa`);
      await expect(status(page, "molecule")).toHaveText(`${simulated}, vqe`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over).toBeLessThanOrEqual(0);
      if (process.env.SHOTS) {
        const path = `${process.env.SHOTS}/quantum-${width}-${colorScheme}.png`;
        await page.screenshot({ path, fullPage: true });
      }
      expect(await violationsOf(page)).toEqual([]);
      expect(problems).toEqual([]);
    });
  }
}
