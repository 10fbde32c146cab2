// Where each key's newest entry is: a dense array of entries, and an
// open-addressing table of their places by hash (linear probing, at most 3/4
// full). Two keys with one 64-bit hash share a place; whoever reads the value
// compares the key, so a collision costs a miss and is never a wrong value.
//
// The hashes are on the disk and follow from the keys, so whoever chooses keys
// chooses hashes. A secret seed spreads them over the table: the bucket is the
// top of hash * seed, for which no choice is bad with more than a few seeds
// (Dietzfelbinger et al., "A Reliable Randomized Algorithm for the Closest-Pair
// Problem", 1997).
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
  uint64_t expires_ms;  // 0: never
  uint32_t segment;     // its slot in the log
  uint32_t row;         // its place in the segment
  uint32_t tag_set;     // 0: none, else a number of TagSets
  Kind kind;
  uint8_t size_class;
  int8_t priority;
  bool live;  // a value that may be read; false: the key is known to be gone
};

class KeyIndex {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  // The lowest bit of the seed does not count.
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

  // How many buckets an entry lies behind its own: what a lookup goes through.
  // Requires: at < size().
  uint32_t distance(uint32_t at) const;

  // Makes room for `count` entries in all, so that a load grows once. False
  // when memory is exhausted.
  bool reserve(uint32_t count);

 private:
  uint32_t home_of(uint64_t hash) const {
    return static_cast<uint32_t>((hash * seed_) >> shift_);
  }
  uint32_t bucket_of(uint64_t hash) const;

  uint64_t seed_;        // odd
  unsigned shift_ = 60;  // 64 - log2 of the buckets
  Array<IndexEntry> entries_;
  Array<uint32_t> table_;  // places, kNone where empty; a power of two
};

}  // namespace apus::store

#endif  // APUS_STORE_KEY_INDEX_H_
