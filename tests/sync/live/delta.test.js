// Deltas: what the gateway writes, the core reads; and clients never notice.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { WebSocket } from "ws";
import { loadWasm } from "../../../js/core/wasm.js";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { deltaOf } from "../../../js/gateway/live/delta.node.js";
import { serve } from "../../../js/gateway/serve.node.js";
import { connect } from "../../../js/sync/index.js";
import { encode } from "../../../js/sync/live/frames.js";
import { applied, unpacker } from "../../../js/sync/live/unpack.js";
import { random } from "../../cache/random.js";
import { until } from "../../gateway/servers.js";

const wasm = await loadWasm("sync");
const utf8 = new TextEncoder();

test("any edits come out again", () => {
  const below = random(11);
  for (let round = 0; round < 1500; round++) {
    const alphabet = 1 + below(round % 3 === 0 ? 3 : 256);
    const bytes = (/** @type {number} */ size) =>
      Uint8Array.from({ length: size }, () => below(alphabet));
    const base = bytes(below(3000));
    let target = base;
    for (let edits = below(6); edits > 0; edits--) {
      const from = below(target.length + 1);
      const to = from + below(Math.min(200, target.length - from + 1));
      const moved = below(2)
        ? bytes(below(100))
        : base.subarray(below(base.length + 1)).slice(0, 300);
      target = Uint8Array.from([...target.subarray(0, from), ...moved, ...target.subarray(to)]);
    }
    const delta = deltaOf(base, target);
    assert.deepEqual(applied(base, delta, wasm), target);
    // A broken one is refused, or makes something else; nothing more.
    delta[below(delta.length)] ^= 1 << below(8);
    applied(base, delta, wasm);
  }
  const large = Uint8Array.from({ length: 1 << 16 }, (_, i) => i >> 8);
  assert.deepEqual(applied(large, deltaOf(large, large), wasm), large);
  assert.deepEqual(applied(new Uint8Array(0), deltaOf(new Uint8Array(0), large), wasm), large);
});

test("a row with one changed field is a delta of a few bytes", () => {
  const row = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`field${i}`, `value ${i * i}`]),
  );
  const [base, target] = [row, { ...row, field20: "other" }].map((it) =>
    utf8.encode(JSON.stringify(it)),
  );
  assert(deltaOf(base, target).length < 25);
});

test("what cannot be made whole counts as missing", async () => {
  const { decode } = await unpacker();
  const link = {};
  const base = utf8.encode(JSON.stringify("abcdefgh".repeat(20)));
  const next = utf8.encode(JSON.stringify(`x${"abcdefgh".repeat(20)}`));
  const hear = (
    /** @type {number} */ offset,
    /** @type {any[]} */ payload,
    /** @type {any} */ to = link,
  ) => {
    // As the gateway writes it: encode() knows payloads without a base alone.
    const [bytes, at, json] = payload;
    const text = JSON.stringify([
      ["ev", "c", 1, offset - 1, offset, [[offset, 5, "t", 0, "k", bytes.length, at, json]]],
    ]);
    const head = utf8.encode(text);
    const frame = new Uint8Array(4 + head.length + bytes.length);
    new DataView(frame.buffer).setUint32(0, head.length, true);
    frame.set(head, 4);
    frame.set(bytes, 4 + head.length);
    return decode(frame, to)[0];
  };
  const missing = (/** @type {number} */ offset) => ["ev", "c", 1, offset, offset, []];
  const delta = deltaOf(base, next);
  assert.deepEqual(hear(1, [delta, 0, 1]), missing(1), "no base");
  assert.deepEqual(hear(2, [base, -1, 1])[5], [[2, 5, "t", "abcdefgh".repeat(20), "k"]]);
  assert.deepEqual(hear(3, [delta, 2, 1], {}), missing(3), "another connection's base");
  assert.deepEqual(hear(3, [delta, 2, 1])[5], [[3, 5, "t", `x${"abcdefgh".repeat(20)}`, "k"]]);
  assert.deepEqual(hear(4, [delta, 2, 1]), missing(4), "an older base");
  for (const hostile of [[], [1], [255, 255, 255, 255, 15], [3, 7, 200], [2, 9, 0]]) {
    hear(5, [base, -1, 1]);
    assert.deepEqual(hear(6, [Uint8Array.from(hostile), 5, 1]), missing(6), `${hostile}`);
  }
  assert.deepEqual(hear(7, [utf8.encode("{"), -1, 1]), missing(7), "not JSON");
  assert.deepEqual(hear(8, [new Uint8Array((1 << 16) + 1), -1, 0]), missing(8), "too large");
  const plain = /** @type {import("../../../js/sync/live/frames.js").Message} */ ([
    "ev",
    "d",
    1,
    0,
    1,
    [[1, 5, "t", 1, "k"]],
  ]);
  assert.deepEqual(decode(encode([plain]), link), [plain]);
});

test("a changed field costs little on the wire, and nothing is asked for", async () => {
  const gateway = await Gateway.open({
    live: { channels: { whole: {}, delta: { delta: true } } },
  });
  const server = await serve(gateway);
  after(async () => {
    await server.stop({ grace: 0 });
    await gateway.close();
  });
  let size = 0;
  class Counting extends WebSocket {
    /** @param {string} url @param {any[]} rest */
    constructor(url, ...rest) {
      super(url, ...rest);
      this.on("message", (/** @type {any} */ data) => {
        size += data.byteLength ?? data.length;
      });
    }
  }
  const live = await connect(`${server.url}/apus/`, { WebSocket: Counting });
  /** @type {number[]} */
  const sizes = [];
  for (const name of ["whole", "delta"]) {
    const channel = live.channel(name);
    let heard = 0;
    channel.on("row", (events) => {
      for (const { data } of events) assert.equal(data.n, heard++);
    });
    await channel.ready;
    await channel.history(1).catch(() => {});
    size = 0;
    for (let n = 0; n < 40; n++) {
      await gateway.live.publish(name, "row", { text: "lorem ipsum ".repeat(80), n }, { key: "7" });
      await until(async () => heard === n + 1, "the event");
    }
    sizes.push(size);
  }
  live.close();
  assert(sizes[1] < sizes[0] / 6, `${sizes}`);
});

/** A gateway, and a client that counts its questions. @param {Record<string, any>} options of `live` */
async function counted(options) {
  const gateway = await Gateway.open({ live: options });
  const server = await serve(gateway);
  const asked = { after: 0 };
  class Counting extends WebSocket {
    /** @type {WebSocket["send"]} */
    send(/** @type {any} */ frame, /** @type {any[]} */ ...rest) {
      asked.after += String(frame).split('"after"').length - 1;
      return super.send(frame, ...rest);
    }
  }
  const live = await connect(`${server.url}/apus/`, { WebSocket: Counting });
  after(async () => {
    live.close();
    await server.stop({ grace: 0 });
    await gateway.close();
  });
  return { live, gateway, asked };
}

test("gateway and client forget the same bases", async () => {
  const { live, gateway, asked } = await counted({ channels: { rows: { delta: true } } });
  const channel = live.channel("rows");
  /** @type {Map<unknown, any>} */
  const rows = new Map();
  let heard = 0;
  channel.on("*", (events) => {
    heard += events.length;
    for (const { key, data } of events) rows.set(key, data);
  });
  await channel.ready;
  const below = random(3);
  const truth = new Map();
  for (let n = 0; n < 400; n++) {
    // Some keys are changed often, and all of them are more than 1 MiB.
    const key = `k${below(1 + below(60))}`;
    truth.set(key, { n, text: "lorem ipsum ".repeat(2000 + below(3) * 1500) });
    await gateway.live?.publish("rows", "row", truth.get(key), { key });
  }
  await until(async () => heard === 400, "all events");
  assert.deepEqual(rows, truth);
  assert.equal(asked.after, 0);
});

test("of more subscriptions than bases are kept for, events are asked for", async () => {
  const { live, gateway, asked } = await counted({
    ...{ channels: { "*": { delta: true } }, limits: { subscriptions: 200 } },
  });
  const names = Array.from({ length: 120 }, (_, i) => `c${i}`);
  /** @type {Map<string, any[]>} */
  const got = new Map(names.map((name) => [name, []]));
  for (const name of names) {
    live.channel(name).on("*", (events) => {
      got.get(name)?.push(...events.map(({ data }) => data.n));
    });
  }
  await Promise.all(names.map((name) => live.channel(name).ready));
  for (let n = 0; n < 4; n++) {
    for (const name of names) {
      await gateway.live?.publish(name, "row", { n, text: "lorem ipsum ".repeat(50) });
    }
    await until(async () => [...got.values()].every((its) => its.length === n + 1), "the events");
  }
  for (const its of got.values()) assert.deepEqual(its, [0, 1, 2, 3]);
  assert(asked.after > 0);
});

for (const [mode, transport] of /** @type {const} */ ([
  ["ordered", "websocket"],
  ["latest", "websocket"],
  ["ordered", "sse"],
  ["ordered", "poll"],
])) {
  test(`clients that come and go hear every event whole (${mode}, ${transport})`, async () => {
    const gateway = await Gateway.open({
      live: {
        channels: { "*": { mode, delta: true, write: true, filters: ["side"], history: 10_000 } },
      },
    });
    const server = await serve(gateway);
    const url = `${server.url}/apus/`;
    after(async () => {
      await server.stop({ grace: 0 });
      await gateway.close();
    });
    const below = random(mode.length);
    /** @type {Map<string, unknown>} */
    const truth = new Map();
    /** @type {Map<number, unknown>} */
    const all = new Map();
    /** @type {{ live: any, seen: any[], side: number | undefined, since: number }[]} */
    const clients = [];
    let offset = -1;
    let losses = 0;
    const join = async () => {
      const live = await connect(url, { WebSocket, transports: [transport] });
      const side = below(2) ? below(2) : undefined;
      const channel = live.channel("rows", {
        mode,
        ...(side !== undefined && { where: { side } }),
      });
      const client = { live, seen: /** @type {any[]} */ ([]), side, since: 0 };
      channel.on("*", (events) => void client.seen.push(...events));
      channel.addEventListener("resume", (/** @type {any} */ { detail }) => {
        if (!detail.recovered) losses++;
      });
      await channel.ready;
      client.since = offset + 1;
      clients.push(client);
    };
    await join();
    for (let n = 0; n < 600; n++) {
      if (n % 60 === 30) await join();
      if (n % 150 === 149)
        for (const session of [...gateway.live.sessions]) session.end(4409, "test");
      const key = below(9) ? `k${below(5)}` : undefined;
      const long = "lorem ipsum ".repeat(20);
      const side = below(2);
      const data = below(12)
        ? { side, long, n, more: long }
        : Uint8Array.from({ length: 300 }, () => n);
      ({ offset } = await gateway.live.publish("rows", "t", data, { key }));
      all.set(offset, data);
      truth.set(key ?? "", data);
      if (n % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    ({ offset } = await gateway.live.publish("rows", "end", { side: 0 }));
    const { offset: last } = await gateway.live.publish("rows", "end", { side: 1 });
    const ended = (/** @type {typeof clients[0]} */ { seen, side }) =>
      seen.some(({ at }) => at.offset === (side === 0 ? offset : last));
    await until(async () => clients.every(ended), "the end", 20_000);
    for (const { live, seen, side, since } of clients) {
      const rows = seen.filter(({ type }) => type === "t");
      for (const { data, at } of rows) assert.deepEqual(data, all.get(at.offset));
      assert.deepEqual(
        rows.map(({ at }) => at.offset),
        [...new Set(rows.map(({ at }) => at.offset))].sort((a, b) => a - b),
      );
      const right = [...all].filter(([at, data]) => {
        const its = /** @type {any} */ (data).side;
        return at >= since && (side === undefined || its === side);
      });
      if (mode === "ordered")
        assert.deepEqual(
          rows.map(({ at }) => at.offset),
          right.map(([at]) => at),
        );
      live.close();
    }
    assert.equal(losses, 0);
    assert(truth.size > 1);
  });
}
