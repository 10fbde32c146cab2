// <apus-live> with a real gateway.
import { violationsOf } from "../../axe.js";
import { expect, test } from "../../demo/live-server.js";

/** @param {import("@playwright/test").Page} page */
async function blank(page) {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async () => {
    document.documentElement.lang = "en";
    document.documentElement.style.colorScheme = "light dark";
    document.title = "Live";
    await import("/apus/define.js");
    document.body.append(document.createElement("main"));
  });
}

/** Connections at both gateways. @param {import("@playwright/test").Page} page */
async function connections(page) {
  const { gateways } = await (await page.request.get("/live/state")).json();
  return gateways.reduce((sum, { clients }) => sum + clients, 0);
}

test("with a url it connects, shows who is here, and closes when it is removed", async ({
  page,
  live,
}) => {
  void live;
  await blank(page);
  await page.evaluate(async () => {
    const { connect } = await import("/apus/sync.js");
    globalThis.other = await connect("/live/gateway/", { share: false, token: "grace" });
    await globalThis.other.channel("room").presence.enter({ name: "Grace" });
    const element = document.createElement("apus-live");
    element.setAttribute("url", "/live/gateway/");
    element.setAttribute("channel", "room");
    const ready = new Promise((resolve) => element.addEventListener("ready", resolve));
    document.querySelector("main").append(element);
    globalThis.own = (await ready).detail.live;
  });
  const panel = page.getByRole("region", { name: "Live: room" });
  await expect(panel.getByRole("status")).toHaveText("Connected");
  await expect(panel.getByRole("listitem")).toHaveText(["Grace"]);
  await page.evaluate(() => globalThis.other.channel("room").presence.enter({ name: "Hopper" }));
  await expect(panel.getByRole("listitem")).toHaveText(["Hopper"]);
  await page.evaluate(() => globalThis.other.close());
  await expect(panel.getByRole("listitem")).toHaveText(["nobody is here"]);

  // moved within a task, it stays connected
  await page.evaluate(() => {
    const element = document.querySelector("apus-live");
    document.body.prepend(element);
    document.querySelector("main").append(element);
  });
  expect(await page.evaluate(() => globalThis.own.status)).toBe("up");
  await page.evaluate(() => document.querySelector("apus-live").remove());
  await expect.poll(() => page.evaluate(() => globalThis.own.status)).toBe("closed");
  await expect.poll(() => connections(page)).toBe(0);
});

test("it shows a connection that it is given, and leaves it open", async ({ page, live }) => {
  void live;
  await blank(page);
  const panel = page.getByRole("region", { name: "Live" });
  await page.evaluate(async () => {
    const { connect } = await import("/apus/sync.js");
    const element = document.createElement("apus-live");
    document.querySelector("main").append(element);
    globalThis.own = await connect("/live/gateway/", { share: false });
    element.live = globalThis.own;
  });
  await expect(panel.getByRole("status")).toHaveText("Connected");
  await expect(panel.getByText("WebSocket")).toBeVisible();
  await page.evaluate(async () => {
    const lines = globalThis.own.channel("lines");
    lines.on("*", () => {});
    for (let i = 0; i < 20; i++) await lines.publish("line", i);
  });
  await expect(panel.getByText("20 in all")).toBeVisible();
  await page.evaluate(() => {
    const element = document.querySelector("apus-live");
    element.live = undefined;
  });
  await expect(panel.getByRole("status")).toHaveText("Not connected");
  expect(await page.evaluate(() => globalThis.own.status)).toBe("up");
});

test("a gateway that is gone is a state, not an exception", async ({ page, live }) => {
  await blank(page);
  await page.evaluate(() => {
    const element = document.createElement("apus-live");
    element.setAttribute("url", "/live/gateway/");
    document.querySelector("main").append(element);
  });
  const status = page.getByRole("region", { name: "Live" }).getByRole("status");
  await expect(status).toHaveText("Connected");
  for (const name of ["A", "B"]) await live.post(`kill?name=${name}`);
  await expect(status).toHaveText(/^No connection \([A-Z_]+\)$/);
  await live.post("start?name=A");
  await expect(status).toHaveText("Connected", { timeout: 40_000 });
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`axe finds nothing, ${colorScheme}`, async ({ page, live }) => {
    void live;
    await page.emulateMedia({ colorScheme });
    await blank(page);
    await page.evaluate(() => {
      const element = document.createElement("apus-live");
      element.setAttribute("url", "/live/gateway/");
      element.setAttribute("channel", "room");
      document.querySelector("main").append(element);
    });
    await expect(page.getByRole("status")).toHaveText("Connected");
    await expect(page.getByRole("listitem")).toHaveCount(1);
    expect(await violationsOf(page, { include: "apus-live" })).toEqual([]);
  });
}
