// Finds each key's newest entry: a dense array of entries, and an
// open-addressing table of their places by hash (linear probing, at most 3/4
// full). Two keys with the same 64-bit hash share a place. The reader of a
// value compares the key: a collision costs a miss and never gives a wrong
// value.
//
// The hashes are stored on disk and depend on the keys alone: someone who
// chooses the keys chooses the hashes. A secret seed spreads them over the
// table. The bucket is the top of hash * seed; any choice of keys is bad for
// few seeds only (Dietzfelbinger et al., "A Reliable Randomized Algorithm for
// the Closest-Pair Problem", 1997).
//
// find, insert and erase are O(1) expected. Memory: 40 bytes an entry and 5-11
// bytes of table. Not thread-safe.
#ifndef APUS_STORE_KEY_INDEX_H_
#define APUS_STORE_KEY_INDEX_H_

#include <cstdint>

#include "apus/base/array.h"
#include "apus/store/format.h"

namespace apus::store {

struct IndexEntry {
  uint64_t hash;
  Stamp stamp;
  // 0 for never.
  uint64_t expires_ms;
  // Its slot in the log.
  uint32_t segment;
  // Its place in the segment.
  uint32_t row;
  // 0 for none, else a number of TagSets.
  uint32_t tag_set;
  Kind kind;
  uint8_t size_class;
  int8_t priority;
  // Whether it has a value that may be read; false means a deleted key.
  bool live;
};

class KeyIndex {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  // The lowest bit of the seed is ignored.
  explicit KeyIndex(uint64_t seed = 0x9E3779B97F4A7C15);

  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  IndexEntry& operator[](uint32_t at) { return entries_[at]; }
  const IndexEntry& operator[](uint32_t at) const { return entries_[at]; }

  // The place of the entry with this hash, or kNone. Places hold until the next
  // insert or erase.
  uint32_t find(uint64_t hash) const;

  // kNone when memory is exhausted. Requires: no entry has this hash.
  uint32_t insert(const IndexEntry& entry);

  // Requires: at < size(). The last entry moves to `at`.
  void erase(uint32_t at);

  // How many buckets a lookup of the entry passes before it.
  // Requires: at < size().
  uint32_t distance(uint32_t at) const;

  // Makes room for `count` entries in all; a bulk load then grows once. False
  // when memory is exhausted.
  bool reserve(uint32_t count);

 private:
  uint32_t home_of(uint64_t hash) const {
    return static_cast<uint32_t>((hash * seed_) >> shift_);
  }
  uint32_t bucket_of(uint64_t hash) const;

  // Odd.
  uint64_t seed_;
  // 64 - log2 of the buckets.
  unsigned shift_ = 60;
  Array<IndexEntry> entries_;
  // Places, kNone where empty; its size is a power of two.
  Array<uint32_t> table_;
};

}  // namespace apus::store

#endif  // APUS_STORE_KEY_INDEX_H_
