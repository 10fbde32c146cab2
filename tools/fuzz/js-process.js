// Runs one JavaScript target in a thread and watches its time, memory and errors from outside. js.js
// starts it with a task as JSON.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Worker } from "node:worker_threads";
import { root } from "../run.js";
import { advice, results } from "./targets.js";

const MAX_INPUT = 1 << 20;
const MAX_RESIDENT = 2 * 1024 ** 3;
/** The limits of an input in ms: processor time, and time in all. */
const MAX_BUSY = 2000;
const MAX_WAIT = 20_000;

const { target, seconds = 60, file, seed } = JSON.parse(process.argv[2]);

/** The current input: [its number, its length], then its bytes. */
const shared = new SharedArrayBuffer(8 + MAX_INPUT);
const state = new Int32Array(shared, 0, 2);

const worker = new Worker(new URL("js-thread.js", import.meta.url), {
  workerData: { target, seconds, file, seed, shared },
  resourceLimits: { maxOldGenerationSizeMb: 1024 },
});

let number = -1;
let since = { busy: 0, time: 0 };
const watch = setInterval(() => {
  const { user, system } = process.cpuUsage();
  const busy = (user + system) / 1000;
  const time = performance.now();
  const now = Atomics.load(state, 0);
  if (now !== number) {
    number = now;
    since = { busy, time };
  }
  // 0: the target and its seeds are still loading.
  if (number === 0) return;
  if (busy - since.busy > MAX_BUSY && time - since.time > MAX_BUSY) {
    fail(`an input took over ${MAX_BUSY} ms`);
  } else if (time - since.time > MAX_WAIT) {
    fail(`an input did not end within ${MAX_WAIT} ms`);
  } else if (process.memoryUsage.rss() > MAX_RESIDENT) {
    fail(`more than ${MAX_RESIDENT / 1024 ** 3} GiB of memory`);
  }
}, 100);

worker.on("message", ({ failure, runs }) => {
  if (failure) fail(failure);
  clearInterval(watch);
  console.log(`${runs} inputs`);
  process.exit(0);
});
worker.on("error", (error) => fail(error?.stack ?? String(error)));
worker.on("exit", (code) => fail(`the thread ended by itself (${code})`));

/** @param {string} why @returns {never} */
function fail(why) {
  const input = new Uint8Array(shared, 8, state[1]);
  let place = file;
  if (!place && state[0] > 0) {
    const name = createHash("sha256").update(input).digest("hex").slice(0, 12);
    place = join(results, `${target.name}-${name}`);
    mkdirSync(results, { recursive: true });
    writeFileSync(place, input);
    place = relative(root, place);
  }
  console.log(`${why}\n${advice(target, seed, place)}`);
  process.exit(1);
}
