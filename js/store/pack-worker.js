// Packs batches for the page (packer.js); its first message is the compiled module.

import { instantiate } from "../core/instantiate.js";
import { granted } from "../core/memory.js";
import { pack } from "./pack.js";

/** @type {Promise<import("../core/wasm.js").Wasm<"store">>} */ let core;
let engine = 0;

/** @param {MessageEvent} message */
globalThis.onmessage = async ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    core = instantiate(data);
    engine = (await core).apus_store_new(0, 0);
    postMessage(undefined);
    return;
  }
  const { batch, laid, dictionary, wall, level } = data;
  const running = await core;
  let segment;
  try {
    granted(engine);
    const at = dictionary ? running.memory.write(dictionary) : 0;
    running.apus_store_dictionary(engine, at, dictionary?.length ?? 0, 1);
    segment = pack(running, engine, laid, wall, level);
  } catch {
    // without a segment: the page packs the batch and reports the error
  }
  const { buffer } = laid.bytes;
  const pieces = segment ? [segment.head, ...segment.body] : [];
  postMessage(
    { batch, segment, buffer },
    { transfer: [buffer, ...pieces.map((piece) => piece.buffer)] },
  );
};
