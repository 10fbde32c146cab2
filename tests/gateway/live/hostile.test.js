// Clients that send what no client sends. The gateway answers, or ends their connection, and goes on.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, test } from "node:test";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { Session } from "../../../js/gateway/live/session.node.js";
import { decode, encode } from "../../../js/sync/live/frames.js";
import { Client, open, until } from "./client.js";

const channels = { "**": { write: true, presence: true, filters: ["a"] } };
/** @type {unknown[]} */
const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
after(() => assert.deepEqual(unhandled, []));

/** A generator of numbers, the same for a seed (mulberry32, public domain). @param {number} seed */
function random(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const position = { epoch: 1, offset: 2 };
/** Messages of good clients. @type {any[]} */
const good = [
  ["hello", 1, null, { session: "a-session-of-its-own" }],
  ["sub", "c", "c", null],
  ["sub", 'c\n{"a":1}', "c", { a: 1 }],
  ["sub", "#presence:c", "#presence:c", null],
  ["sub", "#log:1", "#log:1", null],
  ["unsub", "c"],
  ["auth", null],
  ["ping"],
  ["pong"],
  ["ask", 1, "publish", { channel: "c", type: "t", data: { a: 1 }, publisher: "p", seq: 1 }],
  [
    "ask",
    2,
    "publish",
    { channel: "c", type: "t", data: Uint8Array.of(1), publisher: "p", seq: 2 },
  ],
  ["ask", 3, "after", { channel: "c", ...position, where: { a: { gt: 1, lt: 3 } }, limit: 9 }],
  ["ask", 4, "tail", { channel: "c", limit: 3 }],
  ["ask", 5, "presence", { channel: "c" }],
  ["ask", 6, "enter", { channel: "c", state: [1] }],
  ["ask", 7, "leave", { channel: "c" }],
];
const strange = [
  ...[
    null,
    undefined,
    true,
    -1,
    1.5,
    1e308,
    2 ** 53,
    "",
    "x",
    "\n",
    "\ud800",
    "__proto__",
    "#",
    "#log:",
  ],
  ...[
    [],
    {},
    [[]],
    { length: 1e9 },
    { __proto__: null },
    "constructor",
    "c",
    "*".repeat(300),
    [null],
  ],
];

/** Replaces one part of a message, at any depth. @param {any} value @param {(below: number) => number} pick @returns {any} */
function mutated(value, pick) {
  const keys = value !== null && typeof value === "object" ? Object.keys(value) : [];
  if (keys.length === 0 || value instanceof Uint8Array || pick(4) === 0) {
    return strange[pick(strange.length)];
  }
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const key = keys[pick(keys.length)];
  if (pick(8) === 0) delete copy[key];
  else copy[key] = mutated(copy[key], pick);
  return copy;
}

/** @param {(below: number) => number} pick @returns {string | Uint8Array} */
function frame(pick) {
  const kind = pick(12);
  if (kind === 0) return Uint8Array.from({ length: pick(60) }, () => pick(256));
  const messages = Array.from({ length: 1 + pick(3) }, () => {
    const message = good[pick(good.length)];
    return pick(6) ? message : mutated(message, pick);
  });
  if (kind === 1) return JSON.stringify(messages);
  let bytes;
  try {
    bytes = encode(messages);
  } catch {
    return JSON.stringify(messages);
  }
  if (kind > 2) return bytes;
  const damaged = Buffer.from(bytes);
  for (let i = 0; i <= pick(4); i++) damaged[pick(damaged.length)] = pick(256);
  return typeof bytes === "string" && pick(2) ? damaged.toString() : damaged;
}

test("random and damaged frames never break the gateway", { timeout: 120_000 }, async () => {
  const gateway = await Gateway.open({ live: { channels, limits: { rate: 1e6 } } });
  const live = /** @type {NonNullable<typeof gateway.live>} */ (gateway.live);
  const request = new Request("http://x/apus/live");
  const codes = new Set();
  const kinds = new Map();
  for (let seed = 1; seed <= 3000; seed++) {
    const pick = random(seed);
    const session = new Session(
      live,
      {
        send: ({ bytes, binary }) => {
          for (const [kind] of decode(binary ? bytes : bytes.toString())) {
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          }
        },
        queued: () => 0,
        close: (code, reason) => {
          codes.add(code);
          assert.ok(Buffer.byteLength(reason) <= 120);
        },
      },
      `session-number-${String(seed).padStart(6, "0")}`,
      request,
    );
    if (pick(8)) session.receive(encode([["hello", 1, null, {}]]));
    for (let i = 0; i < 12 && !session.ended; i++) {
      session.receive(frame(pick));
      if (pick(3) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setImmediate(resolve));
    if (pick(2)) session.lost(Boolean(pick(2)));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok((await live.publish("c", "t", 1)).offset >= 0);
  await gateway.close();
  assert.deepEqual(
    [...codes].filter((code) => ![1012, 4400, 4401, 4406, 4409].includes(code)),
    [],
  );
  // All of it was reached.
  for (const kind of ["welcome", "sub", "no-sub", "ok", "no", "ev", "pong"]) {
    assert.ok(kinds.get(kind) > 20, `${kind}: ${kinds.get(kind)}`);
  }
  assert.equal(live.sessions.size, 0);
});

test("bytes that are no WebSocket frames end their connection alone", async () => {
  const { url, live } = await open({ channels });
  const good = await Client.open(url);
  const { port } = new URL(url);
  const head = `GET /apus/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\n\r\n`;
  const pick = random(7);
  for (let i = 0; i < 60; i++) {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    const ended = new Promise((resolve) => socket.once("close", resolve));
    const noise = Buffer.from(Array.from({ length: 1 + pick(200) }, () => pick(256)));
    socket.write(i % 3 === 0 ? Buffer.concat([Buffer.from(head), noise]) : head);
    if (i % 3 === 1) {
      await new Promise((resolve) => socket.once("data", resolve));
      socket.write(noise);
    }
    if (i % 3 === 2) socket.resetAndDestroy();
    else socket.end();
    socket.resume();
    await ended;
  }
  await until(() => live.sessions.size === 1, "the end of the others");
  assert.equal((await good.ask("tail", { channel: "c" })).last, -1);
});

test("an authorize or authenticate that throws is no more than a refusal", async () => {
  const fails = () => {
    throw new Error("secret");
  };
  const first = await open({ channels, authenticate: () => ({ id: "a" }) }, { authorize: fails });
  const client = await Client.open(first.url);
  const answer = await client.ask("publish", { channel: "c", type: "t", publisher: "p", seq: 1 });
  assert.deepEqual(answer, ["UNAVAILABLE", "the gateway cannot do this now", 1000]);
  client.say(["sub", "c", "c", null]);
  assert.equal((await client.hear("no-sub"))[2], "UNAVAILABLE");
  for (const authenticate of /** @type {any[]} */ ([fails, () => null, async () => "x"])) {
    const { url } = await open({ channels, authenticate });
    assert.equal((await (await Client.open(url)).end()).code, 4401);
  }
});
