// Channels with deltas, as clients that say and hear frames see them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWasm } from "../../../js/core/wasm.js";
import { applied } from "../../../js/sync/live/unpack.js";
import { Client, open, until } from "./client.js";

const wasm = await loadWasm("sync");
const utf8 = new TextDecoder();

/** A client that reads deltas. @param {string} url */
async function reader(url) {
  const client = await Client.open(url, { hello: false });
  client.say(["hello", 1, null, { deltas: true }]);
  await client.subscribe("rows");
  return client;
}

/** A large text of which few bytes differ. @param {number} n @param {number} [size] */
const row = (n, size = 2000) => ({ n, text: "lorem ipsum ".repeat(size / 12) });

test("who does not ask for deltas gets whole events", async () => {
  const { url, live } = await open({ channels: { rows: { delta: true } } });
  const plain = await Client.open(url);
  await plain.subscribe("rows");
  const packed = await reader(url);
  for (let n = 0; n < 10; n++) {
    await live.publish("rows", "row", row(n), { key: "k" });
    await until(() => packed.events().length === n + 1, "the event");
  }
  await until(() => plain.events().length === 10, "the events");
  assert.deepEqual(
    plain.events().map(([offset, , type, data, key]) => [offset, type, data, key]),
    Array.from({ length: 10 }, (_, n) => [n, "row", row(n), "k"]),
  );
  assert(plain.events().every((event) => event.length === 5));
  // The same rows, from what has changed.
  /** @type {Uint8Array | undefined} */
  let base;
  for (const [n, [, , , bytes, , , at, json]] of packed.events().entries()) {
    assert.deepEqual([at, json], [n - 1, 1]);
    base = base ? applied(base, bytes, wasm) : bytes;
    assert.deepEqual(JSON.parse(utf8.decode(base)), row(n));
    assert(n === 0 || bytes.length < 50, `${bytes.length} bytes`);
  }
  plain.say(["unsub", "rows"]);
  packed.say(["unsub", "rows"]);
  await until(() => live.hub.size === 0, "the end of the channel");
});

test("after 50 deltas, and when someone joins, an event is whole", async () => {
  const { url, live } = await open({ channels: { rows: { delta: true } } });
  const client = await reader(url);
  const publish = async (/** @type {number} */ n) => {
    await live.publish("rows", "row", row(n));
    await until(() => client.events().length === n + 1, "the event");
  };
  for (let n = 0; n < 110; n++) await publish(n);
  const whole = () => client.events().filter(([, , , , , , base]) => base === -1);
  assert.deepEqual(
    whole().map(([offset]) => offset),
    [0, 51, 102],
  );
  await reader(url);
  await publish(110);
  assert.equal(whole().length, 4);
});

test("bases are kept up to 1 MiB, and not of payloads beyond 64 KiB", async () => {
  const { url, live } = await open({ channels: { rows: { delta: true } } });
  const client = await reader(url);
  let n = 0;
  /** @param {number} keys @param {number} size */
  const round = async (keys, size) => {
    const before = client.events().length;
    for (let key = 0; key < keys; key++) {
      await live.publish("rows", "row", row(n++, size), { key: `${key}` });
    }
    await until(() => client.events().length === before + keys, "the events");
    return client.events().slice(before);
  };
  await round(20, 40_000);
  assert((await round(20, 40_000)).every((event) => event[6] >= 0));
  await round(40, 40_000);
  assert((await round(40, 40_000)).every((event) => event[6] === -1));
  await round(1, 70_000);
  assert((await round(1, 70_000)).every((event) => event.length === 5));
});
