import { BUCKETS, SLOTS, slotOf, TAG_SLOTS, tagSlotOf } from "../sync/bucket.js";
import { START } from "../sync/position.js";
import { LOGS, TAGS } from "./engine.node.js";

/** @typedef {import("./engine.node.js").Event} Event */

/**
 * What is known of a log: all changes after `since` in its epoch, and the last of each slot.
 * @typedef {object} Known
 * @property {number} epoch 0 while the log is empty
 * @property {number} since offset; -1 if the log was empty
 * @property {(number | null)[]} slots offset of the last change; null for none after `since`
 */

/**
 * Where each log changed last, in 8 slots of a bucket's log and 64 of the log of tags. A client
 * that comes back too late for the log's events finds in about 2 KB which of its entries may have
 * changed. Follows the feed from its construction; asking costs no I/O.
 */
export class Digest {
  /** @type {Known[]} */
  #logs;

  /** @param {import("./feed.node.js").Feed} feed that has started */
  constructor(feed) {
    this.#logs = Array.from({ length: LOGS }, (_, log) => begun(log, feed.heads[log]));
    feed.listen(({ log, events, lost, head }) => {
      if (lost) this.#logs[log] = begun(log, head);
      for (const event of events) this.#heard(log, event);
    });
  }

  /** As in `GET log/digest`: `[epoch, since, o0, o1, …]` of each log. */
  get rows() {
    return this.#logs.map(({ epoch, since, slots }) => [epoch, since, ...slots]);
  }

  /** @param {number} log @param {Event} event */
  #heard(log, { kind, name, at }) {
    let known = this.#logs[log];
    if (known.epoch !== at.epoch) {
      const first = known.epoch === START.epoch && at.offset === 0 && kind !== "epoch";
      known = begun(log, first ? { epoch: at.epoch, offset: -1 } : at);
      this.#logs[log] = known;
    }
    if (kind === "prefix") known.slots.fill(at.offset);
    else if (kind !== "epoch")
      known.slots[log === TAGS ? tagSlotOf(name) : slotOf(name)] = at.offset;
  }
}

/** @param {number} log @param {import("../sync/position.js").Position} [head] @returns {Known} */
function begun(log, { epoch, offset } = { epoch: START.epoch, offset: -1 }) {
  return { epoch, since: offset, slots: new Array(log < BUCKETS ? SLOTS : TAG_SLOTS).fill(null) };
}
