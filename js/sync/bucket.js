/** Logs of changes to keys; each key belongs to one of them. */
export const BUCKETS = 64;
/** Slots of a bucket's log, and of the log of tags, in a digest. */
export const SLOTS = 8;
export const TAG_SLOTS = 64;

const utf8 = new TextEncoder();

/**
 * The bucket of a key, the same in every page, gateway and release: positions and values are kept
 * by it. Keys with the same hash tag, which is the text in their first braces, are in one bucket,
 * that of the tag itself: `cart:7`, `{cart:7}:items`, `{cart:7}:total`. O(length).
 * @param {string} key
 * @returns {number} 0 to 63
 */
export const bucketOf = (key) => hash(hashTag(key)) & (BUCKETS - 1);

/** The slot of a key within its bucket, by all of its text. @param {string} key @returns {number} 0 to 7 */
export const slotOf = (key) => (hash(key) >>> 6) & (SLOTS - 1);

/** The slot of a tag in the log of tags. @param {string} tag @returns {number} 0 to 63 */
export const tagSlotOf = (tag) => hash(tag) & (TAG_SLOTS - 1);

/**
 * As Redis has it: between the first `{` and the next `}`; the whole key when that is nothing.
 * @param {string} key
 */
function hashTag(key) {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}

/**
 * 32-bit FNV-1a over the UTF-8 bytes, whose low bits are weak, ended by the mixing step of
 * MurmurHash3.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv; MurmurHash3's `fmix32`, public domain.
 * @param {string} name @returns {number} an int32
 */
function hash(name) {
  let hash = 0x811c9dc5;
  for (const byte of utf8.encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
