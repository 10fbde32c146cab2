// Random changes and reads in two tabs, against a model of the oldest value
// of each key that this tab may still see. APUS_SEED and APUS_LONG=1 for more.
import { expect, test } from "../browser.js";
import { random as seeded } from "./random.js";

const KEYS = ["a/1", "a/2", "b/1", "b/2", "c/1", "c/2"];
const SEEDS = process.env.APUS_SEED ? [Number(process.env.APUS_SEED)] : [1, 2, 3];
const STEPS = process.env.APUS_LONG ? 400 : 40;
const OPS = [
  ...["set", "set", "set", "set", "get", "get", "load", "load", "load", "fetch", "fetch"],
  ...["delete", "delete", "clear", "tag", "glob", "regExp", "predicate", "refresh"],
  ...["turn", "turn", "settle", "flush", "reopen"],
];

/** Runs a step's operations in a page that has `globalThis.world`; returns the mistakes. */
async function play({ name, step, ops }) {
  globalThis.world ??= { floors: {}, cache: undefined, problems: [] };
  const { world } = globalThis;
  const { Cache } = await import("/apus/index.js");
  const open = async () => {
    await world.cache?.close();
    world.cache = await Cache.open(name, { persist: true });
    world.cache.set("in memory", 1);
  };
  if (!world.cache) {
    addEventListener("unhandledrejection", ({ reason }) => world.problems.push(String(reason)));
    addEventListener("error", ({ message }) => world.problems.push(message));
    await open();
  }
  const { floors, problems } = world;
  const pending = [];
  let version = step * 1000;
  const check = (what, key, value, floor) => {
    if (value !== undefined && value < floor) {
      problems.push(`step ${step}: ${what}("${key}") gave ${value}, must not be below ${floor}`);
    }
  };
  const gone = (matches) => {
    version += 1;
    for (const key of world.keys) if (matches(key)) floors[key] = version;
  };
  const later = (what, key, promise) => {
    const floor = floors[key] ?? 0;
    pending.push(promise.then((value) => check(what, key, value, floor)));
  };
  world.keys ??= ["a/1", "a/2", "b/1", "b/2", "c/1", "c/2"];
  for (const [op, key] of ops) {
    const { cache } = world;
    const tag = key[0];
    if (op === "set") {
      version += 1;
      floors[key] = version;
      cache.set(key, version, { tags: [tag] });
    } else if (op === "get") check(op, key, cache.get(key), floors[key] ?? 0);
    else if (op === "load") later(op, key, cache.load(key));
    else if (op === "fetch" || op === "refresh") {
      const loader = async () => {
        const value = ++version;
        if (value % 2) await new Promise((done) => setTimeout(done, value % 5));
        return value;
      };
      later(op, key, cache[op](key, loader, { tags: [tag] }));
    } else if (op === "delete") {
      cache.delete(key);
      gone((other) => other === key);
    } else if (op === "clear") {
      cache.clear();
      gone(() => true);
    } else if (op === "tag") {
      cache.invalidateTag(tag);
      gone((other) => other[0] === tag);
    } else if (op === "glob") {
      cache.invalidate(`${tag}/*`);
      gone((other) => other[0] === tag);
    } else if (op === "regExp") {
      cache.invalidate(new RegExp(`${key[2]}$`));
      gone((other) => other[2] === key[2]);
    } else if (op === "predicate") {
      cache.invalidate((other, value) => other[0] === tag && value > 0);
      gone((other) => other[0] === tag);
    } else if (op === "turn") await new Promise((done) => setTimeout(done));
    else if (op === "settle") await Promise.all(pending.splice(0));
    else if (op === "flush") void cache.flush();
    else {
      await Promise.all(pending.splice(0));
      await open();
    }
  }
  await Promise.all(pending);
  for (const key of world.keys) check("get", key, world.cache.get(key), floors[key] ?? 0);
  return { floors, problems };
}

for (const seed of SEEDS) {
  test(`two tabs never see values that they know to be outdated, seed ${seed}`, async ({
    context,
  }) => {
    test.setTimeout(STEPS * 5000);
    const random = seeded(seed);
    const name = `model ${seed}`;
    const tabs = [await context.newPage(), await context.newPage()];
    for (const tab of tabs) await tab.goto("/tests/pages/blank.html");
    const floors = [{}, {}];
    for (let step = 1; step <= STEPS; step++) {
      const ops = Array.from({ length: 1 + random(12) }, () => [
        OPS[random(OPS.length)],
        KEYS[random(KEYS.length)],
      ]);
      const at = random(2);
      const played = await tabs[at].evaluate(play, { name, step, ops });
      expect(played.problems).toEqual([]);
      floors[at] = played.floors;
    }
    const values = (tab) =>
      tab.evaluate(async (keys) => {
        const { cache } = globalThis.world;
        await cache.flush();
        return Promise.all(keys.map(async (key) => (await cache.load(key)) ?? null));
      }, KEYS);
    // In the end the tabs agree with each other and the disk, and deleted entries are still gone.
    await expect
      .poll(async () => (await values(tabs[0])).join())
      .toBe((await values(tabs[1])).join());
    const end = await values(tabs[0]);
    const wrong = KEYS.filter((key, i) =>
      floors.some((own) => end[i] !== null && end[i] < (own[key] ?? 0)),
    );
    expect(wrong).toEqual([]);
    const fresh = await context.newPage();
    await fresh.goto("/tests/pages/blank.html");
    await fresh.evaluate(play, { name, step: STEPS + 1, ops: [] });
    expect(await values(fresh)).toEqual(end);
  });
}
