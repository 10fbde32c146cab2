// When names changed last: hash -> offset, open addressing with linear probing
// in a table that never grows. Half of what `Generations` remembers.
//
// Memory: 16 bytes a slot and 5 KB. Owns its memory.
#ifndef APUS_SYNC_GENERATION_TABLE_H_
#define APUS_SYNC_GENERATION_TABLE_H_

#include "apus/base/flat_array.h"
#include "apus/sync/position.h"

namespace apus::sync {

class GenerationTable {
 public:
  // Bytes of a name at most.
  static constexpr uint32_t kMaxName = 1024;

  // `slots`: a power of two, at least 4. Check usable() before anything else.
  explicit GenerationTable(uint32_t slots);

  bool usable() const { return entries_.size() > 0; }
  // Whether only known hashes may be put.
  bool full() const { return count_ >= entries_.size() / 4 * 3; }

  // Requires: hash != 0; not full().
  void put(uint64_t hash, uint32_t slot, double offset);
  // -1 if it is not here; of 0, always. O(1) expected.
  double find(uint64_t hash) const;

  // Lengths of prefixes, in bytes, that were put.
  void add_length(uint32_t length) { lengths_[length / 8] |= bit(length); }
  bool has_length(uint32_t length) const {
    return (lengths_[length / 8] & bit(length)) != 0;
  }

  // The newest offset of a slot (position.h), or -1.
  double newest(uint32_t slot) const { return newest_[slot]; }
  void forget_newest(uint32_t slot) { newest_[slot] = -1; }

  void clear();
  void swap(GenerationTable& other);

 private:
  struct Entry {
    uint64_t hash;  // 0: free
    double offset;
  };

  static uint8_t bit(uint32_t length) {
    return static_cast<uint8_t>(1u << (length % 8));
  }
  // Where the hash is, or would be.
  uint32_t place(uint64_t hash) const;

  FlatArray<Entry> entries_;
  uint32_t count_ = 0;
  double newest_[kAllSlots];
  uint8_t lengths_[kMaxName / 8 + 1];
};

}  // namespace apus::sync

#endif  // APUS_SYNC_GENERATION_TABLE_H_
