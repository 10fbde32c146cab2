// Seeded faults while events are published: what each subscriber saw is compared with what was
// acknowledged.
import { setTimeout as sleep } from "node:timers/promises";
import { random } from "../../cache/random.js";
import { until } from "../../gateway/servers.js";
import { openTabs } from "./tabs.js";
import { SMALL, World } from "./world.js";

/** @typedef {(below: number) => number} Pick */
/** @typedef {{ world: World, pick: Pick, tabs?: Awaited<ReturnType<typeof openTabs>> }} Scene */

/** @param {Scene} scene */
const victim = ({ world, pick }) => world.clients[pick(world.clients.length)];

/** Kinds, how many of 1,000, and ms until the next fault. @type {[string, number, number, (scene: Scene) => unknown][]} */
const kinds = [
  ["connection killed", 620, 120, (scene) => victim(scene).way.kill()],
  ["connection half open", 200, 120, (scene) => victim(scene).way.freeze()],
  [
    "gateway kill -9",
    80,
    200,
    async ({ world, pick }) => {
      const i = pick(2);
      await until(() => world.killGateway(i), "the other gateway");
    },
  ],
  [
    "slow client cut off",
    50,
    200,
    async ({ world, pick }) => {
      const slow = world.clients.filter(({ slowable }) => slowable);
      const quick = slow[pick(slow.length)].way.slow();
      await world.flood();
      quick();
    },
  ],
  ["leader gone", 50, 300, ({ tabs, pick }) => tabs?.leaderGone(pick(2) === 0)],
];

/**
 * @param {{ quick?: boolean, seed?: number, total?: number, withTabs?: boolean }} options withTabs: of Chromium
 * @param {import("../../../tools/bench/report.js").Report} report
 */
export async function faults(
  { quick, seed = 1, total = quick ? 100 : 1000, withTabs = true },
  report,
) {
  const pick = random(seed);
  const plan = kinds.flatMap(([name, share, pause, fault]) => {
    const count = Math.max(1, Math.round((share * total) / 1000));
    if (name === "leader gone" && !withTabs) return [];
    return Array.from({ length: count }, () => ({ name, pause, fault }));
  });
  for (let i = plan.length - 1; i > 0; i--) {
    const j = pick(i + 1);
    [plan[i], plan[j]] = [plan[j], plan[i]];
  }
  const world = await World.open();
  /** @type {Scene} */
  const scene = { world, pick };
  try {
    if (withTabs) {
      scene.tabs = await openTabs(3, {
        ...{ port: () => world.port(), channels: SMALL },
        watch: (tab, channel) => world.watch(`tab ${tab}`, channel),
      });
    }
    for (const { pause, fault } of plan) {
      await fault(scene);
      await sleep(quick ? pause / 2 : pause);
    }
    await world.settle();
    return result(world, plan, seed, report);
  } finally {
    await scene.tabs?.close();
    await world.close();
  }
}

/** @param {World} world @param {{ name: string }[]} plan @param {number} seed @param {import("../../../tools/bench/report.js").Report} report */
function result(world, plan, seed, report) {
  const { published, seen } = world;
  /** @type {Record<string, number>} */
  const sums = { lost: 0, duplicated: 0, disordered: 0, surplus: 0, gone: 0, count: 0 };
  for (const it of seen) {
    const missing = it.missing();
    for (const event of missing.slice(0, 3)) {
      console.error(`${it.name}, ${it.channel}: ${event} is missing`);
    }
    sums.lost += missing.length;
    sums.surplus += it.surplus;
    sums.gone += it.gone.length;
    sums.count += it.count;
    sums.duplicated += it.duplicated;
    sums.disordered += it.disordered;
  }
  const counts = kinds.map(([name]) => [name, plan.filter((it) => it.name === name).length]);
  report.table("faults", {
    caption: `${plan.length} faults (seed ${seed}) while ${published.count} events were acknowledged, ${seen.length} subscriptions`,
    columns: ["", "number"],
    rows: [
      ...counts,
      ["clients cut off because they were slow", world.cut],
      ...[...published.failed].map(([code, count]) => [`publications that failed: ${code}`, count]),
      ["publishers that were told another position", published.misplaced],
      ["events delivered", sums.count],
      ["lost", sums.lost],
      ["twice", sums.duplicated],
      ["out of order", sums.disordered],
      ["not asked for", sums.surplus],
      ["breaks said to have lost events", sums.gone],
      ...[...world.errors].map(([code, count]) => [`error events: ${code}`, count]),
    ],
  });
  return {
    faults: plan.length,
    events_lost_1000_faults: sums.lost,
    events_duplicated: sums.duplicated,
    events_out_of_order: sums.disordered,
    positions_wrong: published.misplaced,
    slow_clients_cut: world.cut,
    resumes_unrecovered: sums.gone,
    fault_events_delivered: sums.count,
  };
}
