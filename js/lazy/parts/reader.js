/**
 * Reads items in batches.
 * @template Item
 * @typedef {{ items: Item[], index: number, ended: boolean, broken?: [unknown] }} Read `index` of the first item;
 *   `ended`: there are no more; `broken`: what the iterator threw, after these items
 */

/**
 * @template Item
 * @typedef {object} Reader
 * @property {() => Read<Item> | Promise<Read<Item>>} next one call at a time
 * @property {() => void} close
 * @property {number | undefined} total
 */

/**
 * @template Item
 * @param {Iterable<Item> | AsyncIterable<Item>} items @param {number} size @param {number} from items that are skipped
 * @returns {Reader<Item>}
 * @throws {TypeError} for items that cannot be iterated
 */
export function reader(items, size, from) {
  if (Array.isArray(items)) return fromArray(items, size, from);
  const source = /** @type {any} */ (items);
  if (source?.[Symbol.asyncIterator]) return fromAsync(source[Symbol.asyncIterator](), size, from);
  if (source?.[Symbol.iterator]) return fromSync(source[Symbol.iterator](), size, from);
  throw new TypeError(`batch: items must be an array, iterable or async iterable, got ${items}`);
}

/** @template Item @param {Item[]} items @param {number} size @param {number} from @returns {Reader<Item>} */
function fromArray(items, size, from) {
  let index = from;
  return {
    next() {
      const start = index;
      index = Math.min(start + size, items.length);
      return { items: items.slice(start, index), index: start, ended: index >= items.length };
    },
    close() {},
    total: items.length,
  };
}

/** @template Item @param {Iterator<Item>} iterator @param {number} size @param {number} from @returns {Reader<Item>} */
function fromSync(iterator, size, from) {
  let index = 0;
  let ended = false;
  return {
    next() {
      /** @type {Read<Item>} */
      const read = { items: [], index: 0, ended: false };
      try {
        while (read.items.length < size) {
          const { value, done } = iterator.next();
          if (done) {
            ended = true;
            break;
          }
          if (index++ >= from) read.items.push(value);
        }
      } catch (error) {
        ended = true;
        read.broken = [error];
      }
      read.index = index - read.items.length;
      read.ended = ended;
      return read;
    },
    close() {
      if (!ended) iterator.return?.();
      ended = true;
    },
    total: undefined,
  };
}

/** @template Item @param {AsyncIterator<Item>} iterator @param {number} size @param {number} from @returns {Reader<Item>} */
function fromAsync(iterator, size, from) {
  let index = 0;
  let ended = false;
  return {
    async next() {
      /** @type {Read<Item>} */
      const read = { items: [], index: 0, ended: false };
      try {
        while (!ended && read.items.length < size) {
          const { value, done } = await iterator.next();
          if (done) {
            ended = true;
            break;
          }
          if (index++ >= from) read.items.push(value);
        }
      } catch (error) {
        ended = true;
        read.broken = [error];
      }
      read.index = index - read.items.length;
      read.ended = ended;
      return read;
    },
    /** Not waited for: a generator that waits itself would answer only afterwards. */
    close() {
      if (!ended) Promise.resolve(iterator.return?.()).catch(() => {});
      ended = true;
    },
    total: undefined,
  };
}
