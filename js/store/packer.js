import { packWorker } from "../../dist/wasm.js";
import { trusted } from "../core/trusted.js";
import { recycle } from "./batch.js";
import { nextTurn, within } from "./turns.js";

/**
 * Packs batches into segments. Full batches, which come in quick succession, go to a worker
 * that the page's stores share. Without a worker (a service worker cannot start one,
 * a policy may forbid it) everything is packed on this thread.
 */

/** @typedef {import("./batch.js").Batch} Batch */
/** @typedef {import("./pack.js").Segment} Segment */

const IDLE = 30_000; // ms until an idle worker is terminated
const START = 500; // ms for the first batches, while the worker loads
const TIMEOUT = 5000; // ms for each batch after that

/** @type {Worker | undefined} */ let worker;
/** Whether the worker has answered. */ let ready = false;
/** Whether it took too long: the page packs on its own until it answers. */ let late = false;
/** Whether a worker has failed; there is no second try. */ let failed = false;
/** Batches at the worker, by number. @type {Map<number, (segment: Segment | undefined) => void>} */
const waiting = new Map();
let batches = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let idle;

/** Starts the worker; messages wait until it has loaded. @param {WebAssembly.Module} module */
function start(module) {
  late = false;
  try {
    worker = new Worker(trusted(packWorker().href), { type: "module" });
    worker.onerror = (event) => {
      event.preventDefault();
      fail();
    };
    worker.onmessage = ({ data }) => {
      ready = true;
      late = false;
      if (data) {
        recycle(data.buffer);
        waiting.get(data.batch)?.(data.segment);
      }
      clearTimeout(idle);
      idle = setTimeout(stop, IDLE);
    };
    worker.postMessage(module);
  } catch {
    fail();
  }
}

function stop() {
  clearTimeout(idle);
  worker?.terminate();
  worker = undefined;
  ready = false;
  for (const resolve of waiting.values()) resolve(undefined);
}

function fail() {
  failed = true;
  stop();
}

export class Packer {
  #engine;
  #dictionary;
  #module;
  #now;
  #level;

  /**
   * @param {WebAssembly.Module} module for the worker
   * @param {import("./engine.js").Engine} engine @param {import("./dictionary.js").Dictionary} dictionary
   * @param {() => number} now ms since 1970 @param {number} level zstd's
   */
  constructor(module, engine, dictionary, now, level) {
    this.#module = module;
    this.#engine = engine;
    this.#dictionary = dictionary;
    this.#now = now;
    this.#level = level;
  }

  /**
   * Packs a batch on this thread. @param {Batch} batch @returns {Segment}
   * @throws {RangeError} when memory is exhausted
   */
  pack(batch) {
    const laid = batch.finish();
    const segment = this.#engine.pack(laid, this.#now(), this.#level);
    recycle(laid.bytes.buffer);
    return segment;
  }

  /**
   * Sends a batch to the worker, which takes its bytes.
   * @param {Batch} batch
   * @returns {Promise<Segment | undefined> | undefined} `undefined` when there is no worker, or when
   *   it has failed
   */
  send(batch) {
    if (!worker && !failed) start(this.#module);
    if (!worker || late) return undefined;
    const laid = batch.finish();
    batches += 1;
    const number = batches;
    const { used: dictionary } = this.#dictionary;
    const message = { batch: number, laid, dictionary, wall: this.#now(), level: this.#level };
    worker.postMessage(message, [laid.bytes.buffer]);
    /** @type {Promise<Segment | undefined>} */
    const reply = new Promise((resolve) => waiting.set(number, resolve));
    const wasReady = ready;
    return within(reply, wasReady ? TIMEOUT : START, "packing")
      .catch(() => {
        if (wasReady) fail();
        else late = !ready;
      })
      .then(async (segment) => {
        waiting.delete(number);
        if (!segment) await nextTurn(); // other batches may return as well
        return segment ?? undefined;
      });
  }

  /** Stops the worker: a page in the background keeps none. */
  pause() {
    stop();
  }
}
