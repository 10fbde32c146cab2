import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../../../js/sync/live/frames.js";
import { Upstream } from "../../../js/sync/live/upstream.js";
import { decode, readable } from "../../../js/sync/live/wire.js";
import { world } from "../../../js/sync/live/world.js";

test("what is not a frame is refused before the code for payloads has loaded", () => {
  assert(!readable(new ArrayBuffer(8)));
  const wrong = [
    ..."|{}|[1]|[[]]|[[1]]|null|[".split("|"),
    '["ab"]',
    '[["ev","a",1,0,1,{}]]',
    '[["ev","a",1,0,1]]',
    '[["ev","a",1,0,1,[1]]]',
    '[["ev","a",1,0,1,[[0,0,"t",0,0,1]]]]',
    '[["ok",1,{"events":[[0,0,"t",0,0,1]]}]]',
    '[["ok",1,{"events":{}}]]',
  ];
  for (const it of wrong) assert.throws(() => decode(it), undefined, it);
  const right = [["ev", "a", 1, -1, 0, [[0, 5, "t", null, 0]]], ["ok", 1, null], ["ping"]];
  assert.deepEqual(decode(JSON.stringify(right)), right);
});

test("frames behind the first one with a payload keep their order", async () => {
  /** @type {any[]} */
  const got = [];
  /** @type {any} */
  let gateway;
  const upstream = new Upstream(
    {
      url: "http://test/",
      token: () => null,
      transports: {
        test: async () => (to) => {
          gateway = to;
          queueMicrotask(to.open);
          return { send() {}, close() {} };
        },
      },
    },
    "session",
    world,
    {
      up() {},
      down: (code) => got.push(code),
      receive: (messages) => got.push(...messages),
      error: (code) => got.push(code),
    },
  );
  upstream.start();
  while (!gateway) await new Promise((resolve) => setTimeout(resolve, 0));
  gateway.frame(JSON.stringify([["welcome", { session: "s", heartbeat: 60_000, now: 0 }]]));
  assert(!readable(new ArrayBuffer(8)));
  for (let n = 0; n < 6; n++) {
    const data = n % 3 ? n : Uint8Array.of(n);
    gateway.frame(encode([["ok", n, { data }]]));
  }
  assert.deepEqual(got, []);
  while (got.length < 6) await new Promise((resolve) => setTimeout(resolve, 0));
  gateway.frame(JSON.stringify([["ok", 6, { data: 6 }]]));
  assert.deepEqual(
    got.map(([, , { data }]) => Number(data)),
    [0, 1, 2, 3, 4, 5, 6],
  );
  upstream.close();
});
