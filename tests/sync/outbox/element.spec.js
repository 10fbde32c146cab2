// <apus-outbox> with a server that refuses.
import { violationsOf } from "../../axe.js";
import { expect, test } from "./page.js";

const retry = { fastest: 1e9, slowest: 1e9 };

/** A page with the element, an outbox of one refused, one without an answer, and one behind it. @param {import("@playwright/test").Page} page @param {object} mutations */
async function open(page, mutations) {
  mutations.fate = (_, { n }) =>
    n === 0 ? [422, {}, { code: "BAD_ROW", title: "the name is missing" }] : "lost";
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async (retry) => {
    document.documentElement.lang = "en";
    document.documentElement.style.colorScheme = "light dark";
    document.title = "Outbox";
    await import("/apus/define.js");
    const { Outbox } = await import("/apus/sync.js");
    const outbox = await Outbox.open("test", { retry });
    for (let n = 0; n < 3; n++) {
      const lane = n === 0 ? "a" : "b";
      await outbox.add({ url: `/mutate?${n}`, body: JSON.stringify({ lane, n }) }, { lane });
    }
    const element = document.createElement("apus-outbox");
    element.describe = ({ url, method }) => `${method} number ${url.slice(-1)}`;
    element.outbox = outbox;
    document.body.append(document.createElement("main"));
    document.querySelector("main").append(element);
    Object.assign(globalThis, { outbox, element });
  }, retry);
  const panel = page.getByRole("region", { name: "Outbox" });
  await expect(panel.getByRole("status")).toHaveText("Requests wait to be sent, 1 refused");
  await expect(panel.getByRole("listitem")).toHaveText([
    /POST number 0.*Refused: the name is missing/,
    /POST number 1.*Waiting: no answer/,
    /POST number 2.*Waiting/,
  ]);
  return panel;
}

test("what waits and what was refused can be retried and discarded", async ({
  page,
  mutations,
}) => {
  const panel = await open(page, mutations);
  await expect(panel.locator("[part=status]")).toHaveText("2 waiting to be sent, 1 refused");
  await page.evaluate(() => {
    const stay = (event) => event.preventDefault();
    globalThis.element.addEventListener("discard", stay, { once: true });
  });
  const discard = panel.getByRole("button", { name: "Discard: POST number 2" });
  await discard.click();
  expect(await page.evaluate(async () => (await globalThis.outbox.entries()).length)).toBe(3);
  await discard.click();
  await expect(panel.getByRole("listitem")).toHaveCount(2);
  mutations.fate = () => "ok";
  await panel.getByRole("button", { name: "Retry: POST number 0" }).click();
  await panel.getByRole("button", { name: "Retry: POST number 1" }).click();
  await expect(panel.getByRole("status")).toHaveText("Everything is sent");
  await expect(panel.getByRole("listitem")).toHaveCount(0);
  expect(mutations.applied.map(({ n }) => n).sort()).toEqual([0, 1]);
});

test("the keyboard reaches everything, and the focus is not lost", async ({ page, mutations }) => {
  const panel = await open(page, mutations);
  const button = (name) => panel.getByRole("button", { name });
  await page.keyboard.press("Tab");
  await expect(button("Retry: POST number 0")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(button("Discard: POST number 0")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(button("Discard: POST number 1")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(button("Discard: POST number 2")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(panel.locator("[part=status]")).toBeFocused();
  await expect(panel.locator("[part=status]")).toHaveText("Everything is sent");
});

test("with a name it opens an outbox, and closes it when it is removed", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async () => {
    await import("/apus/define.js");
    const element = document.createElement("apus-outbox");
    element.name = "named";
    element.label = "Orders";
    const ready = new Promise((resolve) => element.addEventListener("ready", resolve));
    document.body.append(element);
    globalThis.own = (await ready).detail.outbox;
  });
  const panel = page.getByRole("region", { name: "Orders" });
  await expect(panel.getByRole("status")).toHaveText("Everything is sent");
  await page.evaluate(() => {
    const element = document.querySelector("apus-outbox");
    document.body.prepend(element); // moved within a task, it goes on
  });
  expect(await page.evaluate(() => globalThis.own.entries())).toEqual([]);
  await page.evaluate(() => document.querySelector("apus-outbox").remove());
  await expect
    .poll(() => page.evaluate(() => globalThis.own.entries().catch(({ code }) => code)))
    .toBe("CLOSED");
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`axe finds nothing, ${colorScheme}`, async ({ page, mutations }) => {
    await page.emulateMedia({ colorScheme });
    await open(page, mutations);
    expect(await violationsOf(page, { include: "apus-outbox" })).toEqual([]);
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 500 });
      if (process.env.APUS_SHOTS) {
        await page.screenshot({ path: `${process.env.APUS_SHOTS}/${colorScheme}-${width}.png` });
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    }
  });
}
