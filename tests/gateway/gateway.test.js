// The HTTP side, through `handle`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { TAGS } from "../../js/gateway/engine.node.js";
import { bucketOf } from "../../js/sync/bucket.js";
import { parseCursor } from "../../js/sync/position.js";
import { open, refused } from "./open.js";

test("a value is put, got, revalidated and deleted", async () => {
  const { ask } = await open();
  const headers = {
    "content-type": "application/json",
    "apus-tags": "a%2Cb,c",
    "apus-ttl": "60000",
  };
  const put = await ask("k/product%3A4%2F2", { method: "PUT", body: '{"a":1}', headers });
  assert.equal(put.status, 204);
  const got = await ask("k/product%3A4%2F2");
  assert.deepEqual([got.status, await got.json()], [200, { a: 1 }]);
  const tag = got.headers.get("etag");
  assert.equal(tag, put.headers.get("etag"));
  assert.match(tag ?? "", /^W\/"\d+:\d+"$/);
  assert.match(got.headers.get("apus-as-of") ?? "", /^\d+:\d+, 0:0$/);
  assert.equal(got.headers.get("apus-tags"), "a%2Cb,c");
  assert.match(got.headers.get("cdn-cache-control") ?? "", /^max-age=(59|60)$/);
  assert.match(got.headers.get("cache-control") ?? "", /^public, max-age=0, s-maxage=(59|60)$/);
  assert.equal(
    got.headers.get("xkey"),
    "k:product%3A4%2F2 p:product%3A p:product%3A4%2F t:a%2Cb t:c",
  );
  const same = await ask("k/product%3A4%2F2", { headers: { "if-none-match": tag ?? "" } });
  assert.deepEqual([same.status, await same.text()], [304, ""]);
  const head = await ask("k/product%3A4%2F2", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text(), head.headers.get("etag")], [200, "", tag]);
  assert.equal((await ask("k/product%3A4%2F2", { method: "DELETE" })).status, 204);
  const gone = await ask("k/product%3A4%2F2");
  assert.deepEqual([gone.status, gone.headers.get("cache-control")], [404, "no-store"]);
});

test("conditions keep changes apart", async () => {
  const { ask } = await open();
  const put = (/** @type {string} */ body, /** @type {HeadersInit} */ headers) =>
    ask("k/k", { method: "PUT", body, headers });
  const first = await put("1", { "if-none-match": "*" });
  assert.equal(first.status, 204);
  assert.deepEqual(await refused(await put("2", { "if-none-match": "*" })), [412, "CHANGED"]);
  const match = { "if-match": first.headers.get("etag") ?? "" };
  assert.equal((await put("2", match)).status, 204);
  assert.deepEqual(await refused(await put("3", match)), [412, "CHANGED"]);
  assert.deepEqual(await refused(await ask("k/k", { method: "DELETE", headers: match })), [
    412,
    "CHANGED",
  ]);
  assert.equal(await (await ask("k/k")).text(), "2");
});

test("an invalidation reaches tagged values and prefixes", async () => {
  const { ask, post } = await open();
  for (const [key, tags] of [
    ["p:1", "red"],
    ["p:2", ""],
    ["q:1", "red,blue"],
    ["q:2", ""],
  ]) {
    await ask(`k/${key}`, { method: "PUT", body: key, headers: { "apus-tags": tags } });
  }
  const there = async () => {
    const keys = ["p:1", "p:2", "q:1", "q:2"];
    const found = await Promise.all(keys.map((key) => ask(`k/${key}`)));
    return keys.filter((_, i) => found[i].status === 200);
  };
  assert.deepEqual(await there(), ["p:1", "p:2", "q:1", "q:2"]);
  assert.match((await (await post("invalidate", { tags: ["blue"] })).json()).at, /^\d+:0$/);
  assert.deepEqual(await there(), ["p:1", "p:2", "q:2"]);
  await post("invalidate", { prefixes: ["p:"] });
  assert.deepEqual(await there(), ["q:2"]);
  await post("invalidate", { prefixes: [""] });
  assert.deepEqual(await there(), []);
});

test("a batch answers key by key", async () => {
  const { ask, post } = await open({
    load: {
      "ok:*": async () => ({ value: { n: 1 }, ttl: 5000 }),
      "bad:*": async () => {
        throw new Error("secret");
      },
    },
  });
  const bytes = Uint8Array.of(0, 255, 10);
  await ask("k/bin", { method: "PUT", body: bytes, headers: { "content-type": "image/png" } });
  const { values } = await (await post("batch", { get: ["ok:1", "bad:1", "bin", "none"] })).json();
  assert.deepEqual([values["ok:1"].value, values["ok:1"].type], [{ n: 1 }, "application/json"]);
  assert.ok(values["ok:1"].ttl > 0 && values["ok:1"].ttl <= 5000);
  assert.deepEqual(values["bad:1"], { error: "LOAD_FAILED" });
  assert.deepEqual([values.bin.type, values.bin.base64], ["image/png", "AP8K"]);
  assert.deepEqual(Object.keys(values.none), ["asOf"]);
  const failed = await ask("k/bad:1");
  assert.equal(failed.status, 502);
  assert.doesNotMatch(await failed.text(), /secret/);
});

test("the log is read by heads, by cursor and by chunk", async () => {
  const { gateway, ask, post } = await open();
  const log = bucketOf("k");
  for (let i = 0; i < 300; i++) await ask("k/k", { method: "PUT", body: `${i}` });
  await post("invalidate", { tags: ["t"] });
  await gateway.values.feed.catchUp(log);
  const heads = await ask("log");
  assert.equal(heads.headers.get("cache-control"), "public, max-age=1");
  const { heads: cursors, chunk } = await heads.json();
  const head = parseCursor(cursors[log]);
  assert.deepEqual([chunk, head?.offset], [128, 299]);
  const first = await ask(`log/${log}/${head?.epoch}/0`);
  assert.match(first.headers.get("cache-control") ?? "", /immutable/);
  const { events } = await first.json();
  assert.deepEqual([events.length, events[0].slice(0, 2)], [128, ["set", "k"]]);
  const last = await ask(`log/${log}/${head?.epoch}/2`);
  assert.equal(last.headers.get("cache-control"), "public, max-age=1");
  const tail = (await last.json()).events;
  assert.deepEqual([tail.length, tail.at(-1)[2]], [44, cursors[log]]);
  const since = { [log]: events[127][2], [TAGS]: null };
  const { logs, more } = await (await post("log", { after: since })).json();
  assert.deepEqual([logs[log].events.length, logs[log].head, more], [172, cursors[log], false]);
  assert.deepEqual(
    logs[TAGS].events.map((/** @type {string[]} */ event) => event.slice(0, 2)),
    [["tag", "t"]],
  );
  const unknown = { [log]: events[127][2].replace(/\w+$/, "zz") };
  const other = (await (await post("log", { after: unknown })).json()).logs[log];
  assert.deepEqual([other.lost, other.events, other.head], ["replaced", [], cursors[log]]);
});

test("text is compressed for those who accept it", async () => {
  const { ask } = await open();
  const body = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ i })));
  await ask("k/k", { method: "PUT", body, headers: { "content-type": "application/json" } });
  const plain = await ask("k/k");
  assert.deepEqual([plain.headers.get("content-encoding"), await plain.text()], [null, body]);
  const packed = await ask("k/k", { headers: { "accept-encoding": "br, gzip;q=0.5" } });
  assert.equal(packed.headers.get("content-encoding"), "gzip");
  assert.equal(gunzipSync(await packed.arrayBuffer()).toString(), body);
  const refusedGzip = await ask("k/k", { headers: { "accept-encoding": "gzip;q=0" } });
  assert.equal(refusedGzip.headers.get("content-encoding"), null);
  assert.equal(plain.headers.get("vary"), "accept-encoding");
});

test("metrics are OpenMetrics, for those who may read them", async () => {
  const { ask } = await open({ load: { "p:*": async () => ({ value: 1 }) } });
  await ask("k/p:1");
  await ask("k/p:1");
  await ask("k/none");
  const answer = await ask("metrics");
  assert.match(answer.headers.get("content-type") ?? "", /^application\/openmetrics-text/);
  const text = await answer.text();
  for (const line of [
    'apus_requests_total{method="GET",status="200"} 2',
    'apus_requests_total{method="GET",status="404"} 1',
    'apus_request_seconds_bucket{le="+Inf"} 3',
    "apus_loads_total 1",
    "apus_engine_up 1",
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  assert.match(text, /# EOF\n$/);
  for (const line of text.trimEnd().split("\n")) {
    assert.match(
      line,
      /^(# (TYPE|HELP|EOF).*|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [\d.e+-]+)$/,
    );
  }
  const { ask: stranger } = await open({ authorize: undefined });
  assert.deepEqual(await refused(await stranger("metrics")), [403, "FORBIDDEN"]);
});
