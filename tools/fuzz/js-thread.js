// Runs a target with mutations of its seeds until the time is over or it throws.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { root } from "../run.js";
import { Mutator } from "./mutator.js";

const { target, seconds, file, seed, shared } = workerData;
const state = new Int32Array(shared, 0, 2);
const room = new Uint8Array(shared, 8);
const { seeds, run } = await import(pathToFileURL(join(root, target.path)).href);

let runs = 0;
/** @param {Uint8Array} bytes */
async function attempt(bytes) {
  const input = bytes.slice(0, room.length);
  room.set(input);
  Atomics.store(state, 1, input.length);
  Atomics.store(state, 0, ++runs);
  await run(input);
  // Unhandled rejections are reported between tasks.
  await new Promise((resolve) => setImmediate(resolve));
}

try {
  if (file) {
    await attempt(await readFile(file));
  } else {
    /** @type {Uint8Array[]} */
    const corpus = [...(await seeds())];
    for (const name of target.corpus ? await readdir(target.corpus) : []) {
      corpus.push(await readFile(join(target.corpus, name)));
    }
    for (const input of corpus) await attempt(input);
    const mutator = new Mutator(corpus, seed);
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) await attempt(mutator.next());
  }
  parentPort?.postMessage({ runs });
} catch (error) {
  parentPort?.postMessage({ failure: error?.stack ?? String(error) });
}
