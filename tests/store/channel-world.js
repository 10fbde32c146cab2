// A store's feed in Node, with the real engine and an empty disk.
import { loadWasm } from "../../js/core/wasm.js";
import { Changes } from "../../js/store/changes.js";
import { Engine } from "../../js/store/engine.js";
import { Feed } from "../../js/store/feed.js";
import { HybridClock } from "../../js/store/hybrid-clock.js";
import { Segments } from "../../js/store/segments.js";

/** A channel that records messages and delivers those that the test sends. */
export class FakeChannel {
  /** @type {FakeChannel[]} */
  static open = [];
  /** @type {any[]} */
  sent = [];
  /** @type {((event: { data: any }) => void) | undefined} */
  onmessage;
  onmessageerror = () => {};

  constructor() {
    FakeChannel.open.push(this);
  }
  postMessage(message) {
    this.sent.push(message);
  }
  close() {
    FakeChannel.open.splice(FakeChannel.open.indexOf(this), 1);
  }
}

/**
 * Runs `work` while channels are fake.
 * @template T @param {() => T} work @returns {T}
 */
export function withFakeChannels(work) {
  const { BroadcastChannel: real } = globalThis;
  globalThis.BroadcastChannel = /** @type {any} */ (FakeChannel);
  try {
    return work();
  } finally {
    globalThis.BroadcastChannel = real;
  }
}

/** @returns {Promise<{ feed: Feed, engine: Engine, channel: FakeChannel, changed: any[], looks: () => number, close: () => void }>} */
export async function openFeed() {
  const core = await loadWasm("store");
  const engine = new Engine(core, "world", 1, 0);
  const clock = new HybridClock(Date.now);
  let looks = 0;
  const database = {
    async run() {
      looks += 1;
      return { gone: [], fresh: [], hits: undefined };
    },
  };
  const lastFlush = { read: async () => new Map() };
  const changed = [];
  const now = Date.now;
  const parts = {
    ...{ database, lastFlush, engine, clock, now, node: 1 },
    dictionary: { load: async () => {} },
    report() {},
    dropped() {},
  };
  const segments = new Segments(/** @type {any} */ (parts));
  const changes = new Changes(clock, 1000, () => {});
  const health = /** @type {any} */ ({ failed() {} });
  const feed = withFakeChannels(
    () =>
      new Feed("world", 1, { changes, clock, engine, health, now, segments }, (detail) =>
        changed.push(detail),
      ),
  );
  const channel = /** @type {FakeChannel} */ (FakeChannel.open.at(-1));
  const close = () => {
    feed.close();
    engine.owner.dispose();
  };
  return { feed, engine, channel, changed, looks: () => looks, close };
}
