// Hashes of keys, tags and prefixes, over their UTF-8 bytes.
#ifndef APUS_SYNC_NAME_HASH_H_
#define APUS_SYNC_NAME_HASH_H_

#include <cstdint>

namespace apus::sync {

// Picks slots: js/sync/bucket.js computes the same. FNV-1a, whose low bits are
// weak, ended by MurmurHash3's fmix32. O(size).
uint32_t place_hash(const uint8_t* name, uint32_t size);

// Picks the bucket of a key whose place_hash() is `place`. With a hash tag, the
// text in its first braces unless that is empty, it is the tag's. O(size).
uint32_t bucket_hash(const uint8_t* key, uint32_t size, uint32_t place);

// A seeded 64-bit hash that can be read after each byte: one pass over a key
// gives the hashes of all its prefixes. FNV-1a, ended by MurmurHash3's fmix64.
// With a seed that a page draws, nobody can choose names that collide.
class NameHash {
 public:
  explicit NameHash(uint64_t seed);
  void add(uint8_t byte) { state_ = (state_ ^ byte) * 0x100000001B3u; }
  // Of the bytes until now. Never 0.
  uint64_t value() const;

 private:
  uint64_t state_;
};

}  // namespace apus::sync

#endif  // APUS_SYNC_NAME_HASH_H_
