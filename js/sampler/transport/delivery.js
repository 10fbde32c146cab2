/** Delivers batches to the collector: regularly, after a failure, and when the visitor leaves. */
import { Batches, fit, labelOf, size } from "./batch.js";
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
const minBatchBytes = 1000;

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
  /** Bytes of a batch; halved when the collector finds one too large. */
  #limit = maxBatchBytes;
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
    // Workers are never left; worker.js is bundled without it.
    this.#leave = globalThis.document ? new Leave(transport) : undefined;
    this.#nextSend = source.now() + Math.min(transport.every, 5000);
    if (globalThis.document) {
      const { signal } = this.#abort;
      // The page may have been hidden while this loaded, which may be its end; a prerendered one is not seen yet.
      const { prerendering } = /** @type {any} */ (document);
      queueMicrotask(() => document.hidden && !prerendering && this.#goodbye());
      // A page can crash within its first second.
      setTimeout(() => signal.aborted || !this.#leave?.ahead || this.#arm());
      // Being hidden may be the last event that a page gets.
      document.addEventListener("visibilitychange", () => document.hidden && this.#goodbye(), {
        signal,
      });
      addEventListener("pagehide", () => this.#goodbye(), { signal });
      addEventListener("online", () => this.#soon(), { signal });
    }
  }

  /** @returns {{ batches: number, refused: number }} dropped because the queue was full; refused by the collector */
  get losses() {
    return { batches: this.#queue.dropped, refused: this.#refused };
  }

  /** @param {number} now ms */
  pulse(now) {
    if (now >= this.#nextArm && this.#leave?.ahead) {
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
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  stop() {
    this.#abort.abort();
    this.#leave?.disarm();
  }

  async #sendAll() {
    while (await this.#round());
  }

  /** @returns {Promise<boolean>} whether a part of this visit's numbers was sent, and there are more */
  async #round() {
    this.#nextSend = this.#source.now() + this.#transport.every;
    const own = this.#enqueue();
    let more = false;
    for (const waiting of this.#queue.list()) {
      if (this.#abort.signal.aborted) return false;
      const whole = batchOf(waiting.body);
      if (!whole) {
        this.#queue.remove(waiting.visit); // of an earlier version
        continue;
      }
      const { answer, batch, left } = await this.#deliver(whole);
      if (answer.outcome === "later") {
        this.#wait(answer);
        return false;
      }
      const { visit, id, body } = waiting;
      this.#failures = 0;
      this.#limit = Math.min(maxBatchBytes, this.#limit * 2);
      this.#queue.remove(visit, id);
      if (answer.outcome === "refused") {
        this.#refused++;
        this.#source.dispatch("delivery", { state: "refused", reason: answer.reason });
      } else this.#source.dispatch("sent", { id, bytes: body.length });
      if (own && id === own.id) {
        more ||= partsOf(batch) > 0 && partsOf(batch) < own.parts;
        // A collector that refuses a batch once will refuse it again.
        own.acknowledge(batch);
        this.#leave?.disarm();
      } else if (partsOf(left) > 0) {
        this.#queue.put(visit, { at: waiting.at, id: left.id, body: JSON.stringify(left) });
        more ||= partsOf(batch) > 0;
      }
    }
    return more;
  }

  /**
   * Sends a batch, lighter each time that the collector finds it too large.
   * @param {import("./batch.js").Batch} whole
   * @returns {Promise<{ answer: Exclude<import("./send.js").Answer, { outcome: "large" }>,
   *   batch: import("./batch.js").Batch, left: import("./batch.js").Batch }>} the batch as it was sent last, and the
   *   series that it left out
   */
  async #deliver(whole) {
    for (let batch = whole; ; ) {
      const text = this.#encode(batch);
      const answer = await send(this.#transport, text);
      const sent = new Set(batch.series.map(labelOf));
      const series = whole.series.filter((each) => !sent.has(labelOf(each)));
      const vitals = whole.vitals.filter(({ id }) => !batch.vitals.some((each) => each.id === id));
      // The id still ends with the number of the batch, which orders them.
      const left = { ...whole, id: whole.id.replace(/(?=\d+$)/, "0"), series, vitals };
      if (answer.outcome !== "large") return { answer, batch, left };
      this.#limit = Math.max(minBatchBytes, Math.floor(Math.min(this.#limit, size(text)) / 2));
      const lighter = fit(batch, this.#limit, this.#encode);
      if (size(lighter.body) >= size(text))
        return { answer: { outcome: "later", reason: answer.reason }, batch, left };
      batch = lighter.sent;
    }
  }

  #enqueue() {
    const next = this.#batches.next(this.#source.now());
    if (!next) return undefined;
    const { batch, acknowledge } = next;
    const { sent } = fit(batch, this.#limit, this.#encode);
    this.#put(sent);
    return { id: batch.id, parts: partsOf(batch), acknowledge };
  }

  /** Batches wait as they are and are encoded when they are sent. @param {import("./batch.js").Batch} batch */
  #put(batch) {
    const { at, id } = batch;
    this.#queue.put(this.#visit, { at, id, body: JSON.stringify(batch) });
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
    if (this.#leave?.ahead && this.#arm()) return;
    const next = this.#batches.next(this.#source.now());
    if (!next) return;
    const { body, sent } = fit(next.batch, leaveBytes, this.#encode);
    if (navigator.onLine === false) this.#put(sent);
    else this.#leave?.beacon(body).then((took) => took || this.#put(sent));
  }

  /** @returns {boolean} whether the browser will send all that is new */
  #arm() {
    const next = this.#batches.next(this.#source.now());
    if (!next) return true;
    const { body, sent } = fit(next.batch, leaveBytes, this.#encode);
    if (navigator.onLine === false) this.#put(sent);
    return this.#leave?.arm(body) ?? false;
  }

  /** @type {(batch: import("./batch.js").Batch) => string} */
  #encode = (batch) => JSON.stringify(this.#transport.format === "otlp" ? toOtlp(batch) : batch);
}

/** @param {import("./batch.js").Batch} batch */
function partsOf({ series, vitals }) {
  return series.length + vitals.length;
}

/** @param {string} body @returns {import("./batch.js").Batch | undefined} */
function batchOf(body) {
  try {
    const batch = JSON.parse(body);
    return batch.apus === 1 ? batch : undefined;
  } catch {
    return undefined;
  }
}
