// Messages on a store's channel: anything that another script of the origin, or another
// version of this one, may post there. An input is a structured clone, as the
// browser transmits it, here in V8's format.
import { deserialize, serialize } from "node:v8";
import { loadWasm } from "../../js/core/wasm.js";
import { Batch } from "../../js/store/batch.js";
import { control, DELETED, TAG, TEXT } from "../../js/store/encode.js";
import { pack } from "../../js/store/pack.js";
import { openFeed } from "./channel-world.js";

/** Messages as tabs send them, one of each kind. @returns {Promise<Uint8Array[]>} */
export async function seeds() {
  const { head, body } = await segment();
  return [
    { from: 2, serial: 0, hello: true },
    { from: 2, serial: 0, bye: true },
    { from: 2, serial: 1, added: [["id"]], keys: ["key"], tags: ["tag"], cleared: true },
    { from: 2, serial: 1, added: [["id", head, body]], disk: "coming", keys: ["key"] },
    { from: 2, serial: 2, added: [["id", head]], disk: "came", removed: ["id"], keys: ["key"] },
    { from: 3, serial: 7, removed: ["id", "other"], added: [] },
  ].map((message) => new Uint8Array(serialize(message)));
}

/** @param {Uint8Array} input */
export async function run(input) {
  let message;
  try {
    message = deserialize(input);
  } catch {
    return; // not a message that a browser would deliver
  }
  const world = await openFeed();
  try {
    const hear = (data) => world.channel.onmessage?.({ data });
    hear(message);
    hear(message);
    await new Promise((done) => setImmediate(done));
    for (const { keys, tags } of world.changed) {
      for (const text of [...keys, ...tags]) {
        if (typeof text !== "string") throw new Error(`reported a ${typeof text}`);
      }
    }
    // The tab goes on: it receives the next message, and finds its keys.
    const { head, body } = await segment();
    const before = world.changed.length;
    hear({ from: 9, serial: 1, added: [["next", head, body]], keys: ["key"] });
    await new Promise((done) => setImmediate(done));
    if (world.changed.length === before) throw new Error("the next message was not received");
  } finally {
    world.close();
  }
}

/** @type {Promise<{ head: Uint8Array, body: Uint8Array[] }> | undefined} */
let made;

/** A segment with a value, a deletion and a tag. */
function segment() {
  made ??= (async () => {
    const core = await loadWasm("store");
    const engine = core.apus_store_new(2);
    const batch = new Batch();
    const value = { ...control(TEXT, "key", 5), value: { a: 1 }, tags: ["tag"] };
    for (const change of [value, control(DELETED, "other", 6), control(TAG, "old", 7)]) {
      batch.add(change, 1000);
    }
    const segment = pack(core, engine, batch.finish(), Date.now(), 1);
    core.apus_store_delete(engine);
    return segment;
  })();
  return made;
}
