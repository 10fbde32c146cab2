// The client against the real gateway, over each transport.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { WebSocket } from "ws";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { serve } from "../../../js/gateway/serve.node.js";
import { connect } from "../../../js/sync/index.js";
import { prefer } from "../../../js/sync/live/prefer.js";
import { sse } from "../../../js/sync/live/sse.js";
import { webSocket } from "../../../js/sync/live/websocket.js";
import { world } from "../../../js/sync/live/world.js";
import { until } from "../../gateway/servers.js";

/** @type {(() => unknown)[]} */
const endings = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

/** @param {Record<string, any>} [options] of `live` @param {Record<string, any>} [more] */
async function start(options = {}, more = {}) {
  const gateway = await Gateway.open({
    authorize: (/** @type {any} */ _request, /** @type {any} */ { kind, channel }) =>
      !(kind === "publish" && channel === "read-only"),
    live: {
      authenticate: async (/** @type {string | null} */ token) => {
        if (token === "bad") throw new Error("bad token");
        return { id: token ?? "nobody" };
      },
      channels: {
        "*": { history: 2000, presence: true, filters: ["tenant"], write: true },
      },
      ...options,
    },
    ...more,
  });
  const server = await serve(gateway);
  endings.push(async () => {
    await server.stop({ grace: 0 });
    await gateway.close();
  });
  return { gateway, server, url: `${server.url}/apus/` };
}

/** @param {string} url @param {import("../../../js/sync/index.js").ConnectOptions} [options] */
async function open(url, options) {
  const live = await connect(url, { WebSocket, ...options });
  endings.push(() => live.close());
  return live;
}

const bytes = (/** @type {number[]} */ ...all) => Uint8Array.from(all);

for (const transport of /** @type {const} */ (["websocket", "sse", "poll"])) {
  test(`events, publications, history and presence over ${transport}`, async () => {
    const { url } = await start();
    const [a, b] = [
      await open(url, { transports: [transport], token: "anna" }),
      await open(url, { token: "ben" }),
    ];
    const [of_a, of_b] = [a.channel("orders"), b.channel("orders")];
    /** @type {import("../../../js/sync/live/events.js").LiveEvent[]} */
    const got = [];
    of_a.on("*", (events) => void got.push(...events));
    await of_a.ready;
    const at = await of_b.publish("new", { id: 1 }, { key: "1" });
    await of_b.publish("pixels", bytes(1, 2, 3));
    await of_a.publish("mine", bytes(4));
    await of_a.publish("mine", "text");
    await until(async () => got.length === 4, "events");
    assert.deepEqual(got[0].at, at);
    assert.deepEqual(
      got.map(({ type, data, key }) => [type, data instanceof Uint8Array ? [...data] : data, key]),
      [
        ["new", { id: 1 }, "1"],
        ["pixels", [1, 2, 3], undefined],
        ["mine", [4], undefined],
        ["mine", "text", undefined],
      ],
    );
    assert.deepEqual(await of_a.history(2), got.slice(2));
    assert.equal(a.stats().transport, transport);
    assert.equal(a.stats().received, 4);

    /** @type {any[]} */
    let members = [];
    of_b.presence.on((its) => {
      members = its;
    });
    await of_a.presence.enter({ cursor: 1 });
    await until(async () => members.length === 1, "a member");
    assert.deepEqual(members[0].state, { cursor: 1 });
    await of_a.presence.enter({ cursor: 2 });
    await until(async () => members[0]?.state.cursor === 2, "a new state");
    assert.deepEqual(await of_a.presence.members(), members);
    await of_a.presence.leave();
    await until(async () => members.length === 0, "nobody");
    a.close();
    b.close();
  });
}

test("filters, once, and what is not allowed", async () => {
  const { url } = await start();
  const live = await open(url);
  const seven = live.channel("orders", { where: { tenant: { gte: 7 } } });
  assert.equal(live.channel("orders", { where: { tenant: { gte: 7 } } }), seven);
  const next = seven.once("*");
  await seven.ready;
  const all = live.channel("orders");
  await all.publish("new", { tenant: 1 });
  await all.publish("new", { tenant: 8 });
  assert.deepEqual((await next).data, { tenant: 8 });
  await assert.rejects(live.channel("read-only").publish("x", 1), { code: "FORBIDDEN" });
  await assert.rejects(all.publish("x", 1n), TypeError);
  const stop = new AbortController();
  const never = all.once("nothing", { signal: stop.signal });
  stop.abort();
  await assert.rejects(never, { name: "AbortError" });
  const closed = all.once("nothing");
  all.close();
  await assert.rejects(closed, { code: "CLOSED" });
  assert.notEqual(live.channel("orders"), all);
  live.close();
  assert.throws(() => live.channel("orders"), { code: "CLOSED" });
  await assert.rejects(live.request("tail", {}), { code: "CLOSED" });
});

test("a reader who is far behind reads chunks, in order", async () => {
  const { url } = await start();
  const writer = await open(url);
  const channel = writer.channel("log");
  const first = await channel.publish("tick", { n: 0 });
  for (let n = 1; n < 1900; n += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => channel.publish("tick", { n: n + i })));
  }
  /** @type {string[]} */
  const asked = [];
  const reader = await open(url, {
    fetch: (input, init) => {
      asked.push(String(input));
      return fetch(input, init);
    },
  });
  /** @type {number[]} */
  const got = [];
  const since = { ...first, offset: -1 };
  reader.channel("log", { since }).on("tick", (events) => {
    for (const { data } of events) got.push(data.n);
  });
  await until(async () => got.length > 1900, "all events");
  assert.deepEqual(got, [...got.keys()]);
  assert(
    asked.some((it) => /channel\/log\/\d+\/2$/.test(it)),
    asked.join(),
  );
});

test("async iteration gets everything, however slowly it reads", async () => {
  const { url } = await start();
  const live = await open(url);
  const channel = live.channel("log");
  /** @type {number[]} */
  const got = [];
  const all = channel.events({ buffer: 10 });
  const reading = (async () => {
    for await (const events of all) {
      for (const { data } of events) got.push(data);
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (got.length >= 500) break;
    }
  })();
  // They come after the call of events().
  for (let n = 0; n < 500; n++) void channel.publish("n", n);
  await reading;
  assert.deepEqual(
    got,
    Array.from({ length: 500 }, (_, n) => n),
  );
});

test("a token that is refused, a gateway that is away: states, and no unhandled rejection", async () => {
  const { url } = await start();
  const live = await open(url, { token: "bad" });
  await until(async () => live.status === "down", "down");
  live.close();
  let asked = 0;
  const failing = await open(url, {
    token: async () => {
      asked += 1;
      throw new Error("no token");
    },
  });
  /** @type {string[]} */
  const codes = [];
  failing.addEventListener("status", (event) => {
    codes.push(/** @type {CustomEvent} */ (event).detail.code);
  });
  await until(async () => failing.status === "down", "down");
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(codes, ["TOKEN_FAILED"]);
  assert(asked <= 3);
  failing.close();
  assert.equal(failing.status, "closed");
  const away = await open("http://127.0.0.1:9/apus/");
  await until(async () => away.status === "down", "down");
  const waiting = away.channel("a").publish("x", 1);
  away.close();
  await assert.rejects(waiting, { code: "CLOSED" });
});

test("who comes back to large events does not make the gateway read them again and again", async () => {
  const engine = new MemoryEngine();
  let read = 0;
  const { streams } = engine;
  const from = streams.after.bind(streams);
  streams.after = async (channel, seen, limit) => {
    const answer = await from(channel, seen, limit);
    read += answer.events.length;
    return answer;
  };
  const { url } = await start({ limits: { queue: 50_000, message: 20_000 } }, { engine });
  const [a, b] = [await open(url), await open(url)];
  const large = "x".repeat(10_000);
  for (let i = 0; i < 300; i++) await a.channel("orders").publish("new", { i, large });
  const { at } = (await a.channel("orders").history(1))[0];
  /** @type {number[]} */
  const got = [];
  b.channel("orders", { since: { epoch: at.epoch, offset: -1 } }).on("*", (events) => {
    for (const { data } of events) got.push(/** @type {any} */ (data).i);
  });
  await until(async () => got.length === 300, "all events");
  assert.deepEqual(
    got,
    got.map((_, i) => i),
  );
  assert.ok(read < 2000, `${read} events were read for 300`);
});

test("a transport that opens again is noticed, and leaves nothing behind", async () => {
  const { gateway, url } = await start();
  let looks = 0;
  /** @type {import("../../../js/sync/live/world.js").World} */
  const fast = {
    ...world,
    later(due) {
      looks += 1;
      return world.later(due, 10);
    },
  };
  for (const [name, transport] of Object.entries({ webSocket, sse })) {
    let there = false;
    let opened = 0;
    looks = 0;
    const away = "http://127.0.0.1:9/apus/";
    const options = {
      transports: {},
      token: () => null,
      WebSocket: /** @type {any} */ (WebSocket),
    };
    const end = prefer(
      async () => (to) => transport({ ...to, url: there ? url : away }),
      { ...options, url },
      fast,
      () => {
        opened += 1;
      },
    );
    await until(async () => looks > 3, `${name}: it is looked for`);
    assert.equal(opened, 0);
    there = true;
    await until(async () => opened === 1, `${name}: it opens`);
    const before = looks;
    await until(async () => gateway.live?.sessions.size === 0, "no session");
    end();
    assert.deepEqual([opened, looks], [1, before]);
  }
});
