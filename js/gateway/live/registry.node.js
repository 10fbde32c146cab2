import { randomBytes } from "node:crypto";
import { presenceOf } from "../streams.node.js";
import { Failovers } from "./failovers.node.js";
import { registered } from "./registry-options.node.js";

/** @typedef {import("./registry-options.node.js").Registration} Registration */
/** @typedef {import("./registry-options.node.js").Service} Service */

/** Services are members of this channel: leases and events are those of presence. */
const CHANNEL = "#services";
const STREAM = presenceOf(CHANNEL);

/**
 * What happened, and to whom:
 * - `scaled`: `{ change: "joined" | "changed" | "left", service, id, url }`
 * - `node-failed`: `{ service, id, url }`: it has not renewed its lease
 * - `failover`: `{ masters, before }` of the engine, or `{ log }` whose history was replaced
 * @typedef {(type: "scaled" | "node-failed" | "failover", detail: Record<string, unknown>) => void} Tell
 */

/**
 * Gateways and other services, each with a lease that it renews. The engine keeps them, and lets each end
 * once: whichever gateway notices first, all of them tell their clients of the same event.
 */
export class Registry {
  #streams;
  #lease;
  #tell;
  #failovers;
  /** Of this process, by id. @type {Map<string, Service>} */
  #own = new Map();
  /** All, up to `#at`. @type {Map<string, Service>} */
  #known = new Map();
  #at;
  #reading = false;
  #again = false;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #unfollow = () => {};
  #closed = false;

  /**
   * @param {import("./own.node.js").WithStreams} engine
   * @param {import("../feed.node.js").Feed} feed
   * @param {{ lease?: number, tell: Tell }} options `lease`: ms, of services of this process
   */
  static async open(engine, feed, { lease = 10_000, tell }) {
    const { members, at } = await engine.streams.members(CHANNEL);
    const registry = new Registry(engine, feed, { lease, tell }, at);
    for (const [id, service] of members) registry.#known.set(id, /** @type {Service} */ (service));
    try {
      registry.#unfollow = await engine.streams.follow(
        (channel) => channel === STREAM && void registry.#read(),
        () => void registry.#read(),
      );
    } catch (error) {
      await registry.close();
      throw error;
    }
    registry.#later();
    return registry;
  }

  /**
   * Use `open`. @private
   * @param {import("./own.node.js").WithStreams} engine @param {import("../feed.node.js").Feed} feed
   * @param {{ lease: number, tell: Tell }} options
   * @param {import("../../sync/position.js").Position} at
   */
  constructor(engine, feed, { lease, tell }, at) {
    this.#streams = engine.streams;
    this.#lease = lease;
    this.#tell = tell;
    this.#at = at;
    this.#failovers = new Failovers(engine, feed, lease, (detail) => tell("failover", detail));
  }

  /**
   * Registers a service of this process, until it leaves or the gateway closes.
   * @param {Registration} registration
   * @returns {Promise<{ id: string, leave: () => Promise<void> }>}
   * @throws {TypeError | RangeError} for a bad one
   */
  async register(registration) {
    const id = registration.id ?? randomBytes(9).toString("base64url");
    const service = registered({ ...registration, id }, Date.now());
    await this.#enter(service, this.#lease);
    this.#own.set(id, service);
    return {
      id,
      leave: async () => {
        if (this.#own.delete(id)) await this.leave(id);
      },
    };
  }

  /**
   * Registers a service of another process for `lease` ms, or renews it.
   * @param {Registration & { id: string }} registration @param {number} lease ms
   */
  async renew(registration, lease) {
    const { id } = registration;
    const known = this.#known.get(id) ?? (await this.#member(id)); // its event may be on the way
    const since = known?.since ?? Date.now();
    await this.#enter(registered(registration, since), lease);
  }

  /** @param {string} id @returns {Promise<boolean>} whether it was registered */
  async leave(id) {
    const service = await this.#member(id);
    if (!service) return false;
    const leaving = { ...service, leaving: true }; // so that it does not look like a failure
    await this.#enter(leaving, this.#lease);
    return this.#streams.leave(CHANNEL, id, id);
  }

  /** Asks the engine. @param {string} id @returns {Promise<Service | undefined>} */
  async #member(id) {
    const { members } = await this.#streams.members(CHANNEL);
    const [, service] = members.find(([its]) => its === id) ?? [];
    return /** @type {Service | undefined} */ (service);
  }

  /** The longest registered first. @param {string} service @returns {Promise<Service[]>} */
  async services(service) {
    const { members } = await this.#streams.members(CHANNEL);
    const all = members.map(([, member]) => /** @type {Service} */ (member));
    return all
      .filter((one) => one.service === service && !one.leaving)
      .sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1));
  }

  async close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#unfollow();
    this.#failovers.close();
    const leaving = [...this.#own.keys()].map((id) => this.leave(id));
    await Promise.allSettled(leaving); // their leases end
  }

  /** @param {Service} service @param {number} lease */
  #enter(service, lease) {
    return this.#streams.enter(CHANNEL, service.id, service, { owner: service.id, lease });
  }

  #later() {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#tick(), this.#lease / 3);
    this.#timer.unref();
  }

  /** Renews what is its own; the engine lets end what was not renewed. */
  async #tick() {
    try {
      for (const [id, service] of this.#own) {
        const options = { owner: id, lease: this.#lease };
        const [missing] = await this.#streams.renew(CHANNEL, [id], options);
        if (missing && this.#own.has(id)) await this.#enter(service, this.#lease);
      }
      await this.#streams.members(CHANNEL);
      await this.#read();
      await this.#failovers.check();
    } catch {
      // The engine does not answer; the next time.
    }
    this.#later();
  }

  /** Reads on in the stream: each event once. */
  async #read() {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        const { events, epoch, last, more, lost } = await this.#streams.after(
          STREAM,
          this.#at,
          100,
        );
        if (lost) await this.#compare();
        else {
          for (const event of events) this.#heard(event);
          this.#at = { epoch, offset: last };
          this.#again ||= more;
        }
      }
    } catch {
      // At the next tick.
    } finally {
      this.#reading = false;
    }
  }

  /** @param {{ type: string, key?: string, data: unknown }} event */
  #heard({ type, key = "", data }) {
    const before = this.#known.get(key);
    if (type === "leave") {
      if (!before) return;
      this.#known.delete(key);
      if (before.leaving) this.#tell("scaled", about("left", before));
      else this.#tell("node-failed", about(undefined, before));
      return;
    }
    const service = /** @type {Service} */ (data);
    this.#known.set(key, service);
    if (!service.leaving) this.#tell("scaled", about(before ? "changed" : "joined", service));
  }

  /** Events are gone: what differs is told. */
  async #compare() {
    const { members, at } = await this.#streams.members(CHANNEL);
    const now = new Map(members);
    for (const id of [...this.#known.keys()]) {
      if (!now.has(id)) this.#heard({ type: "leave", key: id, data: null });
    }
    for (const [id, service] of now) {
      if (JSON.stringify(this.#known.get(id)) === JSON.stringify(service)) continue;
      this.#heard({ type: "enter", key: id, data: service });
    }
    this.#at = at;
  }
}

/** @param {string | undefined} change @param {Service} service */
function about(change, { service, id, url }) {
  return { ...(change && { change }), service, id, url };
}
