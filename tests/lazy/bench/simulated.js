// Trials that are too long, or need too many clients, for real time: the real
// loader in a simulation (tests/lazy/simulation.js).
import { setMaxListeners } from "node:events";
import { loadWasm } from "../../../js/core/wasm.js";
import { parseManifest } from "../../../js/lazy/build/manifest.js";
import { Loader } from "../../../js/lazy/load/loader.js";
import { EndpointPool } from "../../../js/lazy/net/endpoint-pool.js";
import { overEndpoints } from "../../../js/lazy/net/hedging.js";
import { graph } from "../fault-server.js";
import { Simulation, seeded } from "../simulation.js";

await loadWasm("lazy");
await import("../../../js/lazy/net/recheck.js"); // the simulated clock does not wait for files
await (await import("../../../js/lazy/load/lexer.js")).importsOf("https://x.test/", "export {}");

const quantile = (values, q) => values.sort((a, b) => a - b)[Math.ceil(q * values.length) - 1];

/**
 * The requests that clients send while the server is down, as a multiple of the
 * requests of clients without retries. Each client asks for a new module every
 * `every` ms on average, or once.
 * @returns {Promise<number>}
 */
export async function outageLoadFactor({ clients = 200, seconds = 30, every = 1000, seed = 1 }) {
  const sim = new Simulation(seed);
  let sent = 0;
  let wanted = 0;
  const end = seconds * 1000;
  const respond = async (_url, _init, sim) => {
    if (sim.time < end) sent++;
    await new Promise((resolve) => sim.after(20, () => resolve(undefined)));
    return new Response("", { status: 503 });
  };
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  for (let client = 0; client < clients; client++) {
    const loader = new Loader(sim.environment(respond));
    let module = 0;
    const ask = () => {
      wanted++;
      const options = { budget: end, signal: stop.signal };
      loader.module(`https://x.test/m${module++}.js`, options).catch(() => {});
    };
    const next = () => {
      const wait = -every * Math.log(1 - sim.random());
      if (sim.time + wait >= end) return;
      sim.after(wait, () => {
        ask();
        next();
      });
    };
    if (every === Infinity) sim.after(sim.random() * 1000, ask);
    else next();
  }
  await sim.run(new Promise((resolve) => sim.after(end, () => resolve(undefined))));
  stop.abort();
  return sent / wanted;
}

/**
 * The same for clients that retry each module after fixed waits, like p-retry
 * with a first wait of 100 ms, a factor of 2, jitter, and at most 5 s.
 */
export function backoffLoadFactor({ clients = 200, seconds = 30, every = 1000, seed = 1 }) {
  const random = seeded(seed);
  let sent = 0;
  let wanted = 0;
  for (let client = 0; client < clients; client++) {
    let at = every === Infinity ? random() * 1000 : 0;
    for (;;) {
      if (every < Infinity) at += -every * Math.log(1 - random());
      if (at >= seconds * 1000) break;
      wanted++;
      for (let time = at, bound = 100; time < seconds * 1000; bound *= 2) {
        sent++;
        time += 20 + Math.min(5000, bound * (1 + random()));
      }
      if (every === Infinity) break;
    }
  }
  return sent / wanted;
}

/**
 * Latencies of requests to three endpoints, one of them ten times as slow.
 * @param {{ policy: string, hedge: boolean, period?: number, requests?: number, seed?: number }} options
 *   `period`: it is slow in the first half of each period of that many ms; 0: always
 * @returns {Promise<{ p50: number, p99: number, extra: number }>} `extra`: requests beyond one each, %
 */
export async function slowEndpoint({ policy, hedge, period = 0, requests = 4000, seed = 1 }) {
  const sim = new Simulation(seed);
  let sent = 0;
  const respond = async (url, init, sim) => {
    sent++;
    // 20 ms and more, with a tail; the third endpoint takes ten times as long.
    const latency = 20 - 15 * Math.log(1 - sim.random());
    const now = period === 0 || sim.time % period < period / 2;
    const slow = url.includes("c.test") && now ? 10 : 1;
    await new Promise((resolve) => sim.after(latency * slow, () => resolve(undefined)));
    init.signal?.throwIfAborted();
    return new Response("{}", { headers: { "content-type": "application/json" } });
  };
  const env = sim.environment(respond);
  const loader = new Loader(env);
  const bases = ["https://a.test/", "https://b.test/", "https://c.test/"];
  const pool = await EndpointPool.create(bases, { policy }, env);
  const latencies = [];
  const ask = async (i) => {
    const began = sim.time;
    const options = { hedge, budget: 30_000, cache: "no-store" };
    await overEndpoints(loader, pool, `f${i}.json`, options, (base, more) =>
      loader.fetcher.fetch(`${base}f${i}.json`, { ...options, ...more }, (response) =>
        response.json(),
      ),
    );
    latencies.push(sim.time - began);
  };
  const all = [];
  const next = (i) => {
    if (i === requests) return;
    sim.after(-100 * Math.log(1 - sim.random()), () => {
      all.push(ask(i));
      next(i + 1);
    });
  };
  next(0);
  await sim.run(
    (async () => {
      while (latencies.length < requests) {
        await new Promise((resolve) => sim.after(1000, () => resolve(undefined)));
      }
    })(),
  );
  pool.dispose();
  const extra = (100 * (sent - requests)) / requests;
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), extra };
}

/**
 * How long after the end of an outage a graph of nine modules has loaded, as a
 * multiple of the time it takes without an outage (an oracle that asks exactly
 * at the end), and the difference of the two, ms.
 * @param {{ outage?: number, latency?: number, known?: boolean, trials?: number }} options `known`:
 *   the graph comes from a manifest; otherwise it is read level by level
 */
export async function outageRecovery({ outage = 800, latency = 50, known = false, trials = 200 }) {
  const ideal = await graphTime({ outage: 0, latency, known, seed: 1 });
  let sum = 0;
  let requests = 0;
  for (let seed = 1; seed <= trials; seed++) {
    const { ms, sent } = await graphTime({ outage, latency, known, seed });
    sum += ms - outage;
    requests += sent;
  }
  const mean = sum / trials;
  return { ratio: mean / ideal.ms, late: mean - ideal.ms, requests: requests / trials };
}

export async function graphTime({ outage, latency, known, seed }) {
  const sim = new Simulation(seed);
  let sent = 0;
  const respond = async (url, _init, sim) => {
    sent++;
    const half = () => new Promise((resolve) => sim.after(latency / 2, () => resolve(undefined)));
    await half();
    const down = sim.time < outage;
    await half();
    if (down) return new Response("", { status: 503 });
    const imports = graph[url.split("/").at(-1)];
    const text = imports.map((file) => `import "./${file}";`).join("\n");
    return new Response(text, { headers: { "content-type": "text/javascript" } });
  };
  const loader = new Loader(sim.environment(respond));
  const entries = Object.entries(graph).map(([file, imports]) => [file, { imports }]);
  const files = Object.fromEntries(entries);
  const manifest = known
    ? parseManifest({ apus: 1, build: "a", files }, "https://x.test/manifest.json")
    : undefined;
  await sim.run(loader.module("https://x.test/m0.js", { manifest, budget: 60_000 }));
  return { ms: sim.time, sent };
}
