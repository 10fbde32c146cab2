/** What is appended to a channel. @typedef {{ type: string, data: unknown, key?: string }} Event */

/** What changes of a transaction, or of a part of it, do to channels and values. */
export class Batch {
  /** Of rows, those without events included. */
  changes = 0;
  /** About. */
  bytes = 0;
  /** By channel, in order. @type {Map<string, { table: string, events: Event[] }>} */
  channels = new Map();
  /** Tables whose channels miss something, with the reason. @type {Map<string, string>} */
  resets = new Map();
  /** @type {Set<string>} */ tags = new Set();
  /** Of values to delete. @type {Set<string>} */ keys = new Set();
  /** Whether to invalidate all values, because nothing says which. */
  everything = false;

  /** Whether it is time to apply it. The same changes are always cut at the same places. */
  get full() {
    return this.changes >= 1000 || this.bytes >= 4e6;
  }

  /** @param {string} table @param {string} channel @param {Event} event */
  add(table, channel, event) {
    const it = this.channels.get(channel) ?? { table, events: [] };
    it.events.push(event);
    this.channels.set(channel, it);
  }
}
