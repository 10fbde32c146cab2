// Ten tabs with one connection: closes, crashes, freezes and network faults lose nothing.
// LIVE_SEEDS and LIVE_STEPS make it longer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Live } from "../../../js/sync/live/live.js";
import { as, installTabs, SimTab } from "./sim-tabs.js";
import { Reader, startWorld, wasm } from "./world.js";

const steps = Number(process.env.LIVE_STEPS ?? 1000);

const seeds = Array.from({ length: Number(process.env.LIVE_SEEDS ?? 3) }, (_, i) => i + 1);

for (const seed of seeds) test(`tabs come, go, crash and freeze, seed ${seed}`, () => run(seed));

/** @param {number} seed */
async function run(seed) {
  const { world, gateway, network } = startWorld(seed);
  const { below } = world;
  const uninstall = installTabs(world);
  try {
    /** @typedef {{ tab: SimTab, live: Live, reader: Reader }} Page */
    /** @type {Set<Page>} */
    const pages = new Set();
    /** @type {Promise<unknown>[]} */
    const publications = [];
    let published = 0;
    const open = () => {
      const tab = new SimTab(world);
      as(tab, () => {
        const settings = {
          url: "http://gateway/apus/",
          transports: {
            websocket: async () => (/** @type {any} */ to) => {
              const { frame, close, open } = to;
              const link = network.connect({
                ...to,
                frame: (it) => tab.run(() => frame(it)),
                close: (...why) => tab.run(() => close(...why)),
                open: () => tab.run(open),
              });
              tab.held.add(() => link.close());
              return link;
            },
          },
          token: () => null,
          ...{ user: "", share: true, budget: 8 },
        };
        const live = new Live(settings, wasm, tab.world);
        pages.add({ tab, live, reader: new Reader(live.channel("log")) });
      });
    };
    const some = () => [...pages][below(pages.size)];
    const leaders = () => [...pages].filter(({ live }) => live.stats().leader);
    for (let i = 0; i < 10; i++) open();
    await world.run(3000);
    assert.equal(network.open, 1);
    assert.equal(leaders().length, 1);
    assert.equal(leaders()[0].live.stats().tabs, 10);
    const what = { close: 0, crash: 0, freeze: 0, kill: 0 };
    for (let step = 0; step < steps; step++) {
      const dice = below(100);
      const page = some();
      if (dice < 60) for (let i = below(5); i >= 0; i--) gateway.append("log", "n", { step, i });
      else if (dice < 75 && !page.tab.frozen) {
        as(page.tab, () => {
          const n = published++;
          // A page that goes takes what is not acknowledged with it.
          publications.push(
            page.live
              .channel("log")
              .publish("own", { n })
              .catch(() => {}),
          );
        });
      } else if (dice < 78 && pages.size > 3) {
        pages.delete(page);
        page.tab.thaw();
        as(page.tab, () => page.live.close());
        what.close += 1;
      } else if (dice < 81 && pages.size > 3) {
        const dead = below(2) ? (leaders()[0] ?? page) : page;
        pages.delete(dead);
        dead.reader.check(gateway);
        dead.tab.crash();
        what.crash += 1;
      } else if (dice < 84) {
        const still = below(2) ? (leaders()[0] ?? page) : page;
        still.tab.frozen = true;
        world.later(() => as(still.tab, () => still.tab.thaw()), below(8000));
        what.freeze += 1;
      } else if (dice < 86) {
        network.kill();
        what.kill += 1;
      } else if (dice < 92 && pages.size < 10) open();
      await world.run(below(400));
    }
    await world.run(20_000);
    gateway.append("log", "last", {});
    const done = await world.until(() =>
      [...pages].every(({ reader }) => reader.events.at(-1)?.type === "last"),
    );
    assert(done, "all tabs have caught up");
    for (const { reader } of pages) {
      assert.equal(reader.check(gateway), 0);
      assert.equal(reader.losses, 0);
    }
    for (const times of gateway.applied.values()) assert.equal(times, 1);
    assert.equal(leaders().length, 1);
    assert.equal(network.open, 1);
    console.log(`# ${gateway.channel("log").head + 1} events, ${JSON.stringify(what)}`);
    for (const { tab, live } of pages) as(tab, () => live.close());
  } finally {
    uninstall();
  }
}

test("a leader that is silent is replaced within a second", async () => {
  const { world, gateway, network } = startWorld(5);
  const uninstall = installTabs(world);
  const pages = [0, 1, 2].map(() => {
    const tab = new SimTab(world);
    /** @type {Live | undefined} */
    let live;
    as(tab, () => {
      const settings = {
        url: "http://gateway/apus/",
        transports: { websocket: async () => network.connect },
        token: () => null,
        ...{ user: "", share: true, budget: 8 },
      };
      live = new Live(settings, wasm, tab.world);
    });
    return { tab, live: /** @type {Live} */ (/** @type {unknown} */ (live)) };
  });
  await world.run(2000);
  let worst = 0;
  for (let i = 0; i < 20; i++) {
    const leader = pages.find(({ live, tab }) => live.stats().leader && !tab.frozen);
    assert(leader);
    await world.run(world.below(500));
    leader.tab.frozen = true;
    const began = world.now();
    const others = pages.filter((it) => it !== leader);
    const up = () => others.some(({ live }) => live.stats().leader && live.status === "up");
    assert(await world.until(up, 5000));
    worst = Math.max(worst, world.now() - began);
    as(leader.tab, () => leader.tab.thaw());
    await world.run(3000);
    assert.equal(gateway.sessions.size, 1);
  }
  console.log(`# takeover after ${worst} ms at most`);
  assert(worst <= 1000, `${worst} ms`);
  for (const { tab, live } of pages) as(tab, () => live.close());
  uninstall();
});
