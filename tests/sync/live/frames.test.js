import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../../js/sync/live/frames.js";

/** @typedef {import("../../../js/sync/live/frames.js").Message} Message */

const bytes = (/** @type {number[]} */ ...all) => Uint8Array.from(all);
const plain = (/** @type {unknown} */ value) =>
  JSON.parse(
    JSON.stringify(value, (_, it) => (it instanceof Uint8Array ? { bytes: [...it] } : it)),
  );

test("messages without payloads are text", () => {
  /** @type {Message[]} */
  const messages = [
    ["hello", 1, null, {}],
    ["ask", 7, "publish", { channel: "a", type: "t", data: { x: [1, "ü\ud800"] } }],
    ["ev", "a", 1, -1, 0, [[0, 5, "t", null, 0]]],
    ["ok", 7, { epoch: 1, offset: 0 }],
    ["ok", 8, null],
    ["ping"],
  ];
  assert.equal(encode(messages), JSON.stringify(messages));
  assert.deepEqual(decode(encode(messages)), messages);
});

test("payloads come back where they were, in a frame of bytes", () => {
  /** @type {Message[]} */
  const messages = [
    ["ask", 1, "publish", { channel: "ä", type: "t", data: bytes(1, 2, 3) }],
    [
      "ev",
      "a",
      1,
      -1,
      2,
      [
        [0, 5, "t", bytes(4), "k"],
        [1, 6, "t", { n: 1 }, 0],
        [2, 7, "t", bytes(), 0],
      ],
    ],
    ["ok", 2, { data: bytes(5, 6), events: [[0, 5, "t", bytes(7), 0]] }],
    ["pong"],
  ];
  const before = plain(messages);
  const frame = encode(messages);
  assert(frame instanceof Uint8Array);
  assert.deepEqual(plain(messages), before);
  for (const form of [frame, frame.buffer]) {
    const [ask, ev, ok, pong] = /** @type {any[]} */ (decode(form));
    assert.deepEqual([...ask[3].data], [1, 2, 3]);
    assert.equal(ask[3].channel, "ä");
    assert.deepEqual(plain(ev[5].map((/** @type {any[]} */ it) => it[3])), [
      { bytes: [4] },
      { n: 1 },
      { bytes: [] },
    ]);
    assert.equal(ev[5][0][4], "k");
    assert.deepEqual([...ok[2].data], [5, 6]);
    assert.deepEqual([...ok[2].events[0][3]], [7]);
    assert.deepEqual(pong, ["pong"]);
  }
  assert.deepEqual(encode(decode(frame)), frame);
});

test("a frame may lie anywhere in a buffer", () => {
  const frame = /** @type {Uint8Array} */ (encode([["ok", 1, { data: bytes(9) }]]));
  const room = new Uint8Array(frame.length + 10);
  room.set(frame, 5);
  const [[, , result]] = /** @type {any[]} */ (decode(room.subarray(5, 5 + frame.length)));
  assert.deepEqual([...result.data], [9]);
});

test("what is not a frame is refused", () => {
  const frame = /** @type {Uint8Array} */ (encode([["ok", 1, { data: bytes(1, 2) }]]));
  const wrong = [
    ..."|{}|[1]|[[]]|[[1]]|null|[".split("|"),
    '[["ev","a",1,0,1,{}]]',
    '[["ev","a",1,0,1]]',
    '[["ev","a",1,0,1,[1]]]',
    '[["ev","a",1,0,1,[[0,0,"t",0,0,1]]]]',
    '[["ok",1,{},3]]',
    '[["ok",1,null,0]]',
    '[["ask",1,"k",{},-1]]',
    '[["ask",1,"k",{},"x"]]',
    undefined,
    7,
    [],
    new ArrayBuffer(3),
    frame.subarray(0, frame.length - 1),
    Uint8Array.from([...frame, 0]),
    Uint8Array.from([255, 255, 255, 255, 0]),
    Uint8Array.from([2, 0, 0, 0, 0xff, 0xff]),
  ];
  for (const it of wrong) assert.throws(() => decode(it), TypeError, String(it));
});
