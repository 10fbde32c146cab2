import { boolean, checkOptions } from "../core/check.js";
import { checks } from "../store/options.js";
import { Disk } from "./disk.js";

/**
 * @param {true | import("./options.js").PersistOptions} persist
 * @param {Record<string, import("../core/check.js").Check>} [more] options
 * @throws {TypeError | RangeError} for a bad option
 */
export function checkPersist(persist, more) {
  if (persist === true) return;
  checkOptions("Cache.open: persist", persist, { ...checks, preload: boolean, ...more });
}

/**
 * Gives a cache its copy on disk. When that fails, the cache works in memory and reports `degraded`.
 * @param {string} name
 * @param {true | import("./options.js").PersistOptions} persist
 * @param {import("./levels.js").Levels} levels
 * @param {() => number} [now] the cache's clock
 */
export async function openDisk(name, persist, levels, now) {
  const { events, heap, accept } = levels;
  /** Events from before anyone could listen. @type {[string, object][] | undefined} */
  let early = [];
  const emit = (/** @type {string} */ type, /** @type {object} */ detail) => {
    if (early) early.push([type, detail]);
    else events.emit(type, detail);
  };
  const flights = () => levels.flights;
  const outside = (/** @type {string} */ key) => events.subscribers.tell("outside", key);
  const memory = { heap: /** @type {any} */ (heap), flights, accept, emit, outside };
  try {
    levels.disk = await Disk.open(name, persist, memory, now);
    await levels.disk.start(persist);
  } catch (cause) {
    emit("degraded", { reason: "store", cause });
  }
  // By then the code that opened the cache has added its listeners.
  setTimeout(() => {
    const held = early ?? [];
    early = undefined;
    for (const event of held) events.emit(...event);
  });
}
