// Whatever fails on the way, a holder drops all that has changed and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketOf } from "../../js/sync/bucket.js";
import { TAGS } from "../../js/sync/change-log.js";
import { random } from "../cache/random.js";
import { until } from "../gateway/servers.js";
import { follow, Holder, startGateway } from "./world.js";

const keys = ["product:1", "product:2", "product:10", "user:1", "user:2", "a", "b", "c"];
const tags = ["red", "green", "blue"];
const prefixes = ["product:", "product:1", "product:10", "user:", "user:", "a", "b", ""];
const faults = /** @type {const} */ ([
  ...["refuse", "stall", "half", "garbage", "html", "protocol", "shape", "redirect", "busy"],
  "endless",
]);

/**
 * All changes, by a count that is also each value: a value is dead when a later change concerns it.
 */
class Truth {
  count = 0;
  /** @type {{ count: number, concerns: (key: string, tags: string[]) => boolean }[]} */
  #changes = [];

  /** @param {(key: string, tags: string[]) => boolean} concerns */
  change(concerns) {
    this.count += 1;
    this.#changes.push({ count: this.count, concerns });
    return this.count;
  }

  /**
   * @param {string} key @param {import("./world.js").Entry} entry
   * @param {number} [until] counts changes up to this one
   */
  dead(key, { value, tags }, until = this.count) {
    return this.#changes.some(
      ({ count, concerns }) => count > value && count <= until && concerns(key, tags),
    );
  }
}

for (const [seed, keepEvents] of [
  [1, 8],
  [2, 8],
  [3, 400],
]) {
  const title = `random changes and faults, seed ${seed}, ${keepEvents} events kept`;
  test(title, { timeout: 120_000 }, () => run(seed, keepEvents));
}

/** @param {number} seed @param {number} keepEvents */
async function run(seed, keepEvents) {
  const below = random(seed);
  /** @template T @param {readonly T[]} all @returns {T} */
  const some = (all) => all[below(all.length)];
  const gateway = await startGateway({ keepEvents });
  const truth = new Truth();
  const holder = new Holder();
  let follower = await follow({ url: gateway.url, onChange: holder.onChange });
  /** Answers that a cache on the way has kept. @type {Map<string, Response>} */
  const kept = new Map();
  /** @param {string} path */
  const throughCache = async (path) => {
    const old = kept.get(path);
    if (old && below(3) === 0) return old.clone();
    const response = await fetch(path);
    if (response.ok) kept.set(path, response.clone());
    return response;
  };
  /** The changes that the follower knows. */
  let known = 0;
  const compareAll = async () => {
    gateway.proxy.fault = "none";
    gateway.proxy.cut(); // a stalled question
    await until(() => follower.catchUp(), "the gateway");
    assert.equal(follower.state, "up");
    known = truth.count;
    const dead = [...holder.entries].filter(([key, entry]) => truth.dead(key, entry));
    assert.deepEqual(dead, []);
    const alive = holder.dropped.filter(([key, entry]) => !truth.dead(key, entry));
    assert.deepEqual(alive, []);
    holder.dropped.length = 0;
    // What is as of another epoch is in doubt.
    const { logs } = follower.positions();
    for (const [key, { asOf, tagsAsOf }] of holder.entries) {
      assert.ok(logs[bucketOf(key)]?.startsWith(`${asOf.epoch}:`), key);
      assert.ok(tagsAsOf.epoch === 0 || logs[TAGS]?.startsWith(`${tagsAsOf.epoch}:`), key);
    }
  };
  for (let step = 0; step < 150; step++) {
    const what = below(20);
    const key = some(keys);
    if (what < 6) {
      const its = tags.filter(() => below(3) === 0);
      const value = truth.change((other) => other === key);
      const body = Buffer.from(String(value));
      await gateway.values.set(key, { body, type: "text/plain", tags: its });
    } else if (what < 7) {
      truth.change((other) => other === key);
      await gateway.values.delete(key);
    } else if (what < 9) {
      const tag = some(tags);
      truth.change((_, its) => its.includes(tag));
      await gateway.values.invalidate([tag]);
    } else if (what < 10) {
      const prefix = some(prefixes);
      truth.change((other) => other.startsWith(prefix));
      await gateway.values.invalidate([], [prefix]);
    } else if (what < 14) {
      await holder.read(follower, gateway.direct, key, throughCache);
      const entry = holder.entries.get(key);
      if (entry) assert.equal(truth.dead(key, entry, known), false, key);
    } else if (what < 15) {
      gateway.proxy.fault = some(faults);
      if (below(2)) gateway.proxy.cut();
    } else if (what < 16) {
      gateway.proxy.fault = some(["none", "late"]);
    } else if (what < 18) {
      await compareAll();
    } else if (what === 18 && below(4) === 0) {
      if (below(3) > 0) await gateway.engine.restart(below(3) ? bucketOf(key) : TAGS);
      else {
        truth.change(() => true);
        await gateway.restart();
      }
    } else if (what === 19 && below(3) === 0) {
      const positions = JSON.parse(JSON.stringify(follower.positions()));
      follower.close();
      follower = await follow({ url: gateway.url, onChange: holder.onChange, positions });
    }
  }
  await compareAll();
  assert.ok(holder.changes.length > 0);
}
