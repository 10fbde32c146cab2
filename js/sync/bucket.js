/** Logs of changes to keys; each key belongs to one of them. */
export const BUCKETS = 64;

const utf8 = new TextEncoder();

/**
 * The bucket of a key, the same in every page, gateway and release: positions and values are kept
 * by it. 32-bit FNV-1a over the UTF-8 bytes, whose low bits are weak, ended by the mixing step of
 * MurmurHash3. O(length).
 * Source: http://www.isthe.com/chongo/tech/comp/fnv; MurmurHash3's `fmix32`, public domain.
 * @param {string} key
 * @returns {number} 0 to 63
 */
export function bucketOf(key) {
  let hash = 0x811c9dc5;
  for (const byte of utf8.encode(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
