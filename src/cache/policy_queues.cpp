// Entries and their queues: the path of every insertion, use and eviction.
#include <cassert>

#include "apus/cache/policy.h"

namespace apus::cache {

SlotIndex Policy::insert(uint32_t hash, uint32_t bytes, uint8_t priority) {
  if (!fits(bytes)) return kNoSlot;
  if (over(1, bytes) && !make_room(1, bytes)) return kMoreRoom;
  SlotIndex slot = take_slot();
  if (slot == kNoSlot && size_ > 0 && !victims_->full()) {
    evict();  // no memory: replace another entry
    slot = take_slot();
  }
  if (slot == kNoSlot) return kNoSlot;
  Slot& entry = slots_[slot];
  entry.bytes = bytes;
  entry.hash = hash;
  entry.frequency = 0;
  entry.priority = entry.credit = priority;
  if (priority != 0) priorities_ = true;
  Queue queue = kNew;
  if (kind_ >= PolicyKind::kS3Fifo) queue = queue_by_rule(hash);
  push_front(queue, slot);
  ++size_;
  bytes_ += bytes;
  return slot;
}

void Policy::touch(const SlotIndex* slots, uint32_t count) {
  if (kind_ == PolicyKind::kLru && !priorities_ && queue_size_[kNew] == size_) {
    // In registers: the first of the queue, and where the links are.
    Link* const links = links_.data();
    SlotIndex first = links[kNew].next;
    for (uint32_t i = 0; i < count; ++i) {
      const SlotIndex slot = slots[i];
      if (slot == first) continue;
      const Link link = links[slot];
      links[link.prev].next = link.next;
      links[link.next].prev = link.prev;
      links[slot] = {kNew, first};
      links[first].prev = slot;
      first = slot;
    }
    links[kNew].next = first;
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    Slot& entry = slots_[slots[i]];
    assert(entry.queue != kFree);
    entry.credit = entry.priority;
    touch_by_rule(slots[i]);
  }
}

void Policy::remove(SlotIndex slot) {
  Slot& entry = slots_[slot];
  assert(entry.queue != kFree);
  unlink(slot);
  bytes_ -= entry.bytes;
  --size_;
  entry.queue = kFree;
  links_[slot].next = free_;
  free_ = slot;
}

// Evicts until `entries` and `bytes` more would fit. False when the victims are
// full.
[[gnu::noinline]] bool Policy::make_room(uint32_t entries, uint64_t bytes) {
  while (over(entries, bytes)) {
    if (victims_->full()) return false;
    evict();
  }
  return true;
}

void Policy::evict() {
  for (;;) {
    const bool exact = kind_ == PolicyKind::kLru && queue_size_[kNew] == size_;
    const SlotIndex slot = exact ? tail(kNew) : choose();
    Slot& entry = slots_[slot];
    if (entry.credit == 0) {
      if (kind_ == PolicyKind::kS3Fifo && entry.queue == kNew)
        ghosts_.add(entry.hash);
      remove(slot);
      victims_->add(slot);
      return;
    }
    --entry.credit;
    move(static_cast<Queue>(entry.queue), slot);
  }
}

SlotIndex Policy::take_slot() {
  if (free_ != kNoSlot) {
    const SlotIndex slot = free_;
    free_ = links_[slot].next;
    return slot;
  }
  const size_t twice = size_t{used_} * 2;
  if (used_ == slots_.size() && !(links_.resize(twice) && slots_.resize(twice)))
    return kNoSlot;
  return used_++;
}

// Unlinks a slot without changing its queue's counts, for moves within the
// queue.
void Policy::take_out(SlotIndex slot) {
  const Link link = links_[slot];
  if (slot == hand_) hand_ = link.prev;
  links_[link.prev].next = link.next;
  links_[link.next].prev = link.prev;
}

void Policy::link(Queue queue, SlotIndex slot) {
  const SlotIndex first = links_[queue].next;
  links_[slot] = {queue, first};
  links_[first].prev = slot;
  links_[queue].next = slot;
}

void Policy::unlink(SlotIndex slot) {
  const Slot& entry = slots_[slot];
  take_out(slot);
  --queue_size_[entry.queue];
  queue_bytes_[entry.queue] -= entry.bytes;
}

void Policy::push_front(Queue queue, SlotIndex slot) {
  Slot& entry = slots_[slot];
  entry.queue = queue;
  link(queue, slot);
  ++queue_size_[queue];
  queue_bytes_[queue] += entry.bytes;
}

void Policy::move(Queue queue, SlotIndex slot) {
  unlink(slot);
  push_front(queue, slot);
}

}  // namespace apus::cache
