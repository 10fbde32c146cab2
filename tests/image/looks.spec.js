// <apus-image> loaded and failed: it fits, the keyboard is enough, axe finds nothing.
import sharp from "sharp";
import { violationsOf } from "../axe.js";
import { test as base, expect } from "../browser.js";
import { hostileServer } from "../hostile-server.js";

const create = { width: 400, height: 200, channels: 3, background: "teal" };
const png = await sharp({ create }).png().toBuffer();
const blurhash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  hostile: async ({}, use) => {
    const server = await hostileServer();
    await use(server);
    await server.close();
  },
});

/** A page with an image that is there and some that are not. */
async function open(page, hostile) {
  hostile.answer("/i/good.png", { body: png });
  hostile.answer("/i/gone.png", { status: 404 });
  await page.goto(`${hostile.url}/tests/pages/blank.html`);
  await page.evaluate(async (blurhash) => {
    document.documentElement.lang = "en";
    const sheet = new CSSStyleSheet(); // the page's policy refuses style attributes
    sheet.replaceSync(`
      :root { color-scheme: light dark; font: 16px/1.5 system-ui }
      body { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); max-inline-size: 70rem; margin: 1rem auto; padding: 0 1rem }
      h1 { grid-column: 1 / -1 } .small { inline-size: 7rem }`);
    document.adoptedStyleSheets = [sheet];
    const size = 'width="400" height="200"';
    document.body.innerHTML = `<h1>Images</h1>
      <apus-image src="/i/good.png" alt="A lake" ${size} blurhash="${blurhash}"></apus-image>
      <apus-image id="gone" src="/i/gone.png" alt="A dog in the snow" ${size} blurhash="${blurhash}"></apus-image>
      <apus-image class="small" src="/i/gone.png" alt="A bird" ${size}></apus-image>
      <apus-image src="/i/gone.png" alt="A cat on a roof"></apus-image>
      <apus-image id="own" src="/i/gone.png" alt="" ${size}><p slot="error">Not today. <button data-retry>Once more</button></p></apus-image>`;
    await import("/apus/define/image.js");
  }, blurhash);
  const states = () => page.locator("apus-image").evaluateAll((all) => all.map((it) => it.state));
  await expect.poll(states).toEqual(["loaded", ...Array(4).fill("failed")]);
}

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing, ${colorScheme}, ${width} px`, async ({ page, hostile, problems }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await open(page, hostile);
      expect(await violationsOf(page, { include: "apus-image" })).toEqual([]);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over).toBeLessThanOrEqual(0);
      if (process.env.SHOTS) {
        await page.screenshot({
          path: `${process.env.SHOTS}/${colorScheme}-${width}.png`,
          fullPage: true,
        });
      }
      problems.length = 0; // the browser reports each failed request
    });
  }
}

test("the keyboard tries again, and keeps the focus until the image takes it", async ({
  page,
  hostile,
  problems,
}) => {
  await open(page, hostile);
  await page.keyboard.press("Tab");
  const gone = page.locator("#gone");
  const retry = gone.getByRole("button", { name: "Try again" });
  await expect(retry).toBeFocused();
  expect(await retry.evaluate((it) => getComputedStyle(it).outlineStyle)).toBe("solid");

  /** @type {(value?: unknown) => void} */
  let answer = () => {};
  const held = new Promise((resolve) => {
    answer = resolve;
  });
  await page.route("**/i/gone.png", async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press("Enter");
  await expect(gone).toHaveAttribute("aria-busy", "true");
  await expect(retry).toBeFocused();
  await expect(retry).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Enter"); // nothing more
  answer();
  await expect(gone).toHaveJSProperty("state", "failed");
  await expect(retry).toBeFocused();
  await expect(retry).not.toHaveAttribute("aria-disabled");

  hostile.answer("/i/gone.png", { body: png });
  await page.keyboard.press("Enter");
  await expect(gone).toHaveJSProperty("state", "loaded");
  await expect(retry).toBeHidden();
  await expect(gone).toBeFocused();
  await expect(gone.getByRole("img", { name: "A dog in the snow" })).toBeVisible();

  const own = page.locator("#own");
  await own.getByRole("button", { name: "Once more" }).focus();
  await page.keyboard.press("Space");
  await expect(own).toHaveJSProperty("state", "loaded");
  problems.length = 0;
});
