import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWasm } from "../../js/core/wasm.js";
import { Loader } from "../../js/lazy/load/loader.js";
import { observe } from "../../js/lazy/load/observe.js";
import { Successors } from "../../js/lazy/load/successors.js";
import { Simulation, seeded } from "./simulation.js";

test("predicts the module that is opened next most often", () => {
  const table = new Successors();
  table.record("list", "detail");
  assert.equal(table.likely("list", 0.3), undefined, "one opening proves nothing");
  table.record("list", "detail");
  table.record("list", "help");
  assert.equal(table.likely("list", 0.3), "detail");
  assert.equal(table.likely("list", 0.9), undefined);
  assert.equal(table.likely("nowhere", 0), undefined);
});

test("new habits replace old ones", () => {
  const table = new Successors();
  for (let i = 0; i < 1000; i++) table.record("a", "old");
  for (let i = 0; i < 100; i++) table.record("a", "new");
  assert.equal(table.likely("a", 0.3), "new");
});

test("stays small, can be saved and restored, ignores invalid data", () => {
  const random = seeded(1);
  const table = new Successors();
  for (let i = 0; i < 10_000; i++)
    table.record(`m${(random() * 200) | 0}`, `m${(random() * 200) | 0}`);
  const saved = JSON.parse(JSON.stringify(table.saved()));
  assert.ok(saved.length <= 64 && saved.every(([, counts]) => counts.length <= 4));
  assert.deepEqual(new Successors(saved).saved(), saved);
  for (const invalid of [null, 7, "x", [1], [["a"]], [["a", 7]], [["a", [["b", "c"], 1]]]]) {
    assert.equal(new Successors(invalid).likely("a", 0), undefined);
  }
});

test("the loader reports to a sampler and to a table in a cache", async () => {
  await loadWasm("lazy"); // the simulated clock does not wait for files
  await (await import("../../js/lazy/load/lexer.js")).importsOf("https://x.test/", "");
  const sim = new Simulation();
  const respond = async () => {
    await new Promise((resolve) => sim.after(30, () => resolve(undefined)));
    return new Response("", { headers: { "content-type": "text/javascript" } });
  };
  const loader = new Loader(sim.environment(respond));
  const tracked = [];
  const cache = new Map();
  observe(
    loader,
    {
      sampler: { track: (name, ms, tags) => tracked.push([name, ms, tags]) },
      predict: cache,
    },
    async () => {},
  );
  for (const file of ["a", "b", "a", "b"]) {
    await sim.run(loader.module(`https://x.test/${file}.js`, {}));
  }
  const tags = { origin: "https://x.test", ok: "true" };
  assert.deepEqual(tracked, [
    ["lazy", 30, tags],
    ["lazy", 30, tags],
  ]);
  const table = new Successors(cache.get("apus-lazy-successors"));
  assert.equal(table.likely("https://x.test/a.js", 0.3), "https://x.test/b.js");
});
