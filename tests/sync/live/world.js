// Clients of a simulated gateway, and what they have been told.
import assert from "node:assert/strict";
import { loadWasm } from "../../../js/core/wasm.js";
import { Live } from "../../../js/sync/live/live.js";
import { ModelGateway } from "./model-gateway.js";
import { SimNetwork, SimWorld } from "./sim.js";

export const wasm = await loadWasm("sync");
// Parts that load when they are used would take real time.
for (const part of [
  "publisher",
  "meter",
  "latest",
  "renew",
  "chunks",
  "iterate",
  "presence",
  "history",
  "tabs",
  "unpack",
  "prefer",
]) {
  await import(`../../../js/sync/live/${part}.js`);
}

/** @param {number} seed */
export function startWorld(seed) {
  const world = new SimWorld(seed);
  const gateway = new ModelGateway(world);
  const network = new SimNetwork(world, gateway.accept);
  /** @param {Partial<import("../../../js/sync/live/live.js").Settings>} [settings] */
  const connect = (settings = {}) =>
    new Live(
      {
        url: "http://gateway/apus/",
        transports: { websocket: async () => network.connect },
        token: () => null,
        user: "",
        share: false,
        budget: 8,
        fetch: () => Promise.reject(new Error("no chunks here")),
        ...settings,
      },
      wasm,
      world,
    );
  return { world, gateway, network, connect };
}

/** What a page has got of a channel. */
export class Reader {
  /** @type {import("../../../js/sync/live/events.js").LiveEvent[]} */
  events = [];
  losses = 0;
  recoveries = 0;

  /** @param {import("../../../js/sync/live/channel.js").Channel} channel */
  constructor(channel) {
    this.channel = channel;
    channel.on("*", (events) => void this.events.push(...events));
    channel.addEventListener("resume", (event) => {
      const { recovered } = /** @type {CustomEvent} */ (event).detail;
      if (recovered) this.recoveries += 1;
      else this.losses += 1;
    });
  }

  /**
   * Each event came once and in order, and what did not come is gone, which was said.
   * @param {ModelGateway} gateway @param {(data: any) => boolean} [wanted] by the filter
   */
  check(gateway, wanted = () => true) {
    const truth = gateway.channel(this.channel.name);
    let holes = 0;
    for (const [i, { at, data }] of this.events.entries()) {
      assert.deepEqual(data, truth.all.get(`${at.epoch}:${at.offset}`));
      const before = this.events[i - 1]?.at;
      if (!before) continue;
      assert(
        at.epoch > before.epoch || (at.epoch === before.epoch && at.offset > before.offset),
        `${at.epoch}:${at.offset} after ${before.epoch}:${before.offset}`,
      );
      let hole = at.epoch !== before.epoch;
      if (hole) assert.equal(truth.kept.get(before.epoch), Number.POSITIVE_INFINITY);
      const from = hole ? 0 : before.offset + 1;
      for (let offset = from; offset < at.offset; offset++) {
        if (!wanted(truth.all.get(`${at.epoch}:${offset}`))) continue;
        const kept = /** @type {number} */ (truth.kept.get(at.epoch));
        assert(offset < kept, `${at.epoch}:${offset} did not come, but is kept`);
        hole = true;
      }
      holes += Number(hole);
    }
    assert(holes <= this.losses, `${holes} holes, of which ${this.losses} were told`);
    return holes;
  }
}
