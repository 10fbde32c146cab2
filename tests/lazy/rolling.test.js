// A tab while a deploy rolls, with a simulated clock and network: some servers lack its build's files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWasm } from "../../js/core/wasm.js";
import { tabOf } from "../../js/lazy/build/tab.js";
import { Loader } from "../../js/lazy/load/loader.js";
import { loadRouted } from "../../js/lazy/load/routes.js";
import { Simulation } from "./simulation.js";

await loadWasm("lazy"); // the simulated clock stands still while real files are read

const manifest = "https://x.test/m.json";
const json = (/** @type {unknown} */ body) =>
  new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
const status = (/** @type {number} */ code) => new Response("", { status: code });
const build = (/** @type {string} */ name) =>
  json({ apus: 1, build: name, files: { [`a-${name}.json`]: {}, [`b-${name}.json`]: {} } });

/**
 * A tab that has started a file of build A, and the requests since then.
 * @param {(path: string, at: number) => Response} respond from then on; `at`: ms since then
 */
async function tabOfA(respond) {
  const sim = new Simulation();
  /** @type {string[]} */
  const asked = [];
  let began = Infinity;
  const answer = (/** @type {string} */ path) => (path === "m.json" ? build("A") : json("A"));
  const loader = new Loader(
    sim.environment(async (url) => {
      const path = new URL(url).pathname.slice(1);
      if (began === Infinity) return answer(path);
      asked.push(path);
      return respond(path, sim.time - began);
    }),
  );
  const open = (/** @type {string} */ path) =>
    sim.run(loadRouted(loader, `https://x.test/${path}`, { as: "", manifest, budget: 20_000 }));
  await open("a-A.json");
  began = sim.time;
  return { open, asked, sim };
}

test("a file that some servers lack opens although the manifest does not come", async () => {
  const { open } = await tabOfA((path, at) => {
    if (path === "m.json") return status(503);
    return at < 5000 ? status(404) : json("A");
  });
  assert.equal(await open("b-A.json"), "A");
});

test("a file that is gone with its manifest fails after a few rounds", async () => {
  const { open, asked, sim } = await tabOfA(() => status(404));
  const began = sim.time;
  await assert.rejects(open("b-A.json"), { code: "GONE" });
  assert.ok(sim.time - began < 3000, `${sim.time - began} ms`);
  assert.ok(asked.length <= 24, `${asked.length} requests`);
});

test("once all servers have another build, a file that is gone fails at once", async () => {
  const { open, asked } = await tabOfA((path) => (path === "m.json" ? build("B") : status(404)));
  await assert.rejects(open("b-A.json"), { code: "GONE" });
  const before = asked.length;
  await assert.rejects(open("b-A.json"), { code: "GONE" });
  assert.equal(asked.length - before, 3);
});

test("a chunk that builds share does not tell which of them a page runs", async (context) => {
  const shared = "shared-1234.js";
  const of = (/** @type {string} */ name) =>
    json({
      apus: 1,
      build: name,
      files: { [`main-${name}.js`]: { entry: true }, [shared]: {}, [`a-${name}.json`]: {} },
    });
  // webpack's loader puts a script into the page for each chunk.
  const scripts = [`main-B.js`, shared].map((path) => ({ src: `https://x.test/${path}` }));
  const page = { querySelector: () => null, querySelectorAll: () => scripts };
  Object.assign(globalThis, { document: page });
  context.after(() => Reflect.deleteProperty(globalThis, "document"));
  const sim = new Simulation();
  let asked = 0;
  const loader = new Loader(
    sim.environment(async (url) => {
      if (url === manifest) return of(asked++ ? "B" : "A"); // the servers disagree
      return url.endsWith("a-B.json") && asked > 1 ? json("B") : status(404);
    }),
  );
  const opened = loadRouted(loader, "https://x.test/a-B.json", { as: "", manifest });
  assert.equal(await sim.run(opened), "B");
  const { manifest: own } = await tabOf(loader, manifest, {});
  assert.equal(own?.build, "B");
});
