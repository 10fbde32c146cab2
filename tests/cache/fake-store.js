// A store without a disk, for tests of the changes that a cache hands to it.
import { Cache } from "../../js/cache/index.js";
import { SegmentStore } from "../../js/store/segment-store.js";

/**
 * Opens a cache that persists in a fake store.
 * @param {FakeStore} store @param {string} name
 * @param {import("../../js/cache/disk.js").PersistOptions} [persist]
 */
export async function openOn(store, name, persist = {}) {
  const { open } = SegmentStore;
  SegmentStore.open = async () => /** @type {any} */ (store);
  try {
    return await Cache.open(name, { persist });
  } finally {
    SegmentStore.open = open;
  }
}

export class FakeStore extends EventTarget {
  /** @type {Map<string, any>} */
  records = new Map();
  flushes = 0;
  closed = false;
  stats = { segments: 0 };
  clock = 0;
  /** @type {Map<string, number>} */
  stamps = new Map();

  has(key, after = -1) {
    return this.records.has(key) && this.stamps.get(key) > after;
  }
  async read(keys) {
    return new Map(keys.filter((key) => this.has(key)).map((key) => [key, this.records.get(key)]));
  }
  async *readAll() {
    yield [...this.records];
  }
  async exclusive(key, work) {
    return work(this.records.get(key));
  }
  put(key, value, meta) {
    this.records.set(key, { value, ...meta });
    this.stamps.set(key, this.clock);
  }
  delete(key) {
    this.records.delete(key);
  }
  clear() {
    this.records.clear();
  }
  invalidateTags(tags) {
    for (const [key, record] of this.records) {
      if (record.tags.some((tag) => tags.includes(tag))) this.records.delete(key);
    }
  }
  mark() {
    this.clock += 2;
    return this.clock - 1;
  }
  async flush() {
    this.flushes++;
    return true;
  }
  async close() {
    this.closed = true;
  }
}
