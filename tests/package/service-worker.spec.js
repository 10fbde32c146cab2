// The package as shipped in a service worker, where `import()` is not allowed.
import { expect, test } from "../browser.js";

/** @param {import("@playwright/test").Page} page @param {string} task */
async function ask(page, task) {
  const { life, result, error } = await page.evaluate(async (task) => {
    const answer = new Promise((resolve) => {
      navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
    });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage(task);
    return answer;
  }, task);
  expect(error).toBeUndefined();
  return { life, result };
}

test.beforeEach(async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/tests/pages/service-worker.js", {
      type: "module",
      scope: "/tests/pages/",
      updateViaCache: "none",
    });
    await navigator.serviceWorker.ready;
  });
});

test.use({ serviceWorkers: "allow" });

test("a service worker's cache survives on disk after the browser ends the worker", async ({
  page,
  context,
  problems,
}) => {
  const first = await ask(page, "write");
  expect(first.result).toEqual({ degraded: [], entries: 1 });

  const session = await context.newCDPSession(page);
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");

  const second = await ask(page, "read");
  expect(second.life).not.toBe(first.life);
  expect(second.result).toEqual({ value: { hello: "world" }, fetched: 42 });
  expect(problems).toEqual([]);
});

test("the byte heap and the sampler work in it as well", async ({ page }) => {
  expect((await ask(page, "bytes")).result).toEqual({ deep: [1, 2, 3] });
  expect((await ask(page, "measure")).result).toEqual({ count: 1, max: 42 });
});
