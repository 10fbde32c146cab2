// The store works in a dedicated worker and in a service worker as in a page.
import { expect, test } from "./fixture.js";

test("a dedicated worker and the page read each other's values", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("worker");
    store.put("from the page", { a: 1 });
    await store.flush();
    const heard = new Promise((resolve) =>
      store.addEventListener("change", ({ detail }) => resolve(detail.keys)),
    );
    const worker = new Worker("/store/worker.js", { type: "module" });
    const answer = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    const keys = await heard;
    return {
      answer,
      keys,
      back: (await store.read(["from the worker"])).get("from the worker").value,
    };
  });
  expect(result).toEqual({ answer: { a: 1 }, keys: ["from the worker"], back: { b: 2 } });
});

test("a service worker and the page read each other's values", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("worker");
    store.put("from the page", { a: 1 });
    await store.flush();
    await navigator.serviceWorker.register("/store/worker.js", {
      type: "module",
      scope: "/store/",
    });
    const { active, installing } = await navigator.serviceWorker.getRegistration("/store/");
    const worker = active ?? installing;
    // The answer may come before the other channel's message.
    const changed = new Promise((resolve) =>
      store.addEventListener("change", resolve, { once: true }),
    );
    const answer = await new Promise((resolve) => {
      navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
      navigator.serviceWorker.startMessages();
      worker.postMessage("go");
    });
    await changed;
    return { answer, back: (await store.read(["from the worker"])).get("from the worker")?.value };
  });
  expect(result).toEqual({ answer: { a: 1 }, back: { b: 2 } });
});
