#include "apus/cache/timer_wheel.h"

#include <bit>

namespace apus::cache {

void TimerWheel::clear() {
  for (uint64_t& bits : occupied_) bits = 0;
  for (uint32_t& head : heads_) head = kEnd;
  for (uint32_t slot = 0; slot < nodes_.size(); ++slot)
    nodes_[slot].prev = kIdle;
}

bool TimerWheel::reschedule(SlotIndex slot, uint32_t tick) {
  uint32_t from = nodes_.size();
  if (slot >= from) {
    if (!nodes_.resize(slot < 64 ? 128 : size_t{slot} * 2)) return false;
    for (; from < nodes_.size(); ++from) nodes_[from].prev = kIdle;
  }
  if (nodes_[slot].prev != kIdle) unlink(slot);
  nodes_[slot].tick = tick;
  if (tick != kNever) link(slot);
  return true;
}

void TimerWheel::unlink(SlotIndex slot) {
  Node& node = nodes_[slot];
  if (node.next != kEnd) nodes_[node.next].prev = node.prev;
  if (node.prev < kHead) {
    nodes_[node.prev].next = node.next;
  } else {
    const uint32_t bucket = node.prev - kHead;
    heads_[bucket] = node.next;
    if (node.next == kEnd)
      occupied_[bucket / 64] &= ~(uint64_t{1} << bucket % 64);
  }
  node.prev = kIdle;
}

SlotIndex TimerWheel::expire(uint32_t now, uint32_t& work) {
  for (;;) {
    uint32_t wheel, at, tick;
    if (!first_bucket(wheel, at, tick) || tick > now) {
      if (now > now_) now_ = now;
      return kNoSlot;
    }
    if (work == 0) return kMoreRoom;
    --work;
    if (tick > now_) now_ = tick;
    const SlotIndex slot = heads_[wheel * 64 + at];
    unlink(slot);
    if (nodes_[slot].tick <= now_) return slot;
    if (nodes_[slot].tick != kNever) link(slot);
  }
}

uint32_t TimerWheel::next() const {
  uint32_t wheel, at, tick;
  return first_bucket(wheel, at, tick) ? tick : kNever;
}

void TimerWheel::link(SlotIndex slot) {
  Node& node = nodes_[slot];
  node.due = node.tick;
  const uint32_t tick = node.tick < now_ ? now_ : node.tick;
  const auto differing = static_cast<uint32_t>(std::bit_width(tick ^ now_));
  const uint32_t wheel = differing == 0 ? 0 : (differing - 1) / 6;
  const uint32_t at = tick >> 6 * wheel & 63;
  const uint32_t bucket = wheel * 64 + at;
  node.prev = kHead + bucket;
  node.next = heads_[bucket];
  if (node.next != kEnd) nodes_[node.next].prev = slot;
  heads_[bucket] = slot;
  occupied_[wheel] |= uint64_t{1} << at;
}

// The first bucket in time that has entries, and the tick at which it begins.
// A bucket of a higher wheel that time has reached comes first: it still has
// entries because work ran out. Otherwise all of a lower wheel comes before a
// higher one.
bool TimerWheel::first_bucket(uint32_t& wheel, uint32_t& at,
                              uint32_t& tick) const {
  for (wheel = 1; wheel < kWheels; ++wheel) {
    at = now_ >> 6 * wheel & 63;
    tick = now_;
    if (occupied_[wheel] >> at & 1) return true;
  }
  for (wheel = 0; wheel < kWheels; ++wheel) {
    if (occupied_[wheel] == 0) continue;
    at = static_cast<uint32_t>(std::countr_zero(occupied_[wheel]));
    const uint32_t below = 6 * wheel;
    const uint32_t above =
        below + 6 < 32 ? now_ >> (below + 6) << (below + 6) : 0;
    tick = above | at << below;
    return true;
  }
  return false;
}

}  // namespace apus::cache
