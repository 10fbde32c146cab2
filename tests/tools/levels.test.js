// The gateway of the demo, in this process and on real servers.
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLevels } from "../../tools/levels.js";
import { serve } from "../../tools/serve.js";
import { skip, until } from "../gateway/servers.js";

/** @param {{ cluster?: boolean }} options @param {(demo: any) => Promise<void>} body */
async function opened(options, body) {
  const levels = await openLevels(options);
  const server = await serve({ handle: levels.handle });
  const { url } = server;
  const product = async (/** @type {number} */ id, headers = {}) => {
    const response = await fetch(`${url}/gateway/k/product%3A${id}`, { headers });
    const { status } = response;
    const edge = /;\s*hit/.test((response.headers.get("cache-status") ?? "").split("apus")[0]);
    return { status, edge, ...(status === 200 && (await response.json())) };
  };
  const post = async (/** @type {string} */ action, headers = { origin: url }) => {
    const response = await fetch(`${url}/levels/${action}`, { method: "POST", headers });
    return { status: response.status, ...(await response.json()) };
  };
  try {
    await body({ levels, url, product, post });
  } finally {
    await server.close();
    await levels.close();
  }
}

/** What holds with each edge. */
async function edgeAndRace({ product, post }) {
  assert.equal((await product(1)).edge, false);
  await until(async () => (await product(1)).edge, "a hit at the edge");
  const { old, price } = await post("race?key=product:1");
  assert.equal(price, old + 1);
  const kept = await product(1);
  assert.deepEqual([kept.edge, kept.price], [true, old], "the fill came after the purge");
  const newest = await product(1, { "cache-control": "no-cache" });
  assert.deepEqual([newest.edge, newest.price], [false, price]);
  assert.equal((await product(1)).price, price, "that has replaced it");
}

test("the small edge keeps answers, and a purge can race a fill", { timeout: 60_000 }, () =>
  opened({}, edgeAndRace),
);

test("a stopped gateway leaves the edge what it kept", { timeout: 60_000 }, () =>
  opened({}, async ({ product, post }) => {
    await product(1);
    assert.equal((await post("stop")).running, false);
    assert.equal((await product(1)).edge, true);
    assert.equal((await product(2)).status, 502);
    assert.deepEqual(await post("race?key=product:1"), {
      status: 409,
      error: "the gateway does not run",
    });
    assert.equal((await post("start")).running, true);
    assert.equal((await product(2)).status, 200);
  }),
);

test("what changes something is for the page's own origin", { timeout: 60_000 }, () =>
  opened({}, async ({ url, post }) => {
    assert.equal((await post("stop", {})).status, 403);
    assert.equal((await post("stop", { origin: "http://evil.example" })).status, 403);
    const put = (/** @type {HeadersInit} */ headers) =>
      fetch(`${url}/gateway/k/a`, { method: "PUT", body: "1", headers });
    assert.equal((await put({ "apus-demo-page": "guess" })).status, 403);
    assert.equal((await put({ origin: url })).status, 204);
  }),
);

test("a cluster and Varnish: a race, and a master that dies", {
  skip,
  timeout: 180_000,
}, async () => {
  const { TMPDIR } = process.env;
  const folder = await mkdtemp(join(tmpdir(), "apus-levels-"));
  process.env.TMPDIR = folder;
  try {
    await opened({ cluster: true }, async (demo) => {
      assert.ok((await readdir(folder)).length >= 7);
      assert.equal(demo.levels.state.nodes, 3);
      await edgeAndRace(demo);
      const { nodes, ms } = await demo.post("node");
      assert.equal(nodes, 2);
      assert.ok(ms > 0);
      for (let id = 1; id <= 12; id++) {
        await until(async () => (await demo.product(id)).status === 200, `product ${id}`);
      }
    });
    assert.deepEqual(await readdir(folder), [], "nothing is left");
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await rm(folder, { recursive: true, force: true });
  }
});
