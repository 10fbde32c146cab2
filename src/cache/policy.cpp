#include "apus/cache/policy.h"

#include <cassert>
#include <initializer_list>

// The calls off the hot path. Insertions, uses and evictions are in
// policy_queues.cpp, the rules of the cleverer policies in policy_rules.cpp.

namespace apus::cache {

Policy::Policy(PolicyKind kind, Budget budget, Victims* victims)
    : kind_(kind), budget_(budget), victims_(victims) {
  clear();
  set_kind(kind);
}

void Policy::clear() {
  if (!usable() && !(links_.resize(64) && slots_.resize(64))) return;
  for (SlotIndex queue = 0; queue < kQueues; ++queue) {
    links_[queue] = {queue, queue};
    queue_size_[queue] = 0;
    queue_bytes_[queue] = 0;
  }
  free_ = kNoSlot;
  priorities_ = false;
  used_ = kQueues;
  size_ = 0;
  bytes_ = 0;
  hand_ = 0;
}

bool Policy::reserve(uint32_t entries) {
  const size_t slots = size_t{entries} + kQueues;
  return slots <= slots_.size() ||
         (links_.resize(slots) && slots_.resize(slots));
}

void Policy::set_kind(PolicyKind kind) {
  kind_ = kind;
  hand_ = 0;
  if (kind == PolicyKind::kS3Fifo) ghosts_.ensure(entries());
  if (kind == PolicyKind::kWTinyLfu) sketch_.ensure(entries());
}

SlotIndex Policy::update(SlotIndex slot, uint32_t bytes, uint8_t priority) {
  if (!fits(bytes)) return kNoSlot;
  assert(slots_[slot].queue != kFree);
  weigh(slot, bytes);
  slots_[slot].priority = priority;
  if (priority != 0) priorities_ = true;
  touch(&slot, 1);
  if (!over(0, 0)) return slot;
  // Others are evicted for it, so it leaves its queue meanwhile.
  const auto queue = static_cast<Queue>(slots_[slot].queue);
  unlink(slot);
  const bool enough = make_room(0, 0);
  push_front(queue, slot);
  return enough ? slot : kMoreRoom;
}

void Policy::weigh(SlotIndex slot, uint32_t bytes) {
  Slot& entry = slots_[slot];
  queue_bytes_[entry.queue] = queue_bytes_[entry.queue] + bytes - entry.bytes;
  bytes_ = bytes_ + bytes - entry.bytes;
  entry.bytes = bytes;
}

SlotIndex Policy::resize(Budget budget) {
  budget_ = budget;
  set_kind(kind_);
  return make_room(0, 0) ? 0 : kMoreRoom;
}

void Policy::order(SlotIndex* out) const {
  for (const Queue queue : {kNew, kProtected, kMain, kLeft}) {
    for (SlotIndex slot = links_[queue].next; slot != queue;
         slot = links_[slot].next) {
      *out++ = slot;
    }
  }
}

}  // namespace apus::cache
