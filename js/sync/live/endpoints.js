import { checkKey } from "./keys.js";

/** @typedef {import("./live.js").Live} Live */

/**
 * A server of a service.
 * @typedef {object} Endpoint
 * @property {string} id
 * @property {string} url
 * @property {number} weight
 * @property {unknown} meta
 * @property {number} since ms since 1970
 */

/** What takes endpoints: `EndpointPool` of `apus/lazy`. @typedef {{ update: (endpoints: { url: string, weight: number }[]) => void }} Pool */

const MOST = 32; // endpoints of a pool

/** The servers of a service, as the gateway's registry has them. */
export class Endpoints {
  #live;
  #service;
  /** @type {Endpoint[]} */
  #list = [];
  /** @type {Set<(list: Endpoint[]) => void>} */
  #listeners = new Set();
  #stop = new AbortController();
  #turn = 0;

  /** Use `live.endpoints`. @param {Live} live @param {string} service */
  constructor(live, service) {
    this.#live = live;
    this.#service = service;
  }

  async start() {
    await this.#ask();
    const { signal } = this.#stop;
    const again = () => void this.#ask().catch(() => {}); // the next event, or connection, asks again
    for (const type of ["scaled", "node-failed"]) {
      this.#live.addEventListener(type, again, { signal });
    }
    const off = this.#live.onUp(again);
    signal.addEventListener("abort", off);
  }

  /** The longest registered first. */
  get list() {
    return this.#list;
  }

  /**
   * @param {(list: Endpoint[]) => void} callback with each change
   * @returns {() => void} stops it
   */
  on(callback) {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  /**
   * Keeps the endpoints of a pool up to date. While none is registered the pool keeps those it has.
   * @param {Pool} pool takes the first 32
   * @returns {() => void} stops it
   */
  feed(pool) {
    const update = () => {
      if (this.#list.length === 0) return;
      pool.update(this.#list.slice(0, MOST).map(({ url, weight }) => ({ url, weight })));
    };
    update();
    return this.on(update);
  }

  close() {
    this.#stop.abort();
    this.#listeners.clear();
  }

  async #ask() {
    const mine = ++this.#turn;
    const { services } = await this.#live.request(
      "services",
      { service: this.#service },
      { again: true },
    );
    if (mine !== this.#turn || this.#stop.signal.aborted) return;
    const before = JSON.stringify(this.#list);
    this.#list = services;
    if (JSON.stringify(services) === before) return;
    for (const listener of this.#listeners) listener(services);
  }
}

/** @param {Live} live @param {string} service */
export async function endpoints(live, service) {
  checkKey(service, "Live.endpoints: service");
  const it = new Endpoints(live, service);
  await it.start();
  return it;
}
