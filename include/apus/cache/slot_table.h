// Which slot holds a key: an open-addressing hash table of slots whose control
// bytes are probed sixteen at a time with SIMD (Abseil's "Swiss table",
// Kulukundis 2017). It holds no keys: the caller compares.
//
// 5 bytes a place, up to 7/8 of the places in use, growth by an eighth: 6 to 7
// bytes an entry. O(1) expected. Owns its memory.
#ifndef APUS_CACHE_SLOT_TABLE_H_
#define APUS_CACHE_SLOT_TABLE_H_

#include <cstdint>

#include "apus/base/flat_array.h"
#include "apus/cache/slot.h"

namespace apus::cache {

class SlotTable {
 public:
  static constexpr uint32_t kNowhere = 0xFFFFFFFF;

  // A walk over the places whose entry's hash may be this one. `next` returns
  // kNowhere after the last. Walk until the key matches.
  struct Walk {
    uint32_t group;
    uint32_t groups_left;
    uint32_t candidates;  // bits within the group
  };
  Walk begin(uint32_t hash) const;
  uint32_t next(Walk& walk, uint32_t hash) const;
  SlotIndex slot_at(uint32_t place) const { return slots_[place]; }

  // Requires: not in the table; `reserve` succeeded since the last insertion.
  void insert(uint32_t hash, SlotIndex slot);

  // Reserves a place. Rehashing calls `hash_of(context, slot)`. False when
  // memory is exhausted.
  bool reserve(uint32_t (*hash_of)(const void* context, SlotIndex slot),
               const void* context);

  void erase(uint32_t place);
  void clear();

  uint64_t taken() const { return uint64_t{control_.size()} * 5; }

 private:
  uint32_t home(uint32_t hash) const {
    return static_cast<uint32_t>(uint64_t{hash} * groups_ >> 32);
  }

  uint32_t groups_ = 0;
  uint32_t used_ = 0;     // places with an entry
  uint32_t deleted_ = 0;  // places that had one, where a walk must not stop
  FlatArray<uint8_t> control_;
  FlatArray<SlotIndex> slots_;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_SLOT_TABLE_H_
