// Two gateways in processes of their own on one server of events, publishers and subscribers, each
// with its own way to them.
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { loadWasm } from "../../../js/core/wasm.js";
import { Live } from "../../../js/sync/live/live.js";
import { webSocket } from "../../../js/sync/live/websocket.js";
import { world as real } from "../../../js/sync/live/world.js";
import { freePorts } from "../../../tools/ports.js";
import { startNode, until } from "../../gateway/servers.js";
import { startChild } from "./child.js";
import { Published, Seen } from "./model.js";
import { startWay } from "./ways.js";

const BASE = "/gateway/";
/** Channels of small events, and the one whose events fill the queue of a slow client. */
export const SMALL = ["orders:a", "orders:b"];
export const BULK = "orders:bulk";
const live = {
  ...{ heartbeat: 1000, limits: { queue: 256_000, message: 1e6, rate: 100_000 } },
  channels: { "orders:*": { history: 100_000, filters: ["tenant"], write: true } },
};
const MOST_BULK = 112; // events
const LONGEST = 60_000; // ms until everyone has everything

/** As it is, but clients come back soon after each of many faults. */
const world = { ...real, random: () => Math.random() / 30 };

/** @typedef {{ url: string, way: import("./ways.js").Way, live: Live, slowable: boolean }} Client */

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
  /** Clients that gateways cut off. */
  cut = 0;
  #cutBefore = 0;
  /** @type {Map<string, number>} */
  errors = new Map();

  /** Of large events. @type {Live} */
  bulk;

  static async open({ subscribers = 3, publishers = 2 } = {}) {
    const it = new World();
    const [redis, ...ports] = await freePorts(3);
    it.redis = await startNode(redis);
    it.#ports = ports;
    await Promise.all(ports.map((_, i) => it.#startGateway(i)));
    for (let i = 0; i < subscribers; i++) await it.#subscribe(`subscriber ${i}`, i);
    for (let i = 0; i < publishers; i++) {
      const { live } = await it.#client(false);
      for (const channel of SMALL) {
        it.#loops.push(it.#publish(live, channel, `p${i}`, () => 1 + 4 * Math.random()));
      }
    }
    it.bulk = (await it.#client(false)).live;
    return it;
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
    const live = new Live(
      {
        ...{ url, WebSocket, user: "", share: false, budget: 8, token: () => null },
        transports: { websocket: async () => webSocket },
      },
      await loadWasm("sync"),
      world,
    );
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
      const seen = new Seen(name, channel, this.published, tenant);
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
    const seen = new Seen(name, channel, this.published);
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

  /** @param {Live} live @param {string} channel @param {string} p @param {() => number} pause ms */
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

  /** @param {Live} live @param {string} channel @param {import("./model.js").Data & { fill?: string }} data */
  async publish(live, channel, data) {
    try {
      const at = await live.channel(channel).publish("order", data);
      this.published.acknowledged(channel, data, at);
    } catch (error) {
      this.published.refused(error);
    }
  }

  #bulk = 0;
  /** Large events, until a gateway has cut off a client that does not read them. */
  async flood() {
    const fill = "x".repeat(60_000);
    const before = await this.#cutOff();
    for (let i = 0; i < MOST_BULK && (await this.#cutOff()) === before; i += 16) {
      await Promise.all(
        Array.from({ length: 16 }, () =>
          this.publish(this.bulk, BULK, { p: "bulk", n: this.#bulk++, tenant: 0, fill }),
        ),
      );
    }
  }

  /** Clients that gateways cut off; those that were killed count until then. */
  async #cutOff() {
    const stats = this.#gateways.map((it) => it?.ask("stats").catch(() => undefined));
    const cut = (await Promise.all(stats)).reduce((sum, it) => sum + (it?.cut ?? 0), 0);
    this.cut = Math.max(this.cut, this.#cutBefore + cut);
    return this.cut;
  }

  /** Kills a gateway, if another one runs, and starts it again. @param {number} i */
  async killGateway(i) {
    const index = i % this.#gateways.length;
    const gateway = this.#gateways[index];
    if (!gateway || this.#gateways.some((it) => !it)) return false;
    this.#gateways[index] = undefined;
    this.#cutBefore += (await gateway.ask("stats")).cut;
    await gateway.end();
    this.#restarts.push(this.#startGateway(index));
    return true;
  }

  /** Ends the publishing, and waits until everyone has seen what was acknowledged. */
  async settle() {
    this.#publishing = false;
    await Promise.all(this.#restarts);
    await Promise.all(this.#loops);
    const all = async () => this.seen.every((it) => it.missing().length === 0);
    await until(all, "everyone", LONGEST).catch(() => {}); // what is missing is counted
    await sleep(200); // a duplicate might still come
    await this.#cutOff();
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
