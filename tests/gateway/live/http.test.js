// Live data without WebSockets, and the chunks that a CDN keeps.
import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { decode, encode } from "../../../js/sync/live/frames.js";
import { open, until } from "./client.js";

const channels = { "**": { write: true, presence: true } };
const id = "a-session-of-its-own";
const hello = ["hello", 1, null, {}];

/** A client by server-sent events. @param {string} url @param {string} session */
async function sse(url, session) {
  const stop = new AbortController();
  const response = await fetch(`${url}/apus/live?session=${session}`, { signal: stop.signal });
  /** @type {any[]} */
  const heard = [];
  const client = { heard, text: "", stop: () => stop.abort(), response, say };
  /** @param {any[]} messages */
  function say(...messages) {
    const body = encode(/** @type {any} */ (messages));
    const type = typeof body === "string" ? "text/plain" : "application/octet-stream";
    const headers = { "content-type": type };
    return fetch(`${url}/apus/live/${session}`, { method: "POST", body, headers });
  }
  const read = async () => {
    const reader = /** @type {ReadableStream} */ (response.body).pipeThrough(
      new TextDecoderStream(),
    );
    let rest = "";
    for await (const piece of reader) {
      rest += piece;
      const parts = rest.split("\n\n");
      rest = /** @type {string} */ (parts.pop());
      for (const part of parts) {
        const [, event, data] = /^(?:event: (\w+)\n)?data: (.*)$/.exec(part) ?? [];
        if (event === "close") heard.push(["close", ...JSON.parse(data)]);
        else if (event === "bin") heard.push(...decode(Buffer.from(data, "base64")));
        else if (data) heard.push(...decode(data));
        else heard.push([part]);
      }
    }
  };
  read().catch(() => {});
  return client;
}
/** @param {any} client @param {string} kind */
const hear = (client, kind) =>
  until(() => client.heard.find((/** @type {any[]} */ [its]) => its === kind), kind);

test("server-sent events carry what a WebSocket does", async () => {
  const { url, live } = await open({ channels });
  const client = await sse(url, id);
  assert.equal(client.response.headers.get("content-type"), "text/event-stream");
  await hear(client, ":"); // the connection is there before anything is said
  assert.equal((await client.say(hello, ["sub", "c", "c", null])).status, 204);
  assert.equal((await hear(client, "welcome"))[1].session, id);
  await hear(client, "sub");
  const data = Uint8Array.from([0, 255, 10]);
  const publish = { channel: "c", type: "t", data, publisher: "p", seq: 1 };
  await client.say(["ask", 1, "publish", publish]);
  assert.equal((await hear(client, "ok"))[2].offset, 0);
  await live.publish("c", "t", "line\n\nline");
  await until(() => client.heard.filter(([kind]) => kind === "ev").length === 2, "the events");
  const [first, second] = client.heard.filter(([kind]) => kind === "ev");
  assert.deepEqual([...first[5][0][3]], [...data]);
  assert.equal(second[5][0][3], "line\n\nline");
  client.stop();
  await until(() => live.sessions.size === 0, "the end of the session");
  assert.equal((await client.say(["ping"])).status, 404);
});

test("a session that ends says why, by server-sent events too", async () => {
  const { url } = await open({ channels });
  const client = await sse(url, id);
  await client.say(["hello", 9, null, {}]);
  assert.deepEqual(await hear(client, "close"), ["close", 4406, "supported: 1-1"]);
});

/** A client that polls. @param {string} url @param {string} session */
function poller(url, session) {
  return async (/** @type {any[][]} */ ...messages) => {
    const body = JSON.stringify(messages.length ? [encode(/** @type {any} */ (messages))] : []);
    const response = await fetch(`${url}/apus/live/${session}/poll`, { method: "POST", body });
    if (!response.ok) return [[response.status, (await response.json()).code]];
    const frames = /** @type {string[]} */ (await response.json());
    return frames.flatMap((frame) =>
      frame.startsWith("\0") ? decode(Buffer.from(frame.slice(1), "base64")) : decode(frame),
    );
  };
}

test("polling carries what a WebSocket does", async () => {
  const { url, live } = await open({ channels, heartbeat: 400 });
  const poll = poller(url, id);
  assert.deepEqual(await poll(["sub", "c", "c", null]), [[404, "NO_SESSION"]]);
  const heard = await poll(hello, ["sub", "c", "c", null]);
  while (heard.length < 2) heard.push(...(await poll()));
  assert.deepEqual(
    heard.map(([kind]) => kind),
    ["welcome", "sub"],
  );
  const waiting = poll();
  // Longer than a heartbeat: who waits for an answer is not silent.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  await live.publish("c", "t", Uint8Array.from([1, 2]));
  const [[kind, , , , , [[, , type, data]]]] = await waiting;
  assert.deepEqual([kind, type, [...data]], ["ev", "t", [1, 2]]);
  await live.publish("c", "t", "between");
  assert.equal((await poll())[0][5][0][3], "between");
  await until(() => live.sessions.size === 0, "the end of a client that does not ask again");
  assert.deepEqual(await poll(), [[404, "NO_SESSION"]]);
});

test("a later question answers the earlier one", async () => {
  const { url } = await open({ channels });
  const poll = poller(url, id);
  await poll(hello);
  const first = poll();
  const second = poll(["ping"]);
  assert.deepEqual(await first, []);
  assert.deepEqual(await second, [["pong"]]);
});

test("a polling client that is refused learns why", async () => {
  const { url } = await open({ channels });
  const poll = poller(url, id);
  const heard = await poll(["hello", 9, null, {}]);
  assert.deepEqual(heard.at(-1), ["close", 4406, "supported: 1-1"]);
});

test("complete chunks of a channel are kept for ever, the last one for a second", async () => {
  const { url, live } = await open({ channels: { "a/*": { history: 300 } } });
  for (let i = 0; i < 130; i++) await live.publish("a/ü", "t", i);
  const { epoch } = await live.streams.head("a/ü");
  const chunk = async (/** @type {string} */ path) => {
    const response = await fetch(`${url}/apus/channel/${path}`);
    const text = await response.text();
    return { status: response.status, cache: response.headers.get("cache-control"), text };
  };
  const name = encodeURIComponent("a/ü");
  const full = await chunk(`${name}/${epoch}/0`);
  assert.equal(full.cache, "public, max-age=31536000, immutable");
  const [[kind, channel, its, prev, last, events]] = /** @type {any[]} */ (decode(full.text));
  assert.deepEqual(
    [kind, channel, its, prev, last, events.length],
    ["ev", "a/ü", epoch, -1, 127, 128],
  );
  const part = await chunk(`${name}/${epoch}/1`);
  assert.equal(part.cache, "public, max-age=1");
  const [[, , , from, to]] = /** @type {any[]} */ (decode(part.text));
  assert.deepEqual([from, to], [127, 129]);
  for (const [path, status] of /** @type {[string, number][]} */ ([
    [`${name}/${epoch}/2`, 404],
    [`${name}/${epoch + 1}/0`, 404],
    [`${name}/x/0`, 404],
    [`${name}`, 404],
    [`%FF/${epoch}/0`, 400],
    [`%23log%3A1/${epoch}/0`, 400],
    [`other/${epoch}/0`, 403],
  ])) {
    assert.equal((await chunk(path)).status, status, path);
  }
});

test("what is asked wrongly is refused", async () => {
  const { url } = await open({ channels, limits: { message: 1000 } });
  const ask = async (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) => {
    const response = await fetch(`${url}/apus/${path}`, init);
    return `${response.status} ${(await response.json()).code}`;
  };
  const post = (/** @type {string} */ body) => ({ method: "POST", body });
  assert.equal(await ask("live?session=short"), "400 BAD_SESSION");
  assert.equal(await ask("live"), "400 BAD_SESSION");
  assert.equal(await ask(`live/${id}`), "405 METHOD_NOT_ALLOWED");
  assert.equal(await ask("live", post("")), "405 METHOD_NOT_ALLOWED");
  assert.equal(await ask(`live/${id}`, post("[]")), "404 NO_SESSION");
  assert.equal(await ask(`live/${id}/other`, post("[]")), "404 NOT_FOUND");
  assert.equal(await ask(`live/${id}/poll`, post("{}")), "400 BAD_JSON");
  assert.equal(await ask(`live/${id}/poll`, post("[1]")), "400 BAD_JSON");
  assert.equal(await ask(`live/${id}/poll`, post("x".repeat(1001))), "413 BODY_TOO_LARGE");
});

test("a client of server-sent events that does not read is cut off", async () => {
  const { url, live } = await open({ channels, limits: { queue: 100_000 } });
  const reader = request(`${url}/apus/live?session=${id}`).end();
  const response = await new Promise((resolve) => reader.once("response", resolve));
  response.pause();
  const body = encode(/** @type {any} */ ([hello, ["sub", "c", "c", null]]));
  await fetch(`${url}/apus/live/${id}`, { method: "POST", body });
  await until(() => live.hub.size === 1, "the subscription");
  while (live.stats.cut === 0) {
    await live.publish("c", "t", "x".repeat(50_000));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(live.sessions.size, 0);
  reader.destroy();
});
