// Knows which entries have a tag, and which tags an entry has: finds a tag's
// entries without a scan, and forgets an entry completely when it leaves. Tags
// are small numbers that the caller assigns from 0.
//
// O(1) for each pair of tag and slot. 12 bytes a slot, once any has a tag, and
// 20 for each further tag of a slot; 4 a slot, once any has two; 4 a tag. Owns
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
    if (slot < firsts_.size() && firsts_[slot].tag != kNone) remove_all(slot);
  }

  // A slot with the tag, or kNoSlot.
  SlotIndex any(uint32_t tag) const;

  // Writes a slot's tags to `out`, the last added first, at most `room` of
  // them. Returns their number.
  uint32_t tags_of(SlotIndex slot, uint32_t* out, uint32_t room) const;

  void clear();

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  // A pair of tag and slot: a slot's first is named by the slot, a further one
  // by its place in more_ and this bit.
  static constexpr uint32_t kMore = 0x80000000;
  struct Pair {
    uint32_t tag;
    uint32_t prev;  // of the same tag
    uint32_t next;
  };
  struct More {
    Pair pair;
    SlotIndex slot;
    uint32_t next;  // of the slot, or of the free ones
  };
  Pair& pair(uint32_t at) {
    return at & kMore ? more_[at & ~kMore].pair : firsts_[at];
  }
  uint32_t take_more(SlotIndex slot);
  void unlink(uint32_t at);
  void remove_all(SlotIndex slot);

  FlatArray<Pair> firsts_;     // by slot; `tag` is kNone without any
  FlatArray<uint32_t> heads_;  // by slot: its further pairs
  FlatArray<More> more_;
  uint32_t used_ = 0;
  uint32_t free_ = kNone;
  FlatArray<uint32_t> tags_;  // by tag: its pairs
};

}  // namespace apus::cache

#endif  // APUS_CACHE_TAG_INDEX_H_
