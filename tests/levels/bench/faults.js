// Faults while values change: what a page holds afterwards is compared with what the masters hold.
import { random } from "../../cache/random.js";
import { World } from "./world.js";

/** @typedef {(world: World, pick: (below: number) => number) => Promise<unknown>} Fault */

/** Kinds, and how many of 1,000. @type {[string, number, Fault][]} */
const kinds = [
  [
    "connection cut",
    400,
    async (world, pick) => {
      const reading = world.read();
      const changes = world.change(pick, 8);
      world.proxy.cut();
      await changes;
      world.proxy.cut();
      await reading;
    },
  ],
  [
    "page offline",
    300,
    async (world, pick) => {
      world.proxy.offline();
      await world.change(pick, 12);
      world.proxy.online();
    },
  ],
  [
    "log trimmed while offline",
    160,
    async (world, pick) => {
      world.proxy.offline();
      await world.change(pick, 30);
      await world.trim();
      world.proxy.online();
    },
  ],
  [
    "servers drop all connections",
    100,
    async (world, pick) => {
      const changes = world.change(pick, 12);
      await world.cutServers();
      await changes;
    },
  ],
  [
    "gateway kill -9",
    30,
    async (world, pick) => {
      const changes = world.change(pick, 12);
      await world.killGateway();
      await changes;
    },
  ],
  ["master kill -9", 10, (world, pick) => world.killMaster(pick)],
];

/**
 * @param {{ quick?: boolean, seed?: number, total?: number }} options
 * @param {import("../../../tools/bench/report.js").Report} report
 */
export async function faults({ quick, seed = 1, total = quick ? 100 : 1000 }, report) {
  const pick = random(seed);
  const plan = kinds.flatMap(([name, share, fault]) =>
    Array.from({ length: Math.max(1, Math.round((share * total) / 1000)) }, () => ({
      name,
      fault,
    })),
  );
  for (let i = plan.length - 1; i > 0; i--) {
    const j = pick(i + 1);
    [plan[i], plan[j]] = [plan[j], plan[i]];
  }
  const world = await World.open();
  /** @type {Map<string, { count: number, held: number, lost: number, ms: number }>} */
  const sums = new Map(kinds.map(([name]) => [name, { count: 0, held: 0, lost: 0, ms: 0 }]));
  try {
    await world.change(pick, 200);
    for (const [i, { name, fault }] of plan.entries()) {
      await world.read();
      const begin = performance.now();
      await fault(world, pick);
      await world.settle();
      const wrong = await world.wrong();
      for (const { key, held, truth } of wrong.slice(0, 3)) {
        console.error(`fault ${i}, ${name}: ${key} is ${truth}, the page holds ${held}`);
        world.page.drop(key);
      }
      const sum = /** @type {any} */ (sums.get(name));
      sum.ms += performance.now() - begin;
      sum.count++;
      sum.held += world.page.entries.size;
      sum.lost += wrong.length;
    }
  } finally {
    await world.close();
  }
  const all = [...sums];
  report.table("faults", {
    caption: `${plan.length} faults while values change (seed ${seed})`,
    columns: ["", "faults", "values held after them", "invalidations lost", "ms a fault"],
    rows: all.map(([name, { count, held, lost, ms }]) => [name, count, held, lost, ms / count]),
  });
  return {
    lost_invalidations: all.reduce((sum, [, { lost }]) => sum + lost, 0),
    faults: plan.length,
  };
}
