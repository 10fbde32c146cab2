// A pool whose endpoints are those of the gateway's registry.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { WebSocket } from "ws";
import { EndpointPool } from "../../../js/lazy/net/endpoint-pool.js";
import { connect } from "../../../js/sync/live/connect.js";
import { open, until } from "../../gateway/live/client.js";

test("a pool follows the services that are registered", { timeout: 60_000 }, async () => {
  const { gateway, url } = await open({ registry: { lease: 60_000 } }, { authorize: () => true });
  const live = await connect(`${url}/apus/`, { WebSocket });
  after(() => live.close());
  const { registry } = gateway;
  const first = await registry?.register({ service: "files", url: "https://a.test/x" });
  const files = await live.endpoints("files");
  assert.deepEqual(
    files.list.map(({ url, weight }) => [url, weight]),
    [["https://a.test/x", 1]],
  );
  const pool = await EndpointPool.create(files.list.map(({ url, weight }) => ({ url, weight })));
  const stop = files.feed(pool);
  const urls = () => pool.stats.map(({ url }) => url).join();
  await registry?.register({ service: "files", url: "https://b.test", weight: 5 });
  await until(() => urls() === "https://a.test/x/,https://b.test/", "the second");
  await first?.leave();
  await until(() => urls() === "https://b.test/", "the first one's end");
  stop();
  await registry?.register({ service: "files", url: "https://c.test" });
  await until(() => files.list.length === 2, "the third");
  assert.equal(urls(), "https://b.test/");
  files.close();
  pool.dispose();
});

test("a pool keeps its endpoints while none is registered", async () => {
  const { gateway, url } = await open({}, { authorize: () => true });
  const live = await connect(`${url}/apus/`, { WebSocket });
  after(() => live.close());
  const only = await gateway.registry?.register({ service: "s", url: "https://a.test" });
  const services = await live.endpoints("s");
  /** @type {object[][]} */
  const updates = [];
  services.feed({ update: (list) => updates.push(list) });
  await only?.leave();
  await until(() => services.list.length === 0, "its end");
  assert.deepEqual(updates, [[{ url: "https://a.test", weight: 1 }]]);
  await assert.rejects(live.endpoints(""), RangeError);
});
