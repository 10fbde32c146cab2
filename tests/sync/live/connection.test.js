// Connections over hours of simulated time: tokens, heartbeats, reconnects, transports.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader, startWorld } from "./world.js";

/** @param {EventTarget} target @param {string} type */
function details(target, type) {
  /** @type {any[]} */
  const all = [];
  target.addEventListener(type, (event) => all.push(/** @type {CustomEvent} */ (event).detail));
  return all;
}

test("24 hours with tokens that end and a token function that fails now and then", async () => {
  const { world, gateway, network, connect } = startWorld(11);
  gateway.tokens = 3_600_000;
  let asked = 0;
  const live = connect({
    token: async () => {
      asked += 1;
      if (world.below(3) === 0) throw new Error("the token service is away");
      return `token ${asked}`;
    },
  });
  const errors = details(live, "error");
  const reader = new Reader(live.channel("log"));
  await world.until(() => live.status === "up");
  await world.run(1000);
  for (let minute = 0; minute < 24 * 60; minute++) {
    gateway.append("log", "tick", { minute });
    if (minute % 97 === 0) network.kill();
    await world.run(60_000);
  }
  gateway.append("log", "last", {});
  assert(await world.until(() => reader.events.at(-1)?.type === "last"));
  assert.equal(reader.check(gateway), 0);
  assert.equal(reader.events.length, 24 * 60 + 1);
  assert(errors.every(({ code }) => code === "TOKEN_FAILED"));
  const { reconnects } = live.stats();
  assert(reconnects >= 14 && reconnects < 40, `${reconnects} reconnects`);
  assert(asked < 150, `asked for ${asked} tokens`);
  live.close();
  await world.run(3_600_000);
  assert.equal(network.open, 0);
  assert(asked < 150);
});

test("a token that is always refused is asked for ever more rarely", async () => {
  const { world, network, connect } = startWorld(3);
  let asked = 0;
  const live = connect({
    token: () => {
      asked += 1;
      return "bad";
    },
  });
  const states = details(live, "status");
  await world.run(600_000);
  assert.deepEqual(
    states.map(({ status, code }) => [status, code]),
    [["down", "TOKEN_FAILED"]],
  );
  assert(asked > 20 && asked < 80, `${asked} tries in ten minutes`);
  assert.equal(network.open, 0);
  live.close();
});

test("a half-open connection is noticed within ten seconds", async () => {
  const { world, gateway, connect } = startWorld(4);
  const live = connect();
  const reader = new Reader(live.channel("log"));
  await world.until(() => live.status === "up");
  await world.run(1000);
  for (let i = 0; i < 20; i++) {
    await world.run(world.below(9000));
    assert.equal(live.status, "up");
    for (const session of gateway.sessions) session.silence();
    const began = world.now();
    assert(await world.until(() => live.status === "down", 11_000));
    assert(world.now() - began <= 10_100, `${world.now() - began} ms`);
    gateway.sessions.clear();
    gateway.append("log", "tick", { i });
    await world.until(() => live.status === "up");
    await world.run(1000);
  }
  assert.equal(reader.check(gateway), 0);
  assert.equal(reader.events.length, 20);
  live.close();
});

test("another transport serves when the first does not open, and later the first again", async () => {
  const { world, network, connect } = startWorld(5);
  let blocked = true;
  const tried = { websocket: 0, sse: 0 };
  const live = connect({
    transports: {
      websocket: async () => (to) => {
        tried.websocket += 1;
        if (!blocked) return network.connect(to);
        world.later(() => to.close(1006), 50);
        return { send() {}, close() {} };
      },
      sse: async () => (to) => {
        tried.sse += 1;
        return network.connect(to);
      },
    },
  });
  await world.until(() => live.status === "up", 5000);
  assert.equal(live.stats().transport, "sse");
  assert.deepEqual(tried, { websocket: 1, sse: 1 });
  network.kill();
  await world.until(() => live.status === "down");
  await world.until(() => live.status === "up");
  assert.deepEqual(tried, { websocket: 1, sse: 2 }, "it remembers");
  const states = details(live, "status");
  await world.run(3_600_000);
  assert(tried.websocket > 5 && tried.websocket < 15, `looked ${tried.websocket - 1} times`);
  assert.deepEqual(states, [], "nobody notices");
  blocked = false;
  assert(await world.until(() => live.stats().transport === "websocket", 1_300_000));
  live.close();
  await world.run(3_600_000);
  assert.equal(network.open, 0);
});

test("after a long outage the first transport is back within a minute", async () => {
  const { world, gateway, network, connect } = startWorld(7);
  const live = connect({
    transports: {
      websocket: async () => network.connect,
      sse: async () => network.connect,
      poll: async () => network.connect,
    },
  });
  const reader = new Reader(live.channel("log"));
  await world.until(() => live.status === "up");
  const used = new Set();
  for (let round = 0; round < 20; round++) {
    await world.run(60_000);
    assert.equal(live.stats().transport, "websocket", `round ${round}`);
    network.parted = true;
    network.kill();
    await world.run(300_000 + world.below(60_000));
    gateway.append("log", "tick", { round });
    network.parted = false;
    assert(await world.until(() => live.status === "up", 60_000));
    used.add(live.stats().transport);
  }
  assert(used.has("sse"), "an outage may end in an attempt by another transport");
  await world.run(60_000);
  assert.equal(reader.check(gateway), 0);
  assert.equal(reader.events.length, 20);
  live.close();
});

test("a gateway of another version is a state with a code, tried ever more rarely", async () => {
  const { world, connect } = startWorld(6);
  let tries = 0;
  const live = connect({
    transports: {
      websocket: async () => (to) => {
        tries += 1;
        world.later(() => to.open(), 10);
        world.later(() => to.close(4406, "supported: 2-3"), 20);
        return { send() {}, close() {} };
      },
    },
  });
  const states = details(live, "status");
  await world.run(600_000);
  assert.deepEqual(
    states.map(({ code, error }) => [code, error.message]),
    [["PROTOCOL", "supported: 2-3"]],
  );
  assert(tries > 15 && tries < 80, `${tries} tries in ten minutes`);
  live.close();
});

test("what is not a frame ends the connection, which comes back", async () => {
  const { world, gateway, connect } = startWorld(8);
  const live = connect();
  const states = details(live, "status");
  await world.until(() => live.status === "up");
  for (const session of gateway.sessions) session.raw("garbage");
  await world.until(() => live.status === "down");
  assert.equal(states.at(-1).code, "BAD_ANSWER");
  assert(await world.until(() => live.status === "up"));
  const errors = details(live, "error");
  const reader = new Reader(live.channel("log"));
  await world.run(1000);
  for (const session of gateway.sessions) session.raw('[["ev","log",1,"x",{},[]]]');
  await world.run(1000);
  assert.deepEqual(
    errors.map(({ code }) => code),
    ["BAD_ANSWER"],
  );
  gateway.append("log", "tick", {});
  await world.run(1000);
  assert.equal(reader.events.length, 1);
  live.close();
});
