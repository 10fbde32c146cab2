// A thousand clients lose their gateway at once: how often they knock, and how soon they are back. On a
// simulated clock, so it says the same on every machine. Next to Apus's own client: the same one behind
// the lazy room's circuit breaker and retry budget, and the lazy room's schedule with both.
//
//   node tests/live/bench/reconnects.js
import { pathToFileURL } from "node:url";
import { loadWasm } from "../../../js/core/wasm.js";
import { outcomeCode } from "../../../js/lazy/net/outcome.js";
// Loading it later would take real time.
import "../../../js/sync/live/prefer.js";
import { Upstream } from "../../../js/sync/live/upstream.js";
import { Report } from "../../../tools/bench/report.js";
import { SimWorld } from "../../sync/live/sim.js";

const CLIENTS = 1000;
const OUTAGE = 60_000; // ms

/** @typedef {(now: number) => boolean} Accepts whether an attempt that arrives is let in */
/** @typedef {{ world: SimWorld, knock: () => Promise<boolean>, up: (since: number) => void }} Sim */

const lazy = await loadWasm("lazy");

/** Faults, from 0 on; one for each run. @type {Record<string, (world: SimWorld) => Accepts>} */
const faults = {
  "away for 60 s": () => (now) => now >= OUTAGE,
  "refuses half for 60 s": (world) => (now) => now >= OUTAGE || world.below(2) === 0,
  "lets in 50 a second": () => {
    let [second, count] = [0, 0];
    return (now) => {
      const its = Math.floor(now / 1000);
      if (its !== second) count = 0;
      second = its;
      count += 1;
      return count <= 50;
    };
  },
};

/** Breaker and budget of one client, with the defaults of the lazy room. @param {SimWorld} world */
function guards(world) {
  const breaker = lazy.apus_lazy_breaker(5, 0.5, 20, 10_000, 180, 5, 2.7, 15_000);
  const tokens = lazy.apus_lazy_tokens(10, 0.5, world.now());
  return {
    /** Resolves when both let an attempt through. */
    async enter() {
      for (let wait = 1; wait > 0; ) {
        wait = lazy.apus_lazy_breaker_enter(breaker, world.now());
        if (wait > 0) await sleep(world, wait);
      }
      for (let wait = 1; wait > 0; ) {
        wait = lazy.apus_lazy_tokens_take(tokens, world.now(), 1);
        if (wait > 0) await sleep(world, wait);
      }
    },
    /** @param {boolean | undefined} fine undefined: it did not knock */
    record(fine) {
      const outcome = outcomeCode(fine);
      lazy.apus_lazy_breaker_record(breaker, world.now(), outcome, world.random());
    },
    free() {
      lazy.apus_lazy_free(breaker);
      lazy.apus_lazy_free(tokens);
    },
  };
}

/** @param {SimWorld} world @param {number} ms */
const sleep = (world, ms) => new Promise((resolve) => world.later(() => resolve(0), Math.ceil(ms)));

/** The client, with all of its transports, which the gateway refuses alike. @param {Sim} sim @param {boolean} guarded */
function client({ world, knock, up }, guarded) {
  const guard = guarded ? guards(world) : undefined;
  /** @type {import("../../../js/sync/live/link.js").Transport} */
  const transport = ({ open, frame, close }) => {
    lost = close;
    let over = false;
    const attempt = async () => {
      await guard?.enter();
      if (over) return guard?.record(undefined);
      const fine = await knock();
      guard?.record(fine);
      if (!fine) return close(1006);
      open();
      frame(JSON.stringify([["welcome", { heartbeat: 1e9, now: world.now() }]]));
    };
    void attempt();
    return {
      send() {},
      close() {
        over = true;
      },
    };
  };
  const transports = {
    websocket: async () => transport,
    sse: async () => transport,
    poll: async () => transport,
  };
  /** @type {(code?: number) => void} */
  let lost = () => {};
  let down = 0;
  const upstream = new Upstream({ url: "", transports, token: () => null }, "", world, {
    up: () => up(down),
    down: () => {
      down ||= world.now();
    },
    receive() {},
    error() {},
  });
  upstream.start();
  return {
    lose: () => lost(1006),
    end() {
      upstream.close();
      guard?.free();
    },
  };
}

/** The lazy room's schedule, breaker and budget alone. @param {Sim} sim */
function lazyClient({ world, knock, up }) {
  const guard = guards(world);
  let over = false;
  const connect = async (/** @type {number} */ since) => {
    for (let failed = 1; !over; failed++) {
      await guard.enter();
      if (over) return;
      const fine = await knock();
      guard.record(fine);
      if (fine) return up(since);
      const wait = lazy.apus_lazy_next_delay(
        100,
        5000,
        Infinity,
        2 ** 32 - 1,
        failed,
        world.random(),
        0,
        0,
      );
      await sleep(world, wait);
    }
  };
  void connect(0);
  return {
    lose: () => void connect(world.now()),
    end() {
      over = true;
    },
  };
}

/** @type {Record<string, (sim: Sim) => { lose: () => void, end: () => void }>} */
const policies = {
  "Apus: full jitter": (sim) => client(sim, false),
  "Apus, and breaker, budget": (sim) => client(sim, true),
  "lazy's schedule, breaker, budget": lazyClient,
};

/** @param {keyof typeof faults} fault @param {keyof typeof policies} policy */
async function run(fault, policy) {
  const world = new SimWorld(7);
  let began = Number.POSITIVE_INFINITY;
  let accepts = (/** @type {number} */ _) => true;
  /** By the second. @type {number[]} */
  const attempts = [];
  /** @type {number[]} */
  const times = [];
  const sim = {
    world,
    async knock() {
      await sleep(world, 5 + world.below(20));
      const now = world.now() - began;
      if (!(now >= 0)) return true;
      const second = Math.floor(now / 1000);
      attempts[second] = (attempts[second] ?? 0) + 1;
      return accepts(now);
    },
    up(/** @type {number} */ since) {
      if (since) times.push(world.now() - began);
    },
  };
  const clients = Array.from({ length: CLIENTS }, () => policies[policy](sim));
  await world.run(60_000);
  began = world.now();
  accepts = faults[fault](world);
  for (const it of clients) it.lose();
  await world.until(() => times.length >= CLIENTS, 1_200_000);
  for (const it of clients) it.end();
  const sorted = times.sort((a, b) => a - b);
  const from = fault.startsWith("away") ? OUTAGE : 0;
  const at = (/** @type {number} */ part) =>
    (sorted[Math.floor(part * (sorted.length - 1))] - from) / 1000;
  const counts = Array.from(attempts, (count) => count ?? 0);
  return {
    each: counts.reduce((sum, it) => sum + it, 0) / CLIENTS,
    busiest: Math.max(...counts),
    p50: at(0.5),
    p99: at(0.99),
    back: times.length,
  };
}

/** @param {{ quick: boolean }} _ @param {import("../../../tools/bench/report.js").Report} report */
export async function reconnects(_, report) {
  const rows = [];
  /** @type {Record<string, number>} */
  const metrics = {};
  for (const fault of Object.keys(faults)) {
    for (const policy of Object.keys(policies)) {
      const { each, busiest, p50, p99, back } = await run(fault, policy);
      if (back < CLIENTS) throw new Error(`${fault}, ${policy}: ${CLIENTS - back} are not back`);
      if (fault === "away for 60 s" && policy.startsWith("Apus")) {
        const name = `reconnect_${policy === "Apus: full jitter" ? "" : "breaker_"}`;
        Object.assign(metrics, { [`${name}attempts`]: each, [`${name}p99_s`]: p99 });
      }
      rows.push([fault, policy, each.toFixed(1), busiest, p50.toFixed(1), p99.toFixed(1)]);
    }
  }
  report.table("reconnects", {
    caption: `${CLIENTS.toLocaleString("en")} clients lose their gateway at once, on a simulated clock: attempts that reach it, and seconds until a client is back, from the loss on, or from the gateway's return`,
    columns: [
      ...["the gateway", "the client", "attempts of a client"],
      ...["in the busiest second", "p50", "p99"],
    ],
    rows,
  });
  return metrics;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await reconnects({ quick: false }, new Report());
}
