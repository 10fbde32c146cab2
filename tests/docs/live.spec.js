// The live examples of the documents: nothing loads before they are pressed; then they run, can be edited
// by keyboard, and show what goes wrong.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../browser.js";

/** A page by what its first example writes or shows. */
const first = {
  cache: /^Swift true/,
  store: /\{"text":"Swift"\}/,
  lazy: /attempt 1 failed.*Hello from a module that arrived late/s,
  deploys: /deployed: B.*the tab's own file: \{"build":"A"\}/s,
  sampler: /"count":100000/,
  list: "50000. City 49999",
};

for (const [name, shows] of Object.entries(first)) {
  test(`/docs/${name}: its live examples run under the site's policy`, async ({ page }) => {
    /** @type {string[]} */
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`/docs/${name}`);
    const examples = page.locator("figure.live");
    await expect(examples.first().getByRole("button", { name: "Edit and run" })).toBeVisible();
    expect(asked.filter((path) => /\.wasm$|frame\.html$|^\/apus\//.test(path))).toEqual([]);
    const example = name === "lazy" || name === "sampler" ? examples.last() : examples.first();
    await example.getByRole("button", { name: "Edit and run" }).click();
    if (typeof shows === "string") {
      await expect(example.frameLocator("iframe").getByText(shows)).toBeVisible();
    } else await expect(example.getByRole("log")).toHaveText(shows);
    await expect(example.getByRole("log").locator(".error")).toHaveCount(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 740 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    }
  });
}

test("an example is edited, run and reset by keyboard, and its errors are shown", async ({
  page,
}) => {
  await page.goto("/docs/cache");
  const example = page.locator("figure.live").first();
  await example.getByRole("button", { name: "Edit and run" }).press("Enter");
  const log = example.getByRole("log");
  await expect(log).toContainText("Swift true");
  await expect(example.getByRole("button", { name: "Run" })).toBeFocused();
  const editor = example.getByRole("textbox");
  await editor.fill('console.log("mine", 6 * 7, { a: [1n] });');
  await editor.press("Control+Enter");
  await expect(log).toHaveText('mine 42 {"a":["1n"]}');
  await editor.fill('console.log(1);\n\nthrow new TypeError("no");');
  await editor.press("Control+Enter");
  await expect(log.locator(".error")).toContainText("TypeError: no (line 3)");
  await editor.fill("const a = ;");
  await example.getByRole("button", { name: "Run" }).press("Enter");
  await expect(log.locator(".error")).toContainText("SyntaxError");
  await editor.fill('import { Cache } from "apus";\nawait Cache.open("", { maxEntry: 1 });');
  await editor.press("Control+Enter");
  await expect(log.locator(".error")).toContainText("TypeError");
  await example.getByRole("button", { name: "Reset" }).press("Enter");
  await expect(log).toContainText("Swift true");
  await expect(editor).toHaveValue(/^import \{ Cache \}/);
});

test("the frame runs code of the page around it only", async ({ page, baseURL }) => {
  const answer = await page.request.get("/docs/run/frame.html");
  expect(answer.headers()["content-security-policy"]).toContain("frame-ancestors 'self'");
  const outer = (await page.request.get("/docs/cache")).headers()["content-security-policy"];
  expect(outer).not.toContain("blob:");
  expect(outer).toContain("frame-ancestors 'none'");
  // Opened by itself, it runs nothing that a message brings from elsewhere.
  await page.goto(`${baseURL}/docs/cache`);
  const ran = await page.evaluate(async () => {
    const other = /** @type {Window} */ (open("/docs/run/frame.html"));
    await new Promise((resolve) => other.addEventListener("load", resolve, { once: true }));
    const arrived = new Promise((resolve) => other.addEventListener("message", resolve));
    other.postMessage({ code: "globalThis.ran = true" }, "*");
    await arrived; // its own listener is older
    return other.document.querySelectorAll("script[src^='blob:']").length;
  });
  expect(ran).toBe(0);
});
