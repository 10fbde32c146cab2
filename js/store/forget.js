import { CLEAR, control, DELETED, RAW, TAG } from "./encode.js";

/**
 * Deletes many keys at once: a clear, tags, and shedding when too much waits in
 * memory. Each is a change like any other and hides, by its stamp, older entries.
 */

/** @typedef {import("./encode.js").Change} Change */

/**
 * @typedef {object} Held
 * @property {import("./changes.js").Changes} changes
 * @property {import("./hybrid-clock.js").HybridClock} clock
 * @property {import("./engine.js").Engine} engine
 */

const MOST_WAITING = 100_000; // changes kept while nothing can be written

/** Deletes every key. @param {Held} held @param {(change: Change) => void} add */
export function forgetAll({ changes, clock, engine }, add) {
  const stamp = clock.tick();
  // Writes under way are older: the stamp hides them.
  for (const { kind, key } of [...changes.all()]) {
    if (kind <= RAW) changes.add(control(DELETED, key, stamp));
  }
  engine.clear(stamp);
  add(control(CLEAR, "", stamp));
  clock.tick();
}

/**
 * Deletes every key that has one of the tags.
 * @param {Held} held @param {string[]} tags @param {(change: Change) => void} add
 */
export function forgetTags({ changes, clock, engine }, tags, add) {
  const stamp = clock.tick();
  for (const change of [...changes.all()]) {
    if (change.kind <= RAW && change.tags.some((tag) => tags.includes(tag))) {
      add(control(DELETED, change.key, stamp));
    }
  }
  for (const tag of tags) {
    engine.invalidate(tag, stamp);
    add(control(TAG, tag, stamp));
  }
  clock.tick();
}

/**
 * Bounds the changes that wait while nothing can be written: gives up the older half
 * and everything on the disk, which may be out of date then.
 * @param {Held} held @param {(change: Change) => void} add
 */
export function shed(held, add) {
  const { changes, clock } = held;
  if (changes.waiting <= MOST_WAITING) return;
  const newest = changes.drain().slice(-MOST_WAITING / 2);
  forgetAll(held, add);
  const stamp = clock.tick();
  for (const change of newest) if (change.kind <= RAW) changes.add({ ...change, stamp });
}
