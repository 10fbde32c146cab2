import { ApusError } from "../core/errors.js";
import { Changes } from "./changes.js";
import { Commits } from "./commits.js";
import { Dictionary } from "./dictionary.js";
import { Engine } from "./engine.js";
import { Feed } from "./feed.js";
import { Health } from "./health.js";
import { HybridClock } from "./hybrid-clock.js";
import { watchLifecycle } from "./lifecycle.js";
import { Packer } from "./packer.js";
import { Reader } from "./reader.js";
import { Segments } from "./segments.js";
import { Upkeep } from "./upkeep.js";
import { Writer } from "./writer.js";

const BATCH_SIZE = 512 << 10; // characters: a segment of this size packs in a few ms

/**
 * Makes the parts of a store and gives each of them the others that it uses.
 * @param {import("../core/wasm.js").Wasm<"store">} core
 * @param {string} name
 * @param {import("./database.js").Database} database
 * @param {import("./last-flush.js").LastFlush} lastFlush
 * @param {import("./options.js").StoreOptions} options
 * @param {{ emit: (type: string, detail: unknown) => void, retry: () => Promise<void> }} on
 *   `retry` tries storage again and rejects when it still fails
 */
export function assemble(core, name, database, lastFlush, options, { emit, retry }) {
  const { now = Date.now, level = 1, maxDiskBytes = Infinity, durability } = options;
  const [seed, random] = crypto.getRandomValues(new Uint32Array(2));
  const node = random >>> 16;
  /** @param {string} code @param {string} message @param {unknown} [cause] */
  const report = (code, message, cause) => {
    const error = new ApusError(code, message, { cause });
    setTimeout(() => emit("error", error)); // the caller goes on first
  };
  /** @param {string} code @param {string} message */
  const dropped = (code, message) => {
    health.droppedBlocks += 1;
    report(code, message);
  };
  const clock = new HybridClock(now);
  const engine = new Engine(core, name, node, seed);
  const changes = new Changes(clock, Math.min(BATCH_SIZE, maxDiskBytes / 2), (change, cause) => {
    const why = /** @type {Error} */ (cause)?.message ?? cause;
    report("NOT_ENCODABLE", `the value of "${change.key}" cannot be stored: ${why}`, cause);
  });
  const health = new Health((error) => setTimeout(() => emit("degraded", error)), retry);
  const dictionary = new Dictionary(database, engine, options.dictionary ?? false, dropped);
  const segments = new Segments({
    ...{ database, lastFlush, engine, dictionary, clock, now, node, report, dropped },
  });
  const shared = { engine, segments, changes, health, clock, now };
  const feed = new Feed(name, node, shared, (detail) => emit("change", detail));
  const upkeep = new Upkeep(name, {
    ...{ database, engine, segments, clock, now, level, maxDiskBytes },
    rewritten: (added, removed) => feed.tell({ added: added ? [added] : [], removed }),
  });
  const lifecycle = watchLifecycle({
    leave: () => {
      commits.leave();
      upkeep.saveHits();
    },
    pause: () => {
      feed.pause();
      commits.pause();
    },
    back: () => {
      commits.resume();
      void feed.resume();
    },
  });
  const commits = new Commits({
    ...{ changes, dictionary, engine, feed, health, lastFlush, segments, upkeep },
    ...{ maxDiskBytes, durability, now, report },
    packer: new Packer(core.module, engine, dictionary, now, level),
    dirty: lifecycle.dirty,
    add: (change) => writer.add(change),
    persisted: (detail) => emit("persist", detail),
  });
  const reader = new Reader(shared, feed);
  const writer = new Writer({
    ...{ changes, clock, commits, dictionary, engine, feed, health, dirty: lifecycle.dirty },
  });
  return {
    ...{ changes, clock, commits, database, dictionary, engine, feed, health, lastFlush },
    ...{ lifecycle, reader, segments, upkeep, writer },
  };
}
