// A gateway behind a proxy that fails, and a holder of its values that follows the log.
import assert from "node:assert/strict";
import { after } from "node:test";
import { Gateway } from "../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { serve } from "../../js/gateway/serve.node.js";
import { bucketOf, slotOf, tagSlotOf } from "../../js/sync/bucket.js";
import { LogFollower } from "../../js/sync/log-follower.js";
import { compare, parseAsOf } from "../../js/sync/position.js";
import { startProxy } from "../gateway/proxy.js";

/** @type {(() => unknown)[]} */
const endings = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

/**
 * A gateway that can be restarted at its address, and a proxy before it.
 * @param {{ keepEvents?: number }} [options] of its engine
 */
export async function startGateway(options) {
  const open = async () => {
    const engine = new MemoryEngine(options);
    return { engine, gateway: await Gateway.open({ engine, authorize: () => true }) };
  };
  let now = await open();
  const server = await serve({ handle: (...args) => now.gateway.handle(...args) });
  const proxy = await startProxy(server.url);
  endings.push(async () => {
    await proxy.stop();
    await server.stop({ grace: 0 });
    await now.gateway.close();
  });
  return {
    proxy,
    url: `${proxy.url}/apus/`,
    /** Past the proxy. */ direct: `${server.url}/apus/`,
    get engine() {
      return now.engine;
    },
    get values() {
      return now.gateway.values;
    },
    /** All values and logs are gone. */
    async restart() {
      const { gateway } = now;
      now = await open();
      await gateway.close();
    },
  };
}

/** A follower that ends with the test. @param {import("../../js/sync/options.js").FollowerOptions} options */
export async function follow(options) {
  const follower = await LogFollower.open({ fastest: 20, slowest: 200, ...options });
  endings.push(() => follower.close());
  return follower;
}

/** @typedef {{ value: number, tags: string[], asOf: import("../../js/sync/position.js").Position, tagsAsOf: import("../../js/sync/position.js").Position }} Entry */

/** Holds values as a cache does; `dropped` are the keys of events, `doubted` those of lost history. */
export class Holder {
  /** @type {Map<string, Entry>} */
  entries = new Map();
  /** @type {[string, Entry][]} */
  dropped = [];
  /** @type {[string, Entry][]} */
  doubted = [];
  /** @type {import("../../js/sync/change-log.js").Change[]} */
  changes = [];

  /** @param {import("../../js/sync/change-log.js").Change} change */
  onChange = (change) => {
    const { log, events, lost, slots, prefixes } = change;
    this.changes.push(change);
    for (const [key, entry] of this.entries) {
      const { tags, asOf, tagsAsOf } = entry;
      const hit = events.some(({ kind, name, at }) => {
        if (kind === "tag") return tags.includes(name) && compare(tagsAsOf, at) < 0;
        if (kind === "prefix") return key.startsWith(name) && compare(tagsAsOf, at) < 0;
        return name === key && compare(asOf, at) < 0;
      });
      const doubt =
        lost &&
        (log < 64
          ? bucketOf(key) === log && slots.includes(slotOf(key))
          : prefixes || tags.some((tag) => slots.includes(tagSlotOf(tag))));
      if (hit) this.dropped.push([key, entry]);
      else if (doubt) this.doubted.push([key, entry]);
      if (hit || doubt) this.entries.delete(key);
    }
  };

  /**
   * Asks for a value and keeps it.
   * @param {LogFollower} follower @param {string} url @param {string} key
   * @param {(path: string, init?: RequestInit) => Promise<Response>} [get] perhaps through a cache
   */
  async read(follower, url, key, get = fetch) {
    let response = await get(`${url}k/${key}`);
    let answer = await read(response);
    if (answer && follower.stale(key, answer.tags, answer.asOf, answer.tagsAsOf)) {
      response = await fetch(`${url}k/${key}`, { headers: { "cache-control": "no-cache" } });
      answer = await read(response);
    }
    if (!answer) {
      this.entries.delete(key);
      return;
    }
    this.entries.set(key, answer);
    follower.hold(bucketOf(key), answer.asOf, answer.tagsAsOf);
  }
}

/** @param {Response} response @returns {Promise<Entry | undefined>} */
async function read(response) {
  const text = await response.text();
  if (response.status === 404) return undefined;
  assert.equal(response.status, 200, text);
  const [asOf, tagsAsOf] = /** @type {any} */ (parseAsOf(response.headers.get("apus-as-of")));
  const names = response.headers.get("apus-tags") ?? "";
  const tags = names ? names.split(",").map(decodeURIComponent) : [];
  return { value: Number(text), tags, asOf, tagsAsOf };
}
