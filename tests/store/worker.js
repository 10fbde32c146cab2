// Runs in a dedicated and in a service worker: reads one key, writes another.
import { SegmentStore } from "../../js/store/segment-store.js";

async function visit() {
  const store = await SegmentStore.open("worker");
  const read = await store.read(["from the page"]);
  store.put("from the worker", { b: 2 });
  await store.flush();
  await store.close();
  return read.get("from the page")?.value;
}

if (globalThis.clients) {
  addEventListener("message", (event) => {
    event.waitUntil(visit().then((value) => event.source.postMessage(value)));
  });
} else {
  visit().then((value) => postMessage(value));
}
