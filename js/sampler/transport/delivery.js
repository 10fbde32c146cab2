/** Delivers batches to the collector: regularly, after a failure, and when the visitor leaves. */
import { Batches, fit } from "./batch.js";
import { Leave, leaveBytes } from "./leave.js";
import { parseTransport } from "./options.js";
import { toOtlp } from "./otlp.js";
import { Queue } from "./queue.js";
import { send } from "./send.js";

/** @typedef {import("./options.js").TransportOptions} TransportOptions */

const armEveryMs = 2000;
const firstBackoffMs = 1000;
const maxBackoffMs = 300_000;
const maxBatchBytes = 1_000_000;

/**
 * @typedef {object} Source
 * @property {import("../histograms.js").Histograms} histograms
 * @property {() => import("../report.js").Report} report
 * @property {() => number} now ms
 * @property {() => number} random
 * @property {import("../events.js").Dispatch} dispatch
 */

/**
 * @typedef {object} DeliveryPlan
 * @property {(source: Source) => Delivery | undefined} start `undefined` when the visitor objects
 */

/**
 * @param {unknown} endpoint @param {TransportOptions} [options]
 * @returns {DeliveryPlan}
 * @throws {TypeError} names the field
 */
export function parseDelivery(endpoint, options) {
  const transport = parseTransport(endpoint, options);
  return {
    start(source) {
      const { globalPrivacyControl } = /** @type {any} */ (globalThis.navigator) ?? {};
      if (transport.respectGpc && globalPrivacyControl) {
        source.dispatch("delivery", { state: "off", reason: "Global Privacy Control" });
        return undefined;
      }
      return new Delivery(transport, source);
    },
  };
}

export class Delivery {
  #transport;
  #source;
  #batches;
  #queue;
  #leave;
  #visit;
  #origin;
  #nextArm = 0;
  #nextSend;
  #failures = 0;
  #refused = 0;
  /** @type {Promise<void> | undefined} */
  #sending;
  #abort = new AbortController();

  /** @param {import("./options.js").Transport} transport @param {Source} source */
  constructor(transport, source) {
    this.#transport = transport;
    this.#source = source;
    this.#visit =
      globalThis.crypto?.randomUUID?.() ??
      `${Date.now().toString(36)}${source.random().toString(36).slice(2)}`;
    this.#origin = Date.now() - source.now();
    this.#batches = new Batches(source.histograms, source.report, transport, {
      visit: this.#visit,
      start: Math.round(this.#origin),
    });
    this.#queue = new Queue(transport.queue, transport.maxQueueBytes);
    this.#leave = new Leave(transport);
    this.#nextSend = source.now() + Math.min(transport.every, 5000);
    const { document } = globalThis;
    if (!document) return;
    const { signal } = this.#abort;
    // A page can crash within its first second.
    setTimeout(() => signal.aborted || !this.#leave.ahead || this.#arm());
    // Being hidden may be the last event that a page gets.
    document.addEventListener("visibilitychange", () => document.hidden && this.#goodbye(), {
      signal,
    });
    addEventListener("pagehide", () => this.#goodbye(), { signal });
    addEventListener("online", () => this.#soon(), { signal });
  }

  /** @returns {{ batches: number, refused: number }} dropped because the queue was full; refused by the collector */
  get losses() {
    return { batches: this.#queue.dropped, refused: this.#refused };
  }

  /** @param {number} now ms */
  pulse(now) {
    if (now >= this.#nextArm && this.#leave.ahead) {
      this.#nextArm = now + armEveryMs;
      this.#arm();
    }
    if (now >= this.#nextSend) this.flush();
  }

  /** Resolves when nothing is being sent. @returns {Promise<void>} */
  get idle() {
    return this.#sending ?? Promise.resolve();
  }

  /** Sends this visit's new numbers and the batches that waited. @returns {Promise<void>} never rejects */
  flush() {
    this.#sending ??= this.#flush().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  stop() {
    this.#abort.abort();
    this.#leave.disarm();
  }

  async #flush() {
    this.#nextSend = this.#source.now() + this.#transport.every;
    const own = this.#enqueue();
    for (const { visit, id, body } of this.#queue.list()) {
      if (this.#abort.signal.aborted) return;
      const answer = await send(this.#transport, body);
      if (answer.outcome === "later") return this.#wait(answer);
      this.#failures = 0;
      this.#queue.remove(visit, id);
      if (answer.outcome === "refused") {
        this.#refused++;
        this.#source.dispatch("delivery", { state: "refused", reason: answer.reason });
      } else this.#source.dispatch("sent", { id, bytes: body.length });
      // A collector that refuses a batch once will refuse it again.
      if (own && id === own.id) {
        own.acknowledge();
        this.#leave.disarm();
      }
    }
  }

  #enqueue() {
    const next = this.#batches.next(this.#source.now());
    if (!next) return undefined;
    const { batch, acknowledge } = next;
    const { body, sent } = fit(batch, maxBatchBytes, this.#encode);
    this.#queue.put(this.#visit, { at: batch.at, id: batch.id, body });
    return { id: batch.id, acknowledge: () => acknowledge(sent) };
  }

  /** @param {{ reason: string, after?: number }} answer */
  #wait({ reason, after }) {
    // Full jitter, so that visitors do not all retry at once.
    const limit = Math.min(maxBackoffMs, firstBackoffMs * 2 ** this.#failures++);
    const wait = Math.max(after ?? 0, firstBackoffMs / 2 + limit * this.#source.random());
    this.#nextSend = this.#source.now() + wait;
    this.#source.dispatch("delivery", { state: "waiting", reason });
  }

  #soon() {
    this.#failures = 0;
    this.#nextSend = this.#source.now();
  }

  #goodbye() {
    if (this.#leave.ahead && this.#arm()) return;
    const next = this.#batches.next(this.#source.now());
    if (!next) return;
    const { body } = fit(next.batch, leaveBytes, this.#encode);
    const { at, id } = next.batch;
    if (navigator.onLine === false || !this.#leave.beacon(body))
      this.#queue.put(this.#visit, { at, id, body });
  }

  /** @returns {boolean} whether the browser will send all that is new */
  #arm() {
    const next = this.#batches.next(this.#source.now());
    if (!next) return true;
    const { at, id } = next.batch;
    const { body } = fit(next.batch, leaveBytes, this.#encode);
    if (navigator.onLine === false) this.#queue.put(this.#visit, { at, id, body });
    return this.#leave.arm(body);
  }

  /** @type {(batch: import("./batch.js").Batch) => string} */
  #encode = (batch) => JSON.stringify(this.#transport.format === "otlp" ? toOtlp(batch) : batch);
}
