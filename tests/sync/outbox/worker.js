// A service worker that sends what its pages have left.
import { Outbox } from "../../../js/sync/index.js";

let syncs = 0;
const { waitUntil } = globalThis.ExtendableEvent.prototype;
globalThis.ExtendableEvent.prototype.waitUntil = function (work) {
  if (this.type === "sync") syncs += 1;
  return waitUntil.call(this, work);
};

const retry = { fastest: 20, slowest: 100, timeout: 5000 };
const outbox = Outbox.open("test", { retry });

addEventListener("activate", (event) => event.waitUntil(globalThis.clients.claim()));
addEventListener("message", ({ data, ports: [port] }) => {
  if (data.syncs) return port.postMessage(syncs);
  const done = outbox.then(async (it) => {
    if (data.close) await it.close();
    else await it.add({ url: "/mutate", body: JSON.stringify(data) }, { lane: data.lane });
  });
  done.then(
    () => port.postMessage("done"),
    (error) => port.postMessage(String(error)),
  );
});
