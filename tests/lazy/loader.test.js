// The loader with a simulated clock, network and random numbers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ApusError } from "../../js/core/errors.js";
import { rooms } from "../../js/core/rooms.js";
import { parseManifest } from "../../js/lazy/build/manifest.js";
import { Loader } from "../../js/lazy/load/loader.js";
import { observe } from "../../js/lazy/load/observe.js";
import { page } from "../../js/lazy/net/environment.js";
import { graphTime, outageLoadFactor, outageRecovery, slowEndpoint } from "./bench/simulated.js";
import { Simulation } from "./simulation.js";

const script = (text = "") =>
  new Response(text, { headers: { "content-type": "text/javascript" } });

test("the end of a short outage is noticed soon", async () => {
  const { ratio } = await outageRecovery({ outage: 800, latency: 50 });
  assert.ok(ratio <= 1.5, `${ratio}`);
  // With a manifest the whole graph takes one round trip, less than any probe could save.
  const { late } = await outageRecovery({ outage: 800, latency: 50, known: true });
  assert.ok(late <= 150, `${late} ms`);
});

test("the end of a long outage is noticed within a fraction of its length", async () => {
  for (const outage of [3000, 10_000, 25_000]) {
    const { late } = await outageRecovery({ outage, trials: 50 });
    assert.ok(late <= 0.75 * outage && late < 7000, `${late} of ${outage} ms`);
  }
});

test("retries do not make a long outage worse", async () => {
  for (const every of [1000, 3000]) assert.ok((await outageLoadFactor({ every })) <= 1.2);
  assert.ok((await outageLoadFactor({ every: Infinity, clients: 50 })) <= 14);
});

test("a visitor's request is tried once, immediately", async () => {
  const sim = new Simulation();
  const sent = [];
  const respond = async () => {
    sent.push(sim.time);
    return new Response("", { status: 503 });
  };
  const loader = new Loader(sim.environment(respond));
  const stop = new AbortController();
  const want = (file) =>
    loader
      .module(`https://x.test/${file}`, { budget: 60_000, signal: stop.signal })
      .catch(() => {});
  want("a.js");
  await sim.run(new Promise((resolve) => sim.after(20_000, () => resolve(undefined))));
  const before = sent.length;
  want("b.js");
  await sim.run(new Promise((resolve) => sim.after(1, () => resolve(undefined))));
  assert.equal(sent.length, before, "without a visitor, it waits for the next probe");
  sim.asked = true;
  for (const file of ["c.js", "d.js", "e.js"]) want(file);
  await sim.run(new Promise((resolve) => sim.after(1, () => resolve(undefined))));
  assert.equal(sent.length, before + 1);
  stop.abort();
});

test("a single client sends few retries in an outage, even for a whole graph", async () => {
  const { sent } = await graphTime({ outage: 29_000, latency: 50, known: true, seed: 1 });
  assert.ok(sent <= 9 + 9 + 14, `${sent}`);
});

test("a slow endpoint is avoided, and hedging stays within its budget", async () => {
  const turns = await slowEndpoint({ policy: "round-robin", hedge: false, requests: 1000 });
  const apus = await slowEndpoint({ policy: "power-of-two", hedge: true, requests: 1000 });
  assert.ok(apus.p99 <= 0.34 * turns.p99, `${apus.p99} against ${turns.p99}`);
  assert.ok(apus.extra <= 5, `${apus.extra}`);
});

test("waits while offline and continues at once when online", async () => {
  const sim = new Simulation();
  let requests = 0;
  sim.set({ online: false });
  sim.after(12_345, () => sim.set({ online: true }));
  const respond = async () => {
    requests++;
    if (!sim.online) throw new TypeError("offline");
    return script();
  };
  const loader = new Loader(sim.environment(respond));
  await sim.run(loader.module("https://x.test/a.js", {}));
  assert.equal(sim.time, 12_345);
  assert.equal(requests, 2);
});

test("an origin on this machine needs no network", async () => {
  const sim = new Simulation();
  sim.set({ online: false });
  let requests = 0;
  const respond = async () => (++requests < 3 ? new Response("", { status: 503 }) : script());
  await sim.run(new Loader(sim.environment(respond)).module("http://localhost:1/a.js", {}));
  assert.ok(sim.time < 1000);
});

test("a hidden page waits longer", async () => {
  const run = async (hidden) => {
    const sim = new Simulation(3);
    sim.set({ hidden });
    let requests = 0;
    const respond = async () => (++requests < 3 ? new Response("", { status: 503 }) : script());
    await sim.run(new Loader(sim.environment(respond)).module("https://x.test/a.js", {}));
    return sim.time;
  };
  assert.equal(await run(true), 4 * (await run(false)));
});

test("listeners of the rooms get the latency of each request", async () => {
  const heard = [];
  const listener = (name, ms) => heard.push([name, ms]);
  rooms.listeners.add(listener);
  const sim = new Simulation();
  const respond = async () => {
    await new Promise((resolve) => sim.after(30, () => resolve(undefined)));
    return script();
  };
  await sim.run(new Loader(sim.environment(respond)).module("https://x.test/a.js", {}));
  rooms.listeners.delete(listener);
  assert.deepEqual(heard, [["lazy.request", 30]]);
});

test("more urgent modules go first", async () => {
  const sim = new Simulation();
  const order = [];
  const respond = async (url) => {
    order.push(url.at(-4));
    await new Promise((resolve) => sim.after(10, () => resolve(undefined)));
    return script();
  };
  const loader = new Loader(sim.environment(respond));
  const all = [];
  for (let i = 0; i < 8; i++) all.push(loader.gather(`https://x.test/${i}.js`, {}));
  all.push(loader.gather("https://x.test/l.js", { priority: "low" }));
  all.push(loader.gather("https://x.test/a.js", {}));
  all.push(loader.gather("https://x.test/h.js", { priority: "high" }));
  await sim.run(Promise.all(all));
  assert.deepEqual(order.slice(8), ["h", "a", "l"]);
});

test("a manifest's graph is fetched in parallel, cycles included", async () => {
  const sim = new Simulation();
  const respond = async () => {
    await new Promise((resolve) => sim.after(100, () => resolve(undefined)));
    return script("import './not-in-the-manifest.js'");
  };
  const files = {
    "a.js": { imports: ["b.js"] },
    "b.js": { imports: ["c.js", "a.js"] },
    "c.js": {},
  };
  const manifest = parseManifest({ apus: 1, build: "1", files }, "https://x.test/");
  const loader = new Loader(sim.environment(respond));
  const graph = await sim.run(loader.gather("https://x.test/a.js", { manifest }));
  assert.deepEqual([...graph].map((url) => url.at(-4)).sort(), ["a", "b", "c"]);
  assert.equal(sim.time, 100);
});

test("one module that is gone aborts the others", async () => {
  const sim = new Simulation();
  const aborted = [];
  const respond = async (url, { signal }) => {
    if (url.endsWith("a.js")) return script("import './b.js'; import './c.js';");
    if (url.endsWith("c.js")) return new Response("", { status: 404 });
    signal.addEventListener("abort", () => aborted.push(url));
    return new Promise(() => {});
  };
  const promise = new Loader(sim.environment(respond)).module("https://x.test/a.js", {});
  await assert.rejects(sim.run(promise), { code: "GONE" });
  assert.deepEqual(aborted, ["https://x.test/b.js"]);
});

test("a module is fetched again when its import fails after everything had arrived", async () => {
  const sim = new Simulation();
  let requests = 0;
  let loads = 0;
  const env = sim.environment(async () => {
    requests++;
    return script();
  });
  env.load = async () => {
    if (++loads < 3) throw new TypeError("Failed to fetch dynamically imported module: x");
    return { here: true };
  };
  assert.deepEqual(await sim.run(new Loader(env).module("https://x.test/a.js", {})), {
    here: true,
  });
  assert.equal(requests, 3);
});

// Aborts at every moment of a load that takes many requests: it always ends at
// once with the signal's reason.
test("an abort at any moment ends everything at once", async () => {
  for (let at = 0; at < 60; at++) {
    const sim = new Simulation(5);
    let requests = 0;
    const respond = async (url) => {
      await new Promise((resolve) => sim.after(5, () => resolve(undefined)));
      if (++requests % 2) return new Response("", { status: 503 });
      return script(
        url.endsWith("a.js") ? "import './b.js'; import './c.js'; import './d.js';" : "",
      );
    };
    const controller = new AbortController();
    const reason = new Error("enough");
    sim.after(at * 7, () => controller.abort(reason));
    const loader = new Loader(sim.environment(respond));
    const options = { signal: controller.signal };
    const ended = sim.run(loader.module("https://x.test/a.js", options)).then(
      () => "loaded",
      (error) => error,
    );
    const result = await ended;
    if (result === "loaded") return assert.ok(at > 10);
    assert.equal(result, reason);
    assert.equal(sim.time, at * 7);
  }
  assert.fail("it never loaded");
});

test("integrity is refused where there is no document, and the module does not run", async () => {
  let loads = 0;
  const run = async () => void loads++;
  const env = { ...page, fetch: async () => script("export {}"), load: run }; // hashes take real time
  const integrity = `sha256-${createHash("sha256").update("export {}").digest("base64")}`;
  const load = (options) => new Loader(env).module("https://x.test/a.js", options);
  await assert.rejects(load({ integrity }), { code: "INTEGRITY_UNSUPPORTED" });
  const files = { "a.js": { integrity } };
  const manifest = parseManifest({ apus: 1, build: "1", files }, "https://x.test/");
  await assert.rejects(load({ manifest }), { code: "INTEGRITY_UNSUPPORTED" });
  assert.equal(loads, 0);
  await load({ manifest, integrity: "" });
  assert.equal(loads, 1, "an empty integrity disables the check");
});

test("an observer that throws does not fail a load", async () => {
  const sim = new Simulation();
  const loader = new Loader(sim.environment(async () => script()));
  const fail = () => {
    throw new Error("broken");
  };
  rooms.listeners.add(fail);
  const closed = () => {
    throw new ApusError("CLOSED", "the cache is closed");
  };
  try {
    observe(loader, { sampler: { track: fail }, predict: { get: closed, set: closed } }, fail);
    assert.ok(await sim.run(loader.module("https://x.test/a.js", {})));
    observe(loader, { sampler: { track: fail }, predict: { get: () => [], set: closed } }, fail);
    for (const file of ["a", "b", "a", "b", "a"]) {
      assert.ok(await sim.run(loader.module(`https://x.test/${file}.js`, {})));
    }
  } finally {
    rooms.listeners.delete(fail);
  }
});

test("endless new URLs do not fill the memory", async () => {
  const sim = new Simulation();
  const loader = new Loader(sim.environment(async () => script()));
  for (let i = 0; i < 5000; i++) {
    await sim.run(
      loader.fetcher.fetch(`https://x.test/a.js?t=${i}`, {}, (response) => response.text()),
    );
  }
  assert.ok(loader.fetcher.files.size <= 2000);
  assert.ok(loader.fetcher.files.has("https://x.test/a.js?t=4999"));
  assert.equal(
    loader.fetcher.origins.get("https://x.test")?.attempts,
    5000,
    "all of them are counted",
  );
});

test("a manifest's integrity takes time in proportion to its length", () => {
  const files = (integrity) => ({ apus: 1, build: "1", files: { "a.js": { integrity } } });
  for (const word of ["sha256-!", `sha256-${"a".repeat(50)}==`, "sha384-=", "-"]) {
    for (const end of ["", " ", "!", "\n"]) {
      const text = word.repeat(20_000) + end;
      assert.throws(() => parseManifest(files(text), "https://x.test/"), {
        code: "MANIFEST_INVALID",
      });
    }
  }
  const many = Array(20_000).fill("sha256-abc=?x").join(" \t");
  parseManifest(files(many), "https://x.test/");
});
