// Several servers, and aborts on every route that a file can take, in a
// simulation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWasm } from "../../js/core/wasm.js";
import { Loader } from "../../js/lazy/load/loader.js";
import { loadRouted } from "../../js/lazy/load/routes.js";
import { EndpointPool } from "../../js/lazy/net/endpoint-pool.js";
import { Simulation } from "./simulation.js";

await loadWasm("lazy"); // the simulated clock stands still while real files are read
await (await import("../../js/lazy/load/lexer.js")).importsOf("https://x.test/", "export {}");

const answer = (text, type = "application/json") =>
  new Response(text, { headers: { "content-type": type } });
const unavailable = () => new Response("", { status: 503 });
const wait = (sim, ms) => new Promise((resolve) => sim.after(ms, () => resolve(undefined)));

test("an ejected endpoint is probed over HTTP, less and less often, until it works", async () => {
  const sim = new Simulation();
  const probes = [];
  const env = sim.environment(async (url) => {
    probes.push([url, sim.time]);
    return probes.length < 3 ? unavailable() : answer("");
  });
  const options = { failures: 2, ejection: 1000, health: "well?deep=1" };
  const pool = await EndpointPool.create(["https://a.test/files", "https://b.test"], options, env);
  const fail = (index) => pool.pick({ without: [1 - index] })?.done(false);
  fail(0);
  assert.equal(pool.stats[0].ejected, false);
  fail(0);
  assert.equal(pool.stats[0].ejected, true);
  const url = "https://a.test/files/well?deep=1";
  await sim.run(wait(sim, 999));
  assert.deepEqual(probes, []);
  await sim.run(wait(sim, 10_000));
  // One second, then two, then three: by the number of ejections.
  assert.deepEqual(probes, [
    [url, 1000],
    [url, 3000],
    [url, 6000],
  ]);
  assert.equal(pool.stats[0].ejected, false);
  pool.dispose();
});

test("a pool keeps what it knows of endpoints that stay", async () => {
  const sim = new Simulation();
  const env = sim.environment(async () => answer(""));
  const options = { policy: "round-robin", failures: 1, ejection: 1000 };
  const pool = await EndpointPool.create(["https://a.test", "https://b.test"], options, env);
  const flying = pool.pick({ without: [1] }); // of a
  pool.pick({ without: [0] })?.done(false);
  assert.throws(() => pool.update([]), /1 to 32/);
  assert.throws(() => pool.update([{ url: "https://c.test", weight: 0 }]), /weight/);
  pool.update([{ url: "https://b.test", weight: 3 }, "https://c.test"]);
  assert.deepEqual(
    pool.stats.map(({ url, ejected }) => [url, ejected]),
    [
      ["https://b.test/", true],
      ["https://c.test/", false],
    ],
  );
  flying?.done(false); // of one that has left: nobody is ejected by it
  for (let i = 0; i < 3; i++) assert.equal(pool.pick()?.url, "https://c.test/");
  await sim.run(wait(sim, 1001));
  pool.update(["https://a.test", "https://b.test"]);
  assert.deepEqual(
    pool.stats.map(({ ejected, outstanding }) => [ejected, outstanding]),
    [
      [false, 0],
      [false, 0],
    ],
  );
  pool.dispose();
  assert.throws(() => pool.update(["https://a.test"]), { code: "CLOSED" });
});

test("disposing the pool during a probe does no harm", async () => {
  const sim = new Simulation();
  const env = sim.environment(async () => {
    await wait(sim, 100);
    return unavailable();
  });
  const pool = await EndpointPool.create(
    ["https://a.test"],
    { failures: 1, ejection: 10, health: "x" },
    env,
  );
  pool.pick()?.done(false);
  sim.after(50, () => pool.dispose());
  await sim.run(wait(sim, 1000));
});

test("a file that one endpoint cannot serve comes from the next, at once", async () => {
  const sim = new Simulation();
  const asked = [];
  const loader = new Loader(
    sim.environment(async (url) => {
      asked.push(new URL(url).host);
      await wait(sim, 10);
      return url.includes("a.test") ? unavailable() : answer("[1]");
    }),
  );
  const endpoints = [
    { url: "https://a.test", distance: 1 },
    { url: "https://b.test", distance: 2 },
  ];
  const pool = await EndpointPool.create(endpoints, { policy: "nearest" }, loader.env);
  assert.deepEqual(await sim.run(loadRouted(loader, "x.json", { as: "", endpoints: pool })), [1]);
  assert.deepEqual(asked, ["a.test", "b.test"]);
  pool.dispose();
});

// Every name is a path within each endpoint.
test("nothing leads out of an endpoint", async () => {
  const base = "https://a.test/files/";
  const names = [
    "./https://evil.test/x.json",
    "/////evil.test/x.json",
    "./data:application/json,1",
    "./javascript:1",
    ".//evil.test/x.json",
    "https://evil.test/x.json",
    "https://evil.test//other.test/x.json",
    "https://evil.test////other.test/x.json",
    "//evil.test/x.json",
    "../../x.json",
    "./../../x.json",
    "%2e%2e/%2e%2e/x.json",
    "\\\\evil.test\\x.json",
    ".\\..\\..\\x.json",
    "\t//evil.test/x.json",
    "./\thttps://evil.test/x.json",
    "@evil.test/x.json",
    ":8080/x.json",
    "?x.json",
    "#x.json",
    "",
  ];
  const sim = new Simulation();
  const asked = [];
  const loader = new Loader(
    sim.environment(async (url) => {
      asked.push(url);
      return answer("1");
    }),
  );
  for (const name of names) {
    const options = { as: "json", endpoints: [base] };
    const before = asked.length;
    const result = await sim.run(loadRouted(loader, name, options)).catch((error) => error);
    assert.ok(result === 1 || result instanceof TypeError, `${name}: ${result}`);
    const urls = asked.slice(before);
    assert.ok(
      urls.every((url) => url.startsWith(base)),
      `${name} -> ${urls}`,
    );
  }
});

// Each route waits for different things: the manifest, a slot, a probe, the
// endpoint, the second endpoint, the body, its decoding.
const manifest = "https://x.test/manifest.json";
const routes = {
  "an asset": ["https://x.test/a.json", {}],
  "a manifest": ["a", { manifest, as: "module" }],
  "a new build": ["https://x.test/gone-12345678.js", { manifest, as: "module" }],
  endpoints: ["a.json", { endpoints: ["https://x.test", "https://y.test", "https://z.test"] }],
  "a manifest over endpoints": [
    "a.js",
    { manifest, endpoints: ["https://x.test/", "https://y.test/"], as: "module" },
  ],
};
for (const [name, [url, options]] of Object.entries(routes)) {
  test(`an abort at any moment ends everything at once: ${name}`, async () => {
    for (let at = 0; at < 200; at++) {
      const sim = new Simulation(7);
      let requests = 0;
      const respond = async (url) => {
        await wait(sim, 5);
        if (++requests % 3 === 1) return unavailable();
        if (url.includes("gone")) return new Response("", { status: 404 });
        if (url === manifest) {
          const files = { "a.js": { name: "a", imports: ["b.js"] }, "b.js": {}, "gone.js": {} };
          return answer(JSON.stringify({ apus: 1, build: String(requests), files }));
        }
        const slow = new ReadableStream({
          async start(controller) {
            await wait(sim, 5);
            controller.enqueue(new TextEncoder().encode("{}"));
            controller.close();
          },
        });
        const type = url.endsWith(".js") ? "text/javascript" : "application/json";
        return answer(slow, type);
      };
      const controller = new AbortController();
      const reason = new Error("enough");
      sim.after(at * 5, () => controller.abort(reason));
      const loader = new Loader(sim.environment(respond));
      const result = await sim
        .run(loadRouted(loader, url, { as: "", ...options, signal: controller.signal }))
        .then(
          () => "loaded",
          (error) => error,
        );
      if (result === "loaded" || result.code === "GONE") return assert.ok(at > 2, `${at}`);
      assert.equal(result, reason);
      assert.equal(sim.time, at * 5);
    }
    assert.fail("it never loaded");
  });
}
