import { BUCKETS } from "../../sync/bucket.js";
import { rightPositions } from "../../sync/options.js";
import { Levels } from "../levels.js";
import { lifetime } from "../options.js";
import { OWN } from "../patterns.js";
import { checkPersist, openDisk } from "../persistence.js";
import { Lower } from "./lower.js";
import { checkRemote, PAGE } from "./options.js";
import { Remote } from "./remote.js";
import { remoteCache } from "./remote-cache.js";

/** @typedef {import("./lower.js").LevelEntry} LevelEntry */

/**
 * Opens a cache whose levels are memory, the disk with `persist`, and a gateway. `remote` and
 * `persist` are checked before anything starts.
 * @param {import("./remote-cache.js").Base} Cache
 * @param {string} name
 * @param {import("../options.js").CacheOptions<any> & import("./options.js").WithRemote} options
 * @returns {Promise<any>}
 */
export async function openRemote(Cache, name, { remote: asked, persist, ...options }) {
  checkRemote(asked);
  if (persist) checkPersist(persist, { ttl: lifetime });
  const levels = await Levels.open(name, options);
  const { heap, events } = levels;
  const l1 = options.ttl ?? Number.POSITIVE_INFINITY;
  const l2 = typeof persist === "object" ? persist.ttl : undefined;
  const now = () => heap.clock.read();
  const accept = (
    /** @type {string} */ key,
    /** @type {import("../disk.js").DiskRecord} */ record,
  ) => levels.accept(key, { ...record, expiresAt: Math.min(record.expiresAt, now() + l1) });
  const host = {
    ...{ heap, events, accept },
    disk: /** @type {import("../disk.js").Disk | undefined} */ (undefined),
    get flights() {
      return levels.flights; // there are none yet
    },
  };
  if (persist) {
    const { ttl: _, ...rest } = persist === true ? {} : persist;
    await openDisk(name, rest, /** @type {any} */ (host), options.now);
  }
  const { disk } = host;
  const holder = holderOf(name, levels, disk, now);
  const kept = await disk?.kept("sync");
  const remote = await Remote.open(holder, asked, sound(kept) ? kept : undefined);
  if (kept && !sound(kept))
    holder.dropDoubtful(
      () => true,
      () => true,
    );
  const lower = new Lower({ disk, remote, ttl: l2, now });
  levels.disk = lower;
  const Class = remoteCache(Cache);
  return new Class(name, levels, Boolean(persist), { remote, lower, ttl: l1, diskTtl: l2 });
}

/** Whether it is what `save` keeps: what is on a disk can be anything. @param {any} state */
function sound(state) {
  const { positions, local = [] } = Object(state);
  return (
    Array.isArray(local) &&
    Object.keys(Object(positions?.logs)).length === BUCKETS + 1 &&
    rightPositions(positions)
  );
}

/**
 * What a change at the gateway drops.
 * @param {string} name @param {Levels} levels @param {import("../disk.js").Disk | undefined} disk @param {() => number} now
 * @returns {import("./held.js").Holder}
 */
function holderOf(name, levels, disk, now) {
  const { heap, events } = levels;
  /** @type {Set<string>} */
  const asking = new Set();
  const outdate = (/** @type {string | undefined} */ key = undefined) =>
    levels.flights?.outdate(key, asking);
  /** Drops, and puts those spared back. @param {string[]} spared @param {() => void} drop */
  const sparing = (spared, drop) => {
    const kept = spared.flatMap((key) => {
      const value = heap.peek(key);
      return value === undefined ? [] : [{ key, value, ...heap.about(key) }];
    });
    drop();
    outdate();
    for (const { key, value, deadline, priority, tags } of kept) {
      const ttl = deadline - now();
      levels.put(key, value, /** @type {LevelEntry} */ ({ ttl, priority, tags, levels: PAGE }));
    }
  };
  const dropMatching = (/** @type {(key: string) => boolean} */ test) => {
    for (const key of [...heap.keys(true)]) if (test(key)) heap.delete(key, "invalidate");
  };
  return {
    name,
    now,
    asking,
    drop(key) {
      outdate(key);
      if (disk?.has(key)) disk.delete(key);
      if (!heap.delete(key, "invalidate")) events.subscribers.tell("outside", key);
    },
    dropTag: (tag, spared) =>
      sparing(spared, () => {
        heap.deleteTagged(tag);
        disk?.invalidateTags([tag]);
      }),
    dropPrefix: (prefix, spared, own) =>
      sparing(spared, () => {
        const concerned = (/** @type {string} */ key) => key.startsWith(prefix) && !own.has(key);
        dropMatching(concerned);
        // A glob outlives this page, if it ends before all records are found.
        const glob = `${prefix.replace(/[*?[\]{},!\\]/g, "\\$&")}**`;
        disk?.deleteMatching(own.size > 0 ? concerned : glob);
      }),
    dropDoubtful(test, tagTest) {
      dropMatching((key) => test(key) || heap.about(key).tags.some(tagTest));
      disk?.deleteMatching(
        /** @type {import("../patterns.js").Test} */ (
          (key, _value, tags = []) => test(key) || tags.some(tagTest)
        ),
      );
      outdate();
    },
    durable: disk !== undefined,
    begin: async (make) => {
      if (!disk) return make();
      const signal = new AbortController().signal;
      const work = async () => {
        const kept = await disk.kept("sync");
        if (sound(kept)) return kept;
        const made = await make();
        disk.keep("sync", made);
        return made;
      };
      return disk.alone(`${OWN}sync`, work, { signal, fresh: true });
    },
    save: (state) => disk?.keep("sync", state),
    emit: (type, detail) => events.emit(type, detail),
  };
}
