// The outbox in a service worker, whose script is one file.
import { build } from "esbuild";
import { test as base, counted, expect, left, open } from "./page.js";
import { numbers, startServer } from "./server.js";

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  mutations: async ({}, use) => {
    const { outputFiles } = await build({
      entryPoints: [new URL("worker.js", import.meta.url).pathname],
      ...{ bundle: true, format: "esm", write: false, external: ["node:*"] },
    });
    const server = await startServer({ "/apus/outbox-worker.js": outputFiles[0].text });
    await use(server);
    await server.close();
  },
});
test.use({ serviceWorkers: "allow" });

/** @param {import("@playwright/test").Page} page */
const register = (page) =>
  page.evaluate(async () => {
    const options = /** @type {RegistrationOptions} */ ({ type: "module", scope: "/apus/" });
    const it = await navigator.serviceWorker.register("/apus/outbox-worker.js", options);
    while (it.active?.state !== "activated") await new Promise((done) => setTimeout(done, 10));
    globalThis.worker = it.active;
  });

/** @param {import("@playwright/test").Page} page @param {object} message */
const tell = (page, message) =>
  page.evaluate((message) => {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    globalThis.worker.postMessage(message, [port2]);
    return answer;
  }, message);

test("a service worker adds and sends", async ({ page, mutations }) => {
  await page.goto("/tests/pages/blank.html");
  await register(page);
  for (let n = 0; n < 3; n++) expect(await tell(page, { lane: "w", n })).toBe("done");
  await expect.poll(() => numbers(mutations.applied, "w")).toEqual(counted(3));
});

test("a background sync sends what a closed page has left", async ({
  page,
  context,
  mutations,
}) => {
  mutations.fate = () => "lost";
  await open(page, { retry: { fastest: 1e9, slowest: 1e9 } });
  await page.evaluate(async () => {
    for (let n = 0; n < 3; n++) await globalThis.add("a", n);
  });
  await expect.poll(() => mutations.requests.length).toBeGreaterThan(0);
  await page.goto("about:blank");
  const other = await context.newPage();
  await other.goto("/tests/pages/blank.html");
  const cdp = await context.newCDPSession(other);
  const seen = new Promise((resolve) => {
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      if (registrations[0]) resolve(registrations[0].registrationId);
    });
  });
  await cdp.send("ServiceWorker.enable");
  await register(other);
  expect(await tell(other, { close: true })).toBe("done");
  mutations.fate = () => "ok";
  const registrationId = await seen;
  await expect
    .poll(async () => {
      await cdp.send("ServiceWorker.stopAllWorkers");
      await cdp.send("ServiceWorker.dispatchSyncEvent", {
        ...{ origin: mutations.url, registrationId, tag: "apus-outbox:test", lastChance: false },
      });
      return stored(other);
    })
    .toBe(0);
  expect(numbers(mutations.applied, "a")).toEqual(counted(3));
  expect(await tell(other, { syncs: true })).toBe(1); // it was kept alive for it
});

/** Entries on the disk, read without an outbox, which would send them. */
const stored = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("apus-outbox:test");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const request = opening.result.transaction("entries").objectStore("entries").count();
          request.onsuccess = () => {
            opening.result.close();
            resolve(request.result);
          };
        };
      }),
  );

test("a page goes on when its worker is ended in the middle of sending", async ({
  page,
  mutations,
}) => {
  mutations.fate = () => "late";
  await page.goto("/tests/pages/blank.html");
  await register(page);
  for (let n = 0; n < 3; n++) await tell(page, { lane: "w", n });
  await expect.poll(() => mutations.late).toBe(1);
  mutations.fate = () => "ok";
  await page.evaluate(async () => {
    const it = await navigator.serviceWorker.getRegistration("/apus/");
    await it?.unregister();
  });
  await page.goto("about:blank");
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("ServiceWorker.enable");
  await cdp.send("ServiceWorker.stopAllWorkers");
  await open(page);
  await expect.poll(() => left(page)).toBe(0);
  expect(numbers(mutations.applied, "w")).toEqual(counted(3));
});

test("a new worker takes over in the middle of sending", async ({ page, mutations }) => {
  mutations.fate = (n) => (n === 1 ? "late" : "ok");
  await page.goto("/tests/pages/blank.html");
  await register(page);
  for (let n = 0; n < 5; n++) await tell(page, { lane: "w", n });
  await expect.poll(() => mutations.late).toBe(1); // applied, and the answer does not come
  mutations.scripts["/apus/outbox-worker.js"] += `
    addEventListener("install", () => skipWaiting());`;
  await page.evaluate(async () => {
    const it = await navigator.serviceWorker.getRegistration("/apus/");
    await it.update();
    while (it.active === globalThis.worker) await new Promise((done) => setTimeout(done, 10));
  });
  await expect.poll(() => numbers(mutations.applied, "w")).toEqual(counted(5));
  await expect.poll(() => stored(page)).toBe(0);
  const [first, again] = mutations.requests;
  expect(again.key).toBe(first.key);
});
