#include "apus/cache/tag_index.h"

namespace apus::cache {

bool TagIndex::add(SlotIndex slot, uint32_t tag) {
  if (!extend(slots_, slot) || !extend(tags_, tag)) return false;
  uint32_t at = free_;
  if (at != kNone) {
    free_ = pairs_[at].next_of_slot;
  } else {
    if (used_ == pairs_.size() &&
        !pairs_.resize(used_ ? size_t{used_} * 2 : 64))
      return false;
    at = used_++;
  }
  pairs_[at] = {slot, tag, kNone, tags_[tag], slots_[slot]};
  if (tags_[tag] != kNone) pairs_[tags_[tag]].prev = at;
  tags_[tag] = slots_[slot] = at;
  return true;
}

void TagIndex::remove_pairs(SlotIndex slot) {
  uint32_t at = slots_[slot];
  slots_[slot] = kNone;
  while (at != kNone) {
    Pair& pair = pairs_[at];
    if (pair.next != kNone) pairs_[pair.next].prev = pair.prev;
    if (pair.prev != kNone) {
      pairs_[pair.prev].next = pair.next;
    } else {
      tags_[pair.tag] = pair.next;
    }
    const uint32_t next = pair.next_of_slot;
    pair.next_of_slot = free_;
    free_ = at;
    at = next;
  }
}

SlotIndex TagIndex::any(uint32_t tag) const {
  return tag >= tags_.size() || tags_[tag] == kNone ? kNoSlot
                                                    : pairs_[tags_[tag]].slot;
}

uint32_t TagIndex::tags_of(SlotIndex slot, uint32_t* out, uint32_t room) const {
  uint32_t count = 0;
  uint32_t at = slot < slots_.size() ? slots_[slot] : kNone;
  for (; at != kNone && count < room; at = pairs_[at].next_of_slot)
    out[count++] = pairs_[at].tag;
  return count;
}

void TagIndex::clear() {
  for (uint32_t i = 0; i < slots_.size(); ++i) slots_[i] = kNone;
  for (uint32_t i = 0; i < tags_.size(); ++i) tags_[i] = kNone;
  used_ = 0;
  free_ = kNone;
}

bool TagIndex::extend(FlatArray<uint32_t>& heads, uint32_t at) {
  uint32_t from = heads.size();
  if (at < from) return true;
  if (!heads.resize(at < 64 ? 128 : size_t{at} * 2)) return false;
  for (; from < heads.size(); ++from) heads[from] = kNone;
  return true;
}

}  // namespace apus::cache
