import sharp from "sharp";
import { test as base, expect } from "../browser.js";
import { hostileServer } from "../hostile-server.js";

const color = { r: 200, g: 60, b: 20 };
const picture = sharp({ create: { width: 400, height: 200, channels: 3, background: color } });
const png = await picture.clone().png().toBuffer();
const webp = await picture.clone().webp().toBuffer();
const blurhash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  hostile: async ({}, use) => {
    const server = await hostileServer();
    await use(server);
    await server.close();
  },
});

/** Puts elements into the page and counts shifts of its layout. */
async function insert(page, hostile, html) {
  await page.goto(`${hostile.url}/tests/pages/blank.html`);
  await page.evaluate(async (html) => {
    await import("/apus/define/image.js");
    const sheet = new CSSStyleSheet(); // the page's policy refuses style attributes
    sheet.replaceSync(".narrow { width: 300px } .tall { height: 20000px }");
    document.adoptedStyleSheets = [sheet];
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    document.body.insertAdjacentHTML("beforeend", html);
  }, html);
  return page.locator("apus-image").first();
}

const state = (element) => element.evaluate((it) => it.state);
const asked = (hostile) =>
  hostile.requests.map(({ path }) => path).filter((path) => path.startsWith("/i/"));

test("the browser picks the format and the width, one request, without a shift", async ({
  page,
  hostile,
  problems,
}) => {
  hostile.answer("/i/a-320.webp", { body: webp, type: "image/webp" });
  hostile.answer("/i/a-1280.webp", { body: webp, type: "image/webp" });
  const element = await insert(
    page,
    hostile,
    `<div class="narrow"><apus-image src="/i/a-{width}.{format}" widths="320,1280" formats="webp,png" alt="A cat"
      width="400" height="200" blurhash="${blurhash}"></apus-image></div><p>After it</p>`,
  );
  await expect.poll(() => state(element)).toBe("loaded");
  expect(asked(hostile)).toEqual(["/i/a-320.webp"]);
  await expect(page.getByRole("img", { name: "A cat" })).toHaveAttribute("fetchpriority", "high");
  expect((await element.boundingBox())?.height).toBe(150);
  expect(await page.evaluate(() => window.shift)).toBe(0);
  expect(problems).toEqual([]);
});

test("a placeholder is there before the image, and images out of view wait", async ({
  page,
  hostile,
}) => {
  hostile.answer("/i/slow.png", { hang: true });
  const element = await insert(
    page,
    hostile,
    `<apus-image src="/i/slow.png" alt="" width="4" height="2" blurhash="${blurhash}"></apus-image>
     <div class="tall"></div><apus-image src="/i/far.png" alt="" width="4" height="2"></apus-image>`,
  );
  const pixel = () =>
    element.evaluate(
      (it) =>
        it.shadowRoot.querySelector("canvas").getContext("2d").getImageData(9, 9, 1, 1).data[3],
    );
  await expect.poll(pixel).toBe(255);
  expect(await state(element)).toBe("loading");
  const far = page.locator("apus-image").nth(1);
  await expect
    .poll(() => far.evaluate((it) => it.shadowRoot.querySelector("img").loading))
    .toBe("lazy");
  expect(asked(hostile)).toEqual(["/i/slow.png"]);
});

test("a failed image is asked for again through the gate", async ({ page, hostile, problems }) => {
  const good = { body: png, headers: { "cache-control": "max-age=60" } };
  hostile.answer("/i/b.png", { status: 503 }, { cut: 20, body: png }, { status: 503 }, good);
  const element = await insert(page, hostile, `<apus-image src="/i/b.png" alt="B"></apus-image>`);
  await expect.poll(() => state(element)).toBe("loaded");
  await expect(page.getByRole("img", { name: "B" })).toBeVisible();
  problems.length = 0; // the browser reports each failed request
});

test("an image that is gone says so, and the button tries again", async ({
  page,
  hostile,
  problems,
}) => {
  hostile.answer("/i/c.png", { status: 404 });
  const element = await insert(
    page,
    hostile,
    `<apus-image src="/i/c.png" alt="A dog" width="400" height="200"></apus-image>`,
  );
  await expect(page.getByText("A dog. This image could not be loaded.")).toBeVisible();
  expect(await element.evaluate((it) => it.error.code)).toBe("GONE");
  hostile.answer("/i/c.png", png);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => state(element)).toBe("loaded");
  expect(await page.evaluate(() => window.shift)).toBe(0);
  problems.length = 0;
});

test("wrong attributes are reported, and a missing alt", async ({ page, hostile, problems }) => {
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  hostile.answer("/i/d.png", png);
  const element = await insert(
    page,
    hostile,
    `<apus-image src="/i/{width}.png" alt=""></apus-image>
     <apus-image src="/i/d.png" blurhash="nonsense"></apus-image>`,
  );
  await expect.poll(() => state(element)).toBe("failed");
  expect(await element.evaluate((it) => it.error.message)).toContain("widths must name");
  await expect.poll(() => state(page.locator("apus-image").nth(1))).toBe("loaded");
  await expect.poll(() => warnings.join()).toMatch(/needs alt/);
  await expect.poll(() => warnings.join()).toMatch(/is no BlurHash/);
  problems.length = 0;
});
