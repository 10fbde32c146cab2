/**
 * Everything that is observed of a visit except the page's own timings, and where it is sent. The facade
 * loads this module together with the WebAssembly, so it adds nothing to the page's first script.
 */
import { rooms as pageRooms } from "../core/rooms.js";
import { Details } from "./details/details.js";
import { connectionNow, connectionSource } from "./sources/connection.js";
import { frameSource } from "./sources/frames.js";
import { memorySource } from "./sources/memory.js";
import { RoomSource } from "./sources/rooms.js";
import { Watches } from "./sources/watch.js";

/** @typedef {import("./options.js").SamplerOptions} SamplerOptions */
/** @typedef {import("./report.js").Report} Report */

/**
 * The parts that the facade provides.
 * @typedef {object} Host
 * @property {import("./histograms.js").Histograms} histograms
 * @property {import("./observers.js").Timeline} timeline
 * @property {import("./page-views.js").PageViews} views
 * @property {readonly import("./observers.js").EntryType[]} types
 * @property {() => number} now
 * @property {() => number} random
 * @property {() => import("./report.js").Losses} losses
 * @property {import("./events.js").Dispatch} dispatch
 */

/**
 * @typedef {object} Parsed
 * @property {ReturnType<typeof import("./alerts/watch.js").parseWatch>} [watch]
 * @property {import("./transport/delivery.js").DeliveryPlan} [delivery]
 */

/**
 * Checks the options that the facade leaves to this module.
 * @param {SamplerOptions} options
 * @returns {Promise<Parsed>}
 * @throws {TypeError} names the field
 */
export async function parseOptions(options) {
  const { alerts, budgets, channels, endpoint, transport } = options;
  const watched = [alerts, budgets, channels].some((option) => option !== undefined);
  const [watch, delivery] = await Promise.all([
    watched ? import("./alerts/watch.js") : undefined,
    endpoint !== undefined ? import("./transport/delivery.js") : undefined,
  ]);
  return {
    watch: watch?.parseWatch(options),
    delivery: delivery?.parseDelivery(endpoint, transport),
  };
}

const unsummed = /** @type {any} */ ({});

export class Visit {
  #host;
  #details;
  /** @type {import("./alerts/watch.js").Watch | undefined} */
  #watch;
  #watches = new Watches();
  /** @type {import("./transport/delivery.js").Delivery | undefined} */
  #delivery;
  /** @type {(() => void)[]} */
  #undo = [];
  /** Each returns whether it wants another. @type {((now: number) => boolean)[]} */
  #pulses = [];
  #over = false;

  /**
   * @param {Host} host @param {SamplerOptions} options
   * @param {Parsed} parsed
   */
  constructor(host, options, { watch, delivery }) {
    const { histograms, timeline, types, random, dispatch } = host;
    const { rates = {}, exemplars = 4 } = options;
    const { rooms = true, memory = true, frames = false } = options;
    this.#host = host;
    this.#details = new Details(histograms, { types, rates, exemplars, random });
    timeline.sink = (entries) => this.#details.take(entries);
    timeline.sink(timeline.queue.splice(0));
    this.#watch = watch?.(
      { ...host, vitals: host.views.current },
      this.#details.resources,
      () => this.#over,
    );
    if (rooms) {
      const source = new RoomSource(pageRooms, (...reported) => this.#count(...reported));
      this.#pulses.push((now) => source.pulse(now));
      this.#undo.push(() => source.stop());
    }
    if (globalThis.document) {
      if (memory)
        this.#pulses.push(
          memorySource((bytes, source) => this.#count("memory.bytes", bytes, { source })),
        );
      if (frames) this.#undo.push(frameSource((ms, dropped) => this.#frame(ms, dropped)));
      this.#undo.push(
        connectionSource((rtt, type) => this.#count("connection.rtt", rtt, { type })),
      );
    }
    this.#delivery = delivery?.start({
      report: () => this.#report(() => unsummed), // batches hold histograms
      histograms,
      now: host.now,
      random,
      dispatch,
    });
  }

  /**
   * Called once a second while there is something to do.
   * @param {number} now ms
   * @returns {boolean} whether to call it again although nothing was counted meanwhile
   */
  pulse(now) {
    const wanted = this.#pulses.map((pulse) => pulse(now)).includes(true);
    this.#watches.pulse(now, (name, value) => this.#count(name, value, undefined, ""));
    const firing = this.#watch?.pulse(now) ?? false;
    if (this.#over) return false; // a listener has disposed of the sampler
    this.#delivery?.pulse(now);
    return (
      wanted || this.#watches.size > 0 || firing || this.#delivery !== undefined // the next batch may not be due yet
    );
  }

  /** @param {string} name @param {() => object} read */
  watch(name, read) {
    return this.#watches.add(name, read);
  }

  /** Sends all unsent numbers. @returns {Promise<void>} */
  async flush() {
    await this.#delivery?.flush();
  }

  /** @param {import("./histograms.js").WindowName} [window] @returns {Report} */
  report(window) {
    return this.#report((id) => this.#host.histograms.summary(id, window));
  }

  /** @param {(id: number) => import("./histograms.js").Summary | undefined} summaryOf a series @returns {Report} */
  #report(summaryOf) {
    const { histograms, views, timeline, losses } = this.#host;
    timeline.collect();
    const { errors, lifecycle, resources, longFrames, exemplars } = this.#details;
    return {
      vitals: views.reports(),
      series: histograms.list().flatMap(({ id, name, tags, own, unit }) => {
        const summary = summaryOf(id);
        return summary ? [{ name, tags, own, unit, ...summary, exemplars: exemplars.of(id) }] : [];
      }),
      resources: resources.report(),
      longFrames: longFrames.report(),
      errors: errors.report(),
      errorCount: errors.total,
      lifecycle,
      connection: connectionNow(),
      ...(this.#watch?.report() ?? { alerts: { firing: [], log: [] }, budgets: [] }),
      memory: histograms.memory,
      losses: {
        ...losses(),
        ...(views.dropped && { vitals: views.dropped }),
        ...this.#delivery?.losses,
      },
    };
  }

  dispose() {
    this.#over = true;
    this.#host.views.stop();
    for (const undo of this.#undo) undo();
    this.#delivery?.stop();
  }

  /** @param {string} name @param {number} value @param {import("./series.js").Tags} [tags] @param {string} [unit] */
  #count(name, value, tags, unit) {
    if (this.#over) return;
    const { histograms } = this.#host;
    histograms.record(histograms.series(name, tags, false, unit).id, value);
  }

  /** @param {number} ms @param {number} dropped */
  #frame(ms, dropped) {
    this.#count("frame", ms);
    if (dropped) this.#count("frame.dropped", dropped);
  }
}
