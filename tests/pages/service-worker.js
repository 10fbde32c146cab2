// A service worker over the package as shipped: a persistent cache that answers messages.
import { Cache, Sampler } from "/apus/worker.js";

/** One for each start of the worker. */
const life = Math.random();
const tasks = {
  async write() {
    const cache = await Cache.open("service", { persist: true });
    const degraded = [];
    cache.addEventListener("degraded", ({ detail }) => degraded.push(String(detail.cause)));
    cache.set("greeting", { hello: "world" }, { tags: ["words"] });
    await cache.flush();
    const dump = await cache.dump();
    await cache.close();
    return { degraded, entries: dump.entries?.length };
  },
  async read() {
    const cache = await Cache.open("service", { persist: true });
    const value = await cache.load("greeting");
    const fetched = await cache.fetch("other", async () => 42);
    await cache.close();
    return { value, fetched };
  },
  async bytes() {
    const cache = await Cache.open("bytes", { heap: "wasm" });
    cache.set("a", { deep: [1, 2, 3] });
    const value = cache.get("a");
    await cache.close();
    return value;
  },
  async measure() {
    const sampler = await Sampler.start();
    sampler.track("answer", 42);
    const { count, max } = sampler.summary("answer");
    sampler.dispose();
    return { count, max };
  },
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => {
  const answer = tasks[event.data]().then(
    (result) => ({ life, result }),
    (error) => ({ life, error: String(error?.stack) }),
  );
  event.waitUntil(answer.then((told) => event.source.postMessage(told)));
});
