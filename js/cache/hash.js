/**
 * A 32-bit hash of a key, for policies that remember evicted keys. The random seed keeps chosen keys
 * from colliding. FNV-1a over the UTF-16 code units, mixed at the end (murmur3's finalizer). About
 * 1 ns a character.
 * @param {string} key @param {number} seed random
 */
export function hash(key, seed) {
  let h = key.length ^ seed;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
