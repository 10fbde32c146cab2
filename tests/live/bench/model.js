// What publishers were told, and what subscribers saw.

import { compare } from "../../../js/sync/position.js";

/** @typedef {{ p: string, n: number, tenant: number }} Data of an event: its publisher, its number there */

/** The events that gateways acknowledged. */
export class Published {
  /** By channel and event. @type {Map<string, Map<string, { at: { epoch: number, offset: number }, tenant: number }>>} */
  #acknowledged = new Map();
  /** Where subscribers saw them. @type {Map<string, { epoch: number, offset: number }>} */
  #places = new Map();
  /** Refused, or nobody knows: they may be there, at most once. By code. @type {Map<string, number>} */
  failed = new Map();
  count = 0;

  /** @param {string} channel @param {Data} data @param {{ epoch: number, offset: number }} at */
  acknowledged(channel, { p, n, tenant }, at) {
    const events = this.#acknowledged.get(channel) ?? new Map();
    this.#acknowledged.set(channel, events);
    events.set(`${p} ${n}`, { at, tenant });
    this.count++;
  }

  /** @param {unknown} error of a publication */
  refused(error) {
    const code = String(/** @type {any} */ (error)?.code ?? error);
    this.failed.set(code, (this.failed.get(code) ?? 0) + 1);
  }

  /** A subscriber saw it. @param {string} channel @param {string} id @param {{ epoch: number, offset: number }} at */
  saw(channel, id, at) {
    this.#places.set(`${channel} ${id}`, at);
  }

  /** @param {string} channel @param {string} id */
  placeOf(channel, id) {
    return this.#places.get(`${channel} ${id}`);
  }

  /** Events whose publisher was told another position. */
  get misplaced() {
    let count = 0;
    for (const [channel, events] of this.#acknowledged) {
      for (const [id, { at }] of events) {
        const place = this.placeOf(channel, id);
        if (place && compare(place, at) !== 0) count++;
      }
    }
    return count;
  }

  /** @param {string} channel */
  of(channel) {
    return this.#acknowledged.get(channel) ?? new Map();
  }
}

/** A subscriber of a channel. */
export class Seen {
  /** @type {Set<string>} */
  #events = new Set();
  /** The last number of each publisher. @type {Map<string, number>} */
  #last = new Map();
  #at = { epoch: 0, offset: -1 };
  duplicated = 0;
  disordered = 0;
  /** Breaks after which the client said that events are gone. @type {string[]} */
  gone = [];
  /** It began after this. */
  from = { epoch: 0, offset: -1 };

  #published;

  /**
   * @param {string} name @param {string} channel @param {Published} published
   * @param {number} [tenant] of which it wants the events
   */
  constructor(name, channel, published, tenant) {
    this.#published = published;
    this.name = name;
    this.channel = channel;
    this.tenant = tenant;
  }

  get count() {
    return this.#events.size;
  }

  /** @param {{ data: any, at: { epoch: number, offset: number } }[]} events */
  take(events) {
    for (const { data, at } of events) {
      const { p, n } = /** @type {Data} */ (data);
      const id = `${p} ${n}`;
      this.#published.saw(this.channel, id, at);
      if (this.#events.has(id)) this.duplicated++;
      else if (compare(at, this.#at) <= 0) this.disordered++;
      else if (n <= (this.#last.get(p) ?? -1)) this.disordered++;
      this.#events.add(id);
      this.#last.set(p, n);
      this.#at = at;
    }
  }

  /** Acknowledged events that it has not seen. @returns {string[]} */
  missing() {
    const published = this.#published;
    return [...published.of(this.channel)]
      .filter(([id, { at, tenant }]) => {
        const place = published.placeOf(this.channel, id) ?? at;
        const wanted =
          (this.tenant === undefined || this.tenant === tenant) && compare(place, this.from) > 0;
        return wanted && !this.#events.has(id);
      })
      .map(([id, { at }]) => `${id} at ${at.offset}`);
  }

  /** Events that it did not ask for. */
  get surplus() {
    const events = this.#published.of(this.channel);
    return [...this.#events].filter(
      (id) => this.tenant !== undefined && (events.get(id)?.tenant ?? this.tenant) !== this.tenant,
    ).length;
  }
}
