// The outbox in a second engine: Firefox, if it is installed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findFirefox } from "../../../tools/setup/firefox.js";
import { numbers, startServer } from "./server.js";

const executablePath = findFirefox();
const options = { skip: executablePath ? false : "Firefox is not installed", timeout: 120_000 };

/** @type {any} */
let browser;
/** @type {any} */
let server;
/** @type {any} */
let page;

before(async () => {
  if (!executablePath) return;
  const { launch } = await import("puppeteer-core");
  server = await startServer();
  browser = await launch({ browser: "firefox", executablePath, headless: true });
  page = await browser.newPage();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens the outbox in a new document. */
async function open() {
  await page.goto(`${server.url}/tests/pages/blank.html`);
  await page.evaluate(async () => {
    const { Outbox } = await import("/apus/sync.js");
    const budget = { capacity: 1000, perSecond: 1000 };
    const retry = { fastest: 20, slowest: 100, attempts: 1000, unanswered: 1000, budget };
    globalThis.outbox = await Outbox.open("firefox", { retry });
  });
}

const add = (lane, n) =>
  page.evaluate(
    ({ lane, n }) =>
      globalThis.outbox.add({ url: "/mutate", body: JSON.stringify({ lane, n }) }, { lane }),
    { lane, n },
  );

async function sent() {
  while (await page.evaluate(async () => (await globalThis.outbox.entries()).length)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("Firefox: each is applied once, in the order of its lane", options, async () => {
  const fates = ["ok", "lost", 503, "answer lost", 429, "ok"];
  server.fate = (n) => fates[n % fates.length];
  await open();
  for (let n = 0; n < 8; n++) for (const lane of ["a", "b"]) await add(lane, n);
  await sent();
  for (const lane of ["a", "b"]) {
    assert.deepEqual(numbers(server.applied, lane), [0, 1, 2, 3, 4, 5, 6, 7]);
  }
});

test("Firefox: what waits outlives its page", options, async () => {
  server.fate = () => "lost";
  for (let n = 0; n < 3; n++) await add("c", n);
  server.fate = () => "ok";
  await open();
  await sent();
  assert.deepEqual(numbers(server.applied, "c"), [0, 1, 2]);
});
