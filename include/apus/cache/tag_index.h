// Knows which entries have a tag, and which tags an entry has: finds a tag's
// entries without a scan, and forgets an entry completely when it leaves. Tags
// are small numbers that the caller assigns from 0.
//
// O(1) for each pair of tag and slot. 20 bytes a pair, 4 a slot, 4 a tag. Owns
// its memory.
#ifndef APUS_CACHE_TAG_INDEX_H_
#define APUS_CACHE_TAG_INDEX_H_

#include <cstdint>

#include "apus/base/flat_array.h"
#include "apus/cache/slot.h"

namespace apus::cache {

class TagIndex {
 public:
  // Requires: not added before. False when memory is exhausted.
  bool add(SlotIndex slot, uint32_t tag);

  // Removes all tags of a slot.
  void remove(SlotIndex slot) {
    if (slot < slots_.size() && slots_[slot] != kNone) remove_pairs(slot);
  }

  // A slot with the tag, or kNoSlot.
  SlotIndex any(uint32_t tag) const;

  // Writes a slot's tags to `out`, at most `room` of them. Returns their
  // number.
  uint32_t tags_of(SlotIndex slot, uint32_t* out, uint32_t room) const;

  void clear();

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  struct Pair {
    SlotIndex slot;
    uint32_t tag;
    uint32_t prev;  // of the same tag
    uint32_t next;
    uint32_t next_of_slot;  // or of the free pairs
  };
  void remove_pairs(SlotIndex slot);
  static bool extend(FlatArray<uint32_t>& heads, uint32_t at);

  FlatArray<Pair> pairs_;
  uint32_t used_ = 0;
  uint32_t free_ = kNone;
  FlatArray<uint32_t> slots_;
  FlatArray<uint32_t> tags_;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_TAG_INDEX_H_
