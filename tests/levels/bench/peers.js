// The same for peers, as far as a fault exists for them, and what one lost connection costs.
import { setTimeout as sleep } from "node:timers/promises";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { redisBusDriver, redisDriver } from "bentocache/drivers/redis";
import { Redis as IoRedis } from "ioredis";
import { Redis } from "iovalkey";
import { BasicClientSideCache, createClient } from "redis";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { serve } from "../../../js/gateway/serve.node.js";
import { freePorts } from "../../../tools/ports.js";
import { random } from "../../cache/random.js";
import { startProxy } from "../../gateway/proxy.js";
import { startNode, until } from "../../gateway/servers.js";
import { Page } from "./page.js";

const KEYS = Array.from({ length: 60 }, (_, i) => `product:${i}`);

/** @param {number} port @param {IoRedis[]} clients gets those that bentocache leaves open */
function bento(port, clients) {
  const client = () => {
    const made = new IoRedis(port, "127.0.0.1").on("error", () => {});
    clients.push(made);
    return made;
  };
  const store = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 10_000 }))
    .useL2Layer(redisDriver({ connection: client() }))
    .useBus(redisBusDriver({ connection: client() }));
  return new BentoCache({ default: "all", stores: { all: store } });
}

/**
 * Two processes' caches, one of them behind a proxy: its connections are cut, or it is offline for
 * a moment, while the other one writes.
 * @param {{ quick: boolean, seed?: number }} options
 */
export async function bentocache({ quick, seed = 1 }) {
  const pick = random(seed);
  const node = await startNode((await freePorts(1))[0]);
  const proxy = await startProxy(node.port);
  /** @type {IoRedis[]} */
  const clients = [];
  const writer = bento(node.port, clients);
  const reader = bento(proxy.port, clients);
  const total = quick ? 20 : 200;
  let version = 0;
  let lost = 0;
  let changes = 0;
  const set = (/** @type {string} */ key) => writer.set({ key, value: ++version, ttl: "1h" });
  // The reader hears of a change again.
  const hears = async () => {
    await reader.get({ key: "probe" });
    await set("probe");
    const value = version;
    await sleep(10);
    return (await reader.get({ key: "probe" })) === value;
  };
  const { error } = console;
  console.error = () => {}; // ioredis reports each cut
  try {
    for (const key of KEYS) await set(key);
    await until(hears, "the reader to listen");
    for (let i = 0; i < total; i++) {
      for (const key of KEYS) await reader.get({ key });
      if (pick(2)) proxy.offline();
      else proxy.cut();
      const changed = new Set(Array.from({ length: 12 }, () => KEYS[pick(KEYS.length)]));
      for (const key of changed) await set(key);
      proxy.online();
      await until(hears, "the reader to listen again");
      for (const key of changed) {
        changes++;
        if ((await reader.get({ key })) === (await writer.get({ key }))) continue;
        lost++;
        await set(key); // the reader hears of that
      }
    }
    return { faults: total, changes, lost };
  } finally {
    await Promise.all([writer.disconnectAll(), reader.disconnectAll()]);
    for (const client of clients) client.disconnect();
    console.error = error;
    await proxy.stop();
    await node.kill();
  }
}

/** Valid entries that are gone after one connection was lost. @param {number} entries */
export async function dropped(entries) {
  const node = await startNode((await freePorts(1))[0]);
  const proxy = await startProxy(node.port);
  const admin = new Redis(node.url);
  const cache = new BasicClientSideCache({ maxEntries: 2 * entries, ttl: 0, evictPolicy: "LRU" });
  const client = createClient({
    ...{ RESP: 3, url: `redis://127.0.0.1:${proxy.port}`, clientSideCache: cache },
  });
  client.on("error", () => {});
  try {
    await admin.mset(Object.fromEntries(Array.from({ length: entries }, (_, i) => [`k${i}`, "1"])));
    await client.connect();
    for (let i = 0; i < entries; i++) await client.get(`k${i}`);
    const before = cache.size();
    proxy.cut();
    await until(() => client.ping(), "node-redis to be back");
    const peer = before - cache.size();
    return { apus: await droppedByPage(entries), peer, of: before };
  } finally {
    client.destroy();
    admin.disconnect();
    await proxy.stop();
    await node.kill();
  }
}

/** @param {number} entries */
async function droppedByPage(entries) {
  const gateway = await Gateway.open();
  const origin = await serve(gateway);
  const proxy = await startProxy(Number(new URL(origin.url).port));
  const page = await Page.open(`http://127.0.0.1:${proxy.port}/apus/`);
  try {
    const body = new TextEncoder().encode("1");
    for (let i = 0; i < entries; i++) {
      await gateway.values.set(`k${i}`, { body, type: "text/plain" });
    }
    for (let i = 0; i < entries; i += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, n) => page.read(`k${i + n}`)));
    }
    const before = page.entries.size;
    if (before < entries) throw new Error(`only ${before} entries`);
    proxy.cut();
    await until(() => page.settle(), "the page to know everything");
    return before - page.entries.size;
  } finally {
    await page.close();
    await proxy.stop();
    await origin.stop();
  }
}
