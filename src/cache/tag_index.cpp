#include "apus/cache/tag_index.h"

#include <cstring>

namespace apus::cache {
namespace {

// New elements are kNone throughout. False when memory is exhausted.
template <typename T>
bool extend(FlatArray<T>& array, uint32_t at) {
  const uint32_t from = array.size();
  if (at < from) return true;
  if (!array.resize(at < 64 ? 128 : size_t{at} * 2)) return false;
  std::memset(array.data() + from, 0xFF, (array.size() - from) * sizeof(T));
  return true;
}

}  // namespace

bool TagIndex::add(SlotIndex slot, uint32_t tag) {
  if (!extend(firsts_, slot) || !extend(tags_, tag)) return false;
  const uint32_t at = firsts_[slot].tag == kNone ? slot : take_more(slot);
  if (at == kNone) return false;
  const uint32_t next = tags_[tag];
  pair(at) = {tag, kNone, next};
  if (next != kNone) pair(next).prev = at;
  tags_[tag] = at;
  return true;
}

// A further pair of a slot, or kNone when memory is exhausted.
uint32_t TagIndex::take_more(SlotIndex slot) {
  if (!extend(heads_, slot)) return kNone;
  uint32_t at = free_;
  if (at != kNone) {
    free_ = more_[at].next;
  } else {
    if (used_ == more_.size() && !more_.resize(used_ ? size_t{used_} * 2 : 64))
      return kNone;
    at = used_++;
  }
  more_[at].slot = slot;
  more_[at].next = heads_[slot];
  heads_[slot] = at;
  return at | kMore;
}

void TagIndex::unlink(uint32_t at) {
  const Pair gone = pair(at);
  if (gone.next != kNone) pair(gone.next).prev = gone.prev;
  if (gone.prev != kNone) {
    pair(gone.prev).next = gone.next;
  } else {
    tags_[gone.tag] = gone.next;
  }
}

void TagIndex::remove_all(SlotIndex slot) {
  unlink(slot);
  firsts_[slot].tag = kNone;
  if (slot >= heads_.size()) return;
  uint32_t at = heads_[slot];
  heads_[slot] = kNone;
  while (at != kNone) {
    unlink(at | kMore);
    const uint32_t next = more_[at].next;
    more_[at].next = free_;
    free_ = at;
    at = next;
  }
}

SlotIndex TagIndex::any(uint32_t tag) const {
  const uint32_t at = tag < tags_.size() ? tags_[tag] : kNone;
  if (at == kNone) return kNoSlot;
  return at & kMore ? more_[at & ~kMore].slot : at;
}

uint32_t TagIndex::tags_of(SlotIndex slot, uint32_t* out, uint32_t room) const {
  if (slot >= firsts_.size() || firsts_[slot].tag == kNone) return 0;
  uint32_t count = 0;
  uint32_t at = slot < heads_.size() ? heads_[slot] : kNone;
  for (; at != kNone && count < room; at = more_[at].next)
    out[count++] = more_[at].pair.tag;
  if (count < room) out[count++] = firsts_[slot].tag;
  return count;
}

void TagIndex::clear() {
  firsts_.truncate(0);
  heads_.truncate(0);
  tags_.truncate(0);
  used_ = 0;
  free_ = kNone;
}

}  // namespace apus::cache
