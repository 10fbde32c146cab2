// A page that loads from ever new origins and lists of endpoints for days, in a simulation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWasm } from "../../js/core/wasm.js";
import { Loader } from "../../js/lazy/load/loader.js";
import { loadRouted } from "../../js/lazy/load/routes.js";
import { ORIGINS } from "../../js/lazy/net/fetcher.js";
import { SITES } from "../../js/lazy/net/hedging.js";
import { Simulation } from "./simulation.js";

const core = await loadWasm("lazy"); // the simulated clock stands still while real files are read

/** Engines that exist, made and freed through the door from now on. */
let engines = 0;
for (const name of /** @type {const} */ ([
  "apus_lazy_breaker",
  "apus_lazy_tokens",
  "apus_lazy_latency",
  "apus_lazy_pool",
])) {
  const make = /** @type {(...options: any[]) => number} */ (core[name]);
  core[name] = (/** @type {any[]} */ ...options) => {
    engines++;
    return make(...options);
  };
}
const free = core.apus_lazy_free;
core.apus_lazy_free = (engine) => {
  engines--;
  free(engine);
};

const json = () => new Response("1", { headers: { "content-type": "application/json" } });

test("ever new origins do not fill the memory, and those in use stay", async () => {
  const sim = new Simulation();
  const loader = new Loader(
    sim.environment(async (url) => {
      if (url.includes("slow")) await new Promise((resolve) => sim.after(1e6, () => resolve(0)));
      return json();
    }),
  );
  const get = (host) =>
    loader.fetcher.fetch(`https://${host}.test/a.json`, { timeout: 1e7, budget: 1e7 }, (response) =>
      response.text(),
    );
  const before = engines;
  const slow = get("slow");
  for (let i = 0; i < 3 * ORIGINS; i++) {
    await sim.run(get("often"));
    assert.equal(await sim.run(get(`h${i}`)), "1");
  }
  const { origins } = loader.fetcher;
  assert.equal(origins.size, ORIGINS);
  assert.equal(engines - before, 3 * ORIGINS);
  assert.equal(origins.get("https://often.test")?.attempts, 3 * ORIGINS);
  assert.ok(origins.has(`https://h${3 * ORIGINS - 1}.test`));
  assert.equal(await sim.run(slow), "1");
  assert.equal(origins.get("https://slow.test")?.attempts, 1);
});

test("more origins than are remembered may be in use at once", async () => {
  const sim = new Simulation();
  const loader = new Loader(
    sim.environment(async () => {
      await new Promise((resolve) => sim.after(1000, () => resolve(0)));
      return json();
    }),
  );
  const all = Array.from({ length: 2 * ORIGINS }, (_, i) =>
    loader.fetcher.fetch(`https://h${i}.test/a.json`, {}, (response) => response.text()),
  );
  assert.equal(new Set(await sim.run(Promise.all(all))).size, 1);
  await sim.run(loader.fetcher.fetch("https://last.test/a.json", {}, (it) => it.text()));
  assert.equal(loader.fetcher.origins.size, ORIGINS);
});

test("ever new lists of endpoints do not fill the memory, and those in use stay", async () => {
  const sim = new Simulation();
  const loader = new Loader(
    sim.environment(async (url) => {
      if (url.includes("slow")) await new Promise((resolve) => sim.after(1e6, () => resolve(0)));
      return json();
    }),
  );
  const get = (folder) =>
    loadRouted(loader, "a.json", {
      as: "json",
      endpoints: [`https://one.test/${folder}/`, `https://two.test/${folder}/`],
      ...{ timeout: 1e7, budget: 1e7 },
    });
  for (const host of ["one", "two"]) {
    await sim.run(loader.fetcher.fetch(`https://${host}.test/a.json`, {}, (it) => it.text()));
  }
  await sim.run(get("first"));
  const before = engines;
  const slow = get("slow");
  for (let i = 0; i < 3 * SITES; i++) assert.equal(await sim.run(get(`f${i}`)), 1);
  assert.equal(engines - before, 3 * (SITES - 1));
  assert.equal(await sim.run(slow), 1);
  await assert.rejects(loadRouted(loader, "a.json", { as: "json", endpoints: [] }), RangeError);
  assert.equal(engines - before, 3 * (SITES - 1));
});
