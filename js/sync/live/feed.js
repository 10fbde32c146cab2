import { checkOptions, func, integerIn } from "../../core/check.js";

/**
 * A list that rows can be fed into, such as `<apus-list>`.
 * @template Row
 * @typedef {object} Fed
 * @property {readonly Row[]} items
 * @property {(at: number, removed: number, inserted: Row[]) => unknown} splice
 */

/**
 * @template Row
 * @typedef {object} FeedOptions
 * @property {number} [max] rows that the list keeps at most, 1 to 1,000,000; the oldest go, and of a
 *   log up to a sixteenth more. Default 10,000
 * @property {number} [history] earlier events to begin with, 0 to 1,000; default 0
 * @property {(event: import("./channel.js").LiveEvent) => Row} [item] the row of an event; default
 *   its `data`
 * @property {boolean} [keyed] one row for each event `key`, which later events of the key replace
 *   and an event of type "delete" removes; default false: a row for each event
 */

/** @type {Record<keyof FeedOptions<unknown>, import("../../core/check.js").Check>} */
const checks = {
  max: integerIn(1, 1_000_000),
  history: integerIn(0, 1000),
  item: func,
  keyed(value, name) {
    if (typeof value !== "boolean") throw new TypeError(`${name} must be a boolean`);
  },
};

/**
 * Feeds the events of a channel into a list, which begins empty: new rows at its end, the oldest
 * away. One splice for the new rows and one for the old ones in a frame, however many events come.
 * A keyed feed is O(events) in a frame, and O(rows) in one that removes rows before others.
 * @template Row
 * @param {Pick<import("./channel.js").Channel, "on" | "history">} channel
 * @param {Fed<Row>} list
 * @param {FeedOptions<Row>} [options]
 * @returns {Promise<() => void>} ends it; resolves when the history is in the list
 * @throws {TypeError | RangeError} for a bad option; nothing has changed
 */
export async function feed(channel, list, options = {}) {
  checkOptions("Channel.feed", options, checks);
  if (typeof list?.splice !== "function") {
    throw new TypeError("Channel.feed: list must have splice(), as <apus-list> has");
  }
  const { max = 10_000, history = 0, keyed = false } = options;
  const item = options.item ?? ((event) => /** @type {Row} */ (event.data));
  const take = keyed ? byKey(list, max, item) : log(list, max, item);
  /** @type {import("./channel.js").LiveEvent[] | undefined} that come before the history */
  let early = [];
  const off = channel.on("*", (events) => {
    if (early) early.push(...events);
    else take(events);
  });
  list.splice(0, list.items?.length ?? 0, []);
  try {
    const before = history > 0 ? await channel.history(history) : [];
    const last = before.at(-1)?.at;
    const after = early.filter(
      ({ at }) =>
        !last || at.epoch > last.epoch || (at.epoch === last.epoch && at.offset > last.offset),
    );
    take([...before, ...after]);
    early = undefined;
  } catch (error) {
    off();
    throw error;
  }
  return off;
}

/** @typedef {import("./channel.js").LiveEvent} LiveEvent */

/**
 * @template Row
 * @param {Fed<Row>} list @param {number} max @param {(event: LiveEvent) => Row} item
 * @returns {(events: LiveEvent[]) => void}
 */
function log(list, max, item) {
  return (events) => {
    const rows = events.slice(-max).map(item);
    if (rows.length === 0) return;
    const { length } = list.items;
    const over = length + rows.length - max;
    // Room for some frames more: a splice is what costs.
    const spare = Math.min(max >> 4, 3 * rows.length);
    if (over > 0) list.splice(0, Math.min(over + spare, length), []);
    list.splice(list.items.length, 0, rows);
  };
}

/**
 * @template Row
 * @param {Fed<Row>} list @param {number} max @param {(event: LiveEvent) => Row} item
 * @returns {(events: LiveEvent[]) => void}
 */
function byKey(list, max, item) {
  /** @type {Map<string, number>} key -> row, counted from the first row ever */
  const places = new Map();
  /** @type {(string | undefined)[]} keys of the rows in the list */
  const keys = [];
  let first = 0; // rows that have gone at the start
  /** @param {number} at @param {number} count */
  const remove = (at, count) => {
    for (const key of keys.slice(at, at + count)) if (key !== undefined) places.delete(key);
    keys.splice(at, count);
    list.splice(at, count, []);
    if (at === 0) first += count;
    else {
      for (let i = at; i < keys.length; i++) {
        const key = keys[i];
        if (key !== undefined) places.set(key, first + i);
      }
    }
  };
  return (events) => {
    /** @type {Row[]} */
    let rows = [];
    const append = () => {
      if (rows.length > 0) list.splice(keys.length - rows.length, 0, rows);
      rows = [];
    };
    for (const event of events) {
      const { key, type } = event;
      const place = key === undefined ? undefined : places.get(key);
      if (type === "delete") {
        append();
        if (place !== undefined) remove(place - first, 1);
      } else if (place === undefined) {
        if (key !== undefined) places.set(key, first + keys.length);
        keys.push(key);
        rows.push(item(event));
      } else {
        const at = place - first;
        const waiting = at - (keys.length - rows.length);
        if (waiting >= 0) rows[waiting] = item(event);
        else list.splice(at, 1, [item(event)]);
      }
    }
    append();
    if (keys.length > max) remove(0, keys.length - max);
  };
}
