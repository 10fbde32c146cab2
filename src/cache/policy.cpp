#include "apus/cache/policy.h"

#include <cassert>

namespace apus {
namespace {
constexpr uint32_t kQueues = 3;
constexpr uint8_t kFree = 255;  // queue of a slot that is not in use
}  // namespace

Policy::Policy(Budget budget) : budget_(budget) { clear(); }

void Policy::clear() {
  if (slots_.size() < kQueues && !slots_.resize(64)) std::abort();
  for (SlotIndex queue = 0; queue < kQueues; ++queue) {
    slots_[queue] = {queue, queue, 0, 0, static_cast<uint8_t>(queue), 0, 0, 0};
  }
  free_ = kNoSlot;
  used_ = kQueues;
  size_ = 0;
  bytes_ = 0;
  victim_count_ = 0;
}

SlotIndex Policy::insert(uint32_t hash, uint32_t bytes, uint8_t priority) {
  victim_count_ = 0;
  if (!fits(bytes)) return kNoSlot;
  if (!make_room(1, bytes, kNoSlot)) return kMoreRoom;
  const SlotIndex slot = take_slot();
  if (slot == kNoSlot) return kNoSlot;
  Slot& entry = slots_[slot];
  entry.bytes = bytes;
  entry.hash = hash;
  entry.frequency = 0;
  entry.priority = entry.credit = priority;
  push_front(0, slot);
  ++size_;
  bytes_ += bytes;
  return slot;
}

SlotIndex Policy::update(SlotIndex slot, uint32_t bytes, uint8_t priority) {
  victim_count_ = 0;
  if (!fits(bytes)) return kNoSlot;
  Slot& entry = slots_[slot];
  assert(entry.queue != kFree);
  weigh(slot, bytes);
  entry.priority = entry.credit = priority;
  touch(&slot, 1);
  return make_room(0, 0, slot) ? slot : kMoreRoom;
}

void Policy::weigh(SlotIndex slot, uint32_t bytes) {
  bytes_ += bytes;
  bytes_ -= slots_[slot].bytes;
  slots_[slot].bytes = bytes;
}

void Policy::touch(const SlotIndex* slots, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const SlotIndex slot = slots[i];
    Slot& entry = slots_[slot];
    assert(entry.queue != kFree);
    entry.credit = entry.priority;
    if (slots_[0].next == slot) continue;
    unlink(slot);
    push_front(0, slot);
  }
}

void Policy::remove(SlotIndex slot) {
  Slot& entry = slots_[slot];
  assert(entry.queue != kFree);
  unlink(slot);
  bytes_ -= entry.bytes;
  --size_;
  entry.queue = kFree;
  entry.next = free_;
  free_ = slot;
}

SlotIndex Policy::resize(Budget budget) {
  victim_count_ = 0;
  budget_ = budget;
  return make_room(0, 0, kNoSlot) ? 0 : kMoreRoom;
}

void Policy::order(SlotIndex* out) const {
  for (SlotIndex slot = slots_[0].next; slot != 0; slot = slots_[slot].next)
    *out++ = slot;
}

// Evicts until `entries` and `bytes` more would fit. False when victims_ is
// full.
bool Policy::make_room(uint32_t entries, uint64_t bytes, SlotIndex keep) {
  while (over(entries, bytes)) {
    if (victim_count_ == kVictims) return false;
    const SlotIndex victim = choose(keep);
    remove(victim);
    victims_[victim_count_++] = victim;
  }
  return true;
}

// The least recently used entry but `keep`; one with credit left escapes to the
// front.
SlotIndex Policy::choose(SlotIndex keep) {
  for (;;) {
    SlotIndex slot = slots_[0].prev;
    if (slot == keep) slot = slots_[slot].prev;
    assert(slot >= kQueues);
    if (slots_[slot].credit == 0) return slot;
    --slots_[slot].credit;
    unlink(slot);
    push_front(0, slot);
  }
}

SlotIndex Policy::take_slot() {
  if (free_ != kNoSlot) {
    const SlotIndex slot = free_;
    free_ = slots_[slot].next;
    return slot;
  }
  if (used_ == slots_.size() && !slots_.resize(size_t{used_} * 2))
    return kNoSlot;
  return used_++;
}

void Policy::unlink(SlotIndex slot) {
  const Slot& entry = slots_[slot];
  slots_[entry.prev].next = entry.next;
  slots_[entry.next].prev = entry.prev;
}

void Policy::push_front(uint32_t queue, SlotIndex slot) {
  Slot& entry = slots_[slot];
  entry.queue = static_cast<uint8_t>(queue);
  entry.prev = queue;
  entry.next = slots_[queue].next;
  slots_[entry.next].prev = slot;
  slots_[queue].next = slot;
}

}  // namespace apus
