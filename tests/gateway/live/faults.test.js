// Connections that end at any moment, pushes that get lost, clients that do not read: with two gateways
// of one engine, every event arrives once and in order, and every publish is applied once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { Client, open, until } from "./client.js";

const EVENTS = 250; // of each publisher
const PUBLISHERS = 3;
const FAULTS = 200;

/** Subscribes again after each fault, and reads what it missed. */
class Reader {
  /** @type {unknown[]} */ taken = [];
  #place = { epoch: 0, offset: -1 };
  #heard = 0;
  /** @type {Client | undefined} */ client;

  /** @param {() => string} url */
  constructor(url) {
    this.url = url;
  }

  async run(done = () => false) {
    while (!done()) {
      const client = await Client.open(this.url(), { hello: false });
      this.client = client;
      this.#heard = 0;
      let asked = 1;
      const ask = () =>
        client.say(["ask", asked++, "after", { channel: "c", ...this.#place, limit: 100 }]);
      client.say(["hello", 1, null, {}], ["sub", "c", "c", null]);
      ask();
      let reading = true;
      while (!client.closed && !done()) {
        for (; this.#heard < client.heard.length; this.#heard++) {
          const message = client.heard[this.#heard];
          if (message[0] === "ok") {
            const [, , { epoch, events, last, more, lost }] = message;
            assert.equal(lost, false);
            this.#take(epoch, last, events);
            reading = more;
            if (more) ask();
          } else if (message[0] === "ev" && !reading) {
            const [, , epoch, prev, last, events] = message;
            const { offset } = this.#place;
            if (prev > offset || (epoch !== this.#place.epoch && offset >= 0)) {
              reading = true;
              ask();
            } else this.#take(epoch, last, events);
          } else if (message[0] === "no") assert.fail(String(message));
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      client.socket.terminate();
    }
  }

  /** @param {number} epoch @param {number} last @param {any[][]} events */
  #take(epoch, last, events) {
    for (const [offset, , , data] of events) if (offset > this.#place.offset) this.taken.push(data);
    if (last > this.#place.offset) this.#place = { epoch, offset: last };
  }
}

/** Publishes its numbers in order, each until it is acknowledged. @param {() => string} url @param {string} publisher */
async function publish(url, publisher) {
  const held = { client: /** @type {Client | undefined} */ (undefined), acknowledged: 0 };
  const run = async () => {
    let client = await Client.open(url());
    for (let seq = 1; seq <= EVENTS; ) {
      held.client = client;
      const data = `${publisher}${seq}`;
      const args = { channel: "c", type: "t", data, publisher, seq };
      const answer = await Promise.race([client.ask("publish", args), client.end()]).catch(() => 0);
      if (answer?.offset >= 0) held.acknowledged = seq++;
      else if (client.closed) client = await Client.open(url());
      if (seq % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  return Object.assign(held, { done: run() });
}

test("no event is lost or repeated by faults", { timeout: 120_000 }, async () => {
  const engine = new MemoryEngine();
  const { streams } = engine;
  const follow = streams.follow.bind(streams);
  streams.follow = (listener, missed) =>
    follow((name, events) => {
      if (Math.random() > 0.2) setTimeout(listener, 5 * Math.random(), name, events); // reordered too
    }, missed);
  const live = { channels: { c: { write: true, history: 10_000 } }, limits: { queue: 2000 } };
  const gateways = [await open(live, { engine }), await open(live, { engine })];
  const url = () => gateways[Math.floor(2 * Math.random())].url;
  const readers = Array.from({ length: 5 }, () => new Reader(url));
  let over = false;
  const running = readers.map((reader) => reader.run(() => over));
  const publishers = await Promise.all(["a", "b", "d"].map((name) => publish(url, name)));
  let faults = 0;
  let published = false;
  void Promise.all(publishers.map(({ done }) => done)).then(() => {
    published = true;
  });
  while (faults < FAULTS || !published) {
    const all = [...readers, ...publishers];
    const socket = all[Math.floor(all.length * Math.random())].client?.socket;
    if (faults % 3) socket?.terminate();
    else {
      socket?.pause();
      setTimeout(() => socket?.resume(), 20);
    }
    faults++;
    await new Promise((resolve) => setTimeout(resolve, 10 * Math.random()));
  }
  const all = PUBLISHERS * EVENTS;
  await until(() => readers.every(({ taken }) => taken.length >= all), "all events", 30_000);
  over = true;
  await Promise.all(running);
  const { events } = await streams.after("c", { epoch: 0, offset: -1 }, 10_000);
  const truth = events.map(({ data }) => data);
  for (const name of ["a", "b", "d"]) {
    const its = truth.filter((data) => String(data).startsWith(name));
    const expected = Array.from({ length: EVENTS }, (_, i) => `${name}${i + 1}`);
    assert.deepEqual(its, expected);
  }
  for (const { taken } of readers) assert.deepEqual(taken, truth);
});
