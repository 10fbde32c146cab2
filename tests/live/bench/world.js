// Two gateways in processes of their own on one server of events, publishers and subscribers, each
// with its own way to them.
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { connect } from "../../../js/sync/live/connect.js";
import { freePorts, startNode, until } from "../../gateway/servers.js";
import { startChild } from "./child.js";
import { Published, Seen } from "./model.js";
import { startWay } from "./ways.js";

const BASE = "/gateway/";
/** Channels of small events, and the one whose events fill the queue of a slow client. */
export const SMALL = ["orders:a", "orders:b"];
export const BULK = "orders:bulk";
const live = {
  ...{ heartbeat: 400, limits: { queue: 256_000, message: 1e6, rate: 100_000 } },
  channels: { "orders:*": { history: 100_000, filters: ["tenant"], write: true } },
};
const LONGEST = 60_000; // ms until everyone has everything

/** @typedef {{ url: string, way: import("./ways.js").Way, live: import("../../../js/sync/live/live.js").Live, slowable: boolean }} Client */

export class World {
  /** @type {Client[]} */
  clients = [];
  /** @type {Seen[]} */
  seen = [];
  published = new Published();
  /** @type {(import("./child.js").Child | undefined)[]} */
  #gateways = [];
  /** @type {number[]} */
  #ports = [];
  #turn = 0;
  #publishing = true;
  /** @type {Promise<unknown>[]} */
  #loops = [];
  /** @type {Promise<unknown>[]} */
  #restarts = [];
  /** Clients that gateways cut off; without those that were killed since. */
  cut = 0;
  /** @type {Map<string, number>} */
  errors = new Map();

  static async open({ subscribers = 3, publishers = 2 } = {}) {
    const world = new World();
    const [redis, ...ports] = await freePorts(3);
    world.redis = await startNode(redis);
    world.#ports = ports;
    await Promise.all(ports.map((_, i) => world.#startGateway(i)));
    for (let i = 0; i < subscribers; i++) await world.#subscribe(`subscriber ${i}`, i);
    for (let i = 0; i < publishers; i++) {
      const { live } = await world.#client(false);
      for (const channel of SMALL) {
        world.#loops.push(world.#publish(live, channel, `p${i}`, () => 1 + 4 * Math.random()));
      }
    }
    world.bulk = (await world.#client(false)).live;
    return world;
  }

  /** @param {number} i */
  async #startGateway(i) {
    const options = { redis: this.redis?.url, port: this.#ports[i], live, base: BASE };
    this.#gateways[i] = await startChild("gateway-child.js", options);
  }

  /** Of a gateway that runs, the next one each time. */
  port() {
    for (let i = 0; i < this.#ports.length; i++) {
      this.#turn = (this.#turn + 1) % this.#ports.length;
      if (this.#gateways[this.#turn]) break;
    }
    return this.#ports[this.#turn];
  }

  /** @param {boolean} slowable @returns {Promise<Client>} */
  async #client(slowable) {
    const way = await startWay(() => this.port());
    const url = `${way.url}${BASE}`;
    const live = await connect(url, { WebSocket, share: false });
    live.addEventListener("error", (event) => {
      const { code } = /** @type {CustomEvent} */ (event).detail;
      this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
    });
    const client = { url, way, live, slowable };
    this.clients.push(client);
    return client;
  }

  /** One of all events, one of a tenant's, and of those that are large. @param {string} name @param {number} i */
  async #subscribe(name, i) {
    const { live } = await this.#client(true);
    const wanted = [
      ...SMALL.map((channel) => ({ channel, tenant: i % 3 === 2 ? 1 : undefined })),
      { channel: BULK, tenant: undefined },
    ];
    for (const { channel, tenant } of wanted) {
      const seen = new Seen(name, channel, tenant);
      this.seen.push(seen);
      const where = tenant === undefined ? undefined : { tenant };
      const it = live.channel(channel, where ? { where } : {});
      it.addEventListener("resume", (event) => {
        const { recovered, reason } = /** @type {CustomEvent} */ (event).detail;
        if (!recovered) seen.gone.push(reason);
      });
      it.on("*", (events) => seen.take(events));
      await it.ready;
    }
  }

  /**
   * A subscriber elsewhere, which counts until it ends.
   * @param {string} name @param {string} channel @returns {import("./tabs.js").Watch}
   */
  watch(name, channel) {
    const seen = new Seen(name, channel);
    return {
      began: (position) => {
        if (this.seen.includes(seen)) return;
        seen.from = position;
        this.seen.push(seen);
      },
      take: (events) => seen.take(events),
      gone: (reason) => void seen.gone.push(reason),
      end: () => {
        this.seen = this.seen.filter((it) => it !== seen);
      },
    };
  }

  /** @param {import("../../../js/sync/live/live.js").Live} live @param {string} channel @param {string} p @param {() => number} pause ms */
  async #publish(live, channel, p, pause) {
    let under = 0;
    for (let n = 0; this.#publishing; n++) {
      under++;
      void this.publish(live, channel, { p, n, tenant: n % 3 }).finally(() => under--);
      await sleep(pause());
      while (under >= 16) await sleep(5);
    }
    while (under > 0) await sleep(5);
  }

  /** @param {import("../../../js/sync/live/live.js").Live} live @param {string} channel @param {import("./model.js").Data & { fill?: string }} data */
  async publish(live, channel, data) {
    try {
      const at = await live.channel(channel).publish("order", data);
      this.published.acknowledged(channel, data, at);
    } catch {
      this.published.unknown++;
    }
  }

  #bulk = 0;
  /** More than the queue of a client holds. @param {number} count */
  async flood(count) {
    const fill = "x".repeat(60_000);
    const live = /** @type {import("../../../js/sync/live/live.js").Live} */ (this.bulk);
    for (let i = 0; i < count; i += 16) {
      await Promise.all(
        Array.from({ length: 16 }, () =>
          this.publish(live, BULK, { p: "bulk", n: this.#bulk++, tenant: 0, fill }),
        ),
      );
    }
  }

  /** Kills a gateway, if another one runs, and starts it again. @param {number} i */
  async killGateway(i) {
    const index = i % this.#gateways.length;
    const gateway = this.#gateways[index];
    if (!gateway || this.#gateways.some((it) => !it)) return false;
    this.cut += (await gateway.ask("stats")).cut;
    this.#gateways[index] = undefined;
    await gateway.end();
    this.#restarts.push(this.#startGateway(index));
    return true;
  }

  /** Ends the publishing, and waits until everyone has seen what was acknowledged. */
  async settle() {
    this.#publishing = false;
    await Promise.all(this.#restarts);
    await Promise.all(this.#loops);
    const all = async () => this.seen.every((it) => it.missing(this.published).length === 0);
    await until(all, "everyone", LONGEST).catch(() => {}); // what is missing is counted
    await sleep(200); // a duplicate might still come
    for (const it of this.#gateways) this.cut += (await it?.ask("stats")).cut;
  }

  async close() {
    this.#publishing = false;
    for (const { live } of this.clients) live.close();
    await Promise.allSettled([...this.#restarts, ...this.#loops]);
    await Promise.all(this.clients.map(({ way }) => way.stop()));
    await Promise.all(this.#gateways.map((it) => it?.end()));
    await this.redis?.kill();
  }
}
