import { packWorker } from "../../dist/wasm.js";
import { recycle } from "./batch.js";
import { nextTurn, within } from "./turns.js";

/**
 * Packs batches into segments: here, or, when one is full, which is when there
 * are many, in a worker, which the page's caches share. Without one (a service
 * worker has none, a policy may forbid it) all is packed here.
 */

/** @typedef {import("./batch.js").Batch} Batch */
/** @typedef {import("./pack.js").Segment} Segment */

const IDLE = 30_000; // ms until a worker without work ends
const START = 500; // ms for the first batches, while the worker is being loaded
const PATIENCE = 5000; // ms for each one after that

/** @type {Worker | undefined} */ let worker;
/** Whether the worker has answered. */ let ready = false;
/** Whether it has not, for too long: the page does without it until it does. */ let late = false;
/** Whether a worker has failed: none is tried again. */ let failed = false;
/** @type {Map<number, (segment: Segment | undefined) => void>} by batch, at the worker */
const waiting = new Map();
let batches = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let idle;

/** @type {{ createScriptURL: (url: string) => string } | undefined} */ let policy;

/**
 * Pages that require Trusted Types start workers only through a policy. Ours is `apus`, which they
 * allow with `trusted-types apus`.
 * @param {string} url
 * @returns {string} or, to such a page, a TrustedScriptURL
 */
function trusted(url) {
  try {
    policy ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy("apus", {
      createScriptURL: (/** @type {string} */ url) => url,
    });
  } catch {
    // A page that does not allow the policy may not require one either.
  }
  return policy?.createScriptURL(url) ?? url;
}

/** Starts the worker; what is sent meanwhile waits for it. @param {WebAssembly.Module} module */
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

  /** @param {import("./segments.js").Parts & { module: WebAssembly.Module, level: number }} parts */
  constructor({ engine, dictionary, module, now, level }) {
    this.#engine = engine;
    this.#dictionary = dictionary;
    this.#module = module;
    this.#now = now;
    this.#level = level;
  }

  /**
   * Packs a batch here. @param {Batch} batch @returns {Segment}
   * @throws {RangeError} when memory is exhausted
   */
  pack(batch) {
    const laid = batch.finish();
    const segment = this.#engine.pack(laid, this.#now(), this.#level);
    recycle(laid.bytes.buffer);
    return segment;
  }

  /**
   * Has a batch packed in the worker, which takes its bytes.
   * @param {Batch} batch
   * @returns {Promise<Segment | undefined> | undefined} nothing when there is no worker, or when
   *   it has not done it
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
    return within(reply, wasReady ? PATIENCE : START, "packing")
      .catch(() => {
        if (wasReady) fail();
        else late = !ready;
      })
      .then(async (segment) => {
        waiting.delete(number);
        if (!segment) await nextTurn(); // others may come back as well
        return segment ?? undefined;
      });
  }

  /** Nothing is sent any more: a page in the background keeps no worker. */
  pause() {
    stop();
  }
}
