// Finds the entries that expire: a hierarchical timer wheel over slots
// (Varghese and Lauck, 1987). Six wheels of 64 buckets. An entry lies in the
// wheel of the highest digit in which its tick differs from now, and moves down
// a wheel when time reaches its bucket.
//
// A time that is postponed or cancelled is only noted: the slot stays in its
// bucket until the old time comes, and moves on then. Under churn, when a
// slot's new entry expires later than its last one, scheduling costs one store.
//
// Time is in ticks of the caller's choice and never goes back. Scheduling and
// cancelling O(1), expiring O(1) amortised per entry, empty time O(1). 16 bytes
// a slot up to the highest one scheduled. Owns its memory.
#ifndef APUS_CACHE_TIMER_WHEEL_H_
#define APUS_CACHE_TIMER_WHEEL_H_

#include <cstdint>

#include "apus/base/flat_array.h"
#include "apus/cache/slot.h"

namespace apus::cache {

class TimerWheel {
 public:
  static constexpr uint32_t kNever = 0xFFFFFFFF;

  TimerWheel() { clear(); }

  // Replaces an earlier time. kNever cancels. False when memory is exhausted:
  // the slot then has no time.
  bool schedule(SlotIndex slot, uint32_t tick) {
    if (slot >= nodes_.size()) return tick == kNever || reschedule(slot, tick);
    Node& node = nodes_[slot];
    if (node.prev == kIdle ? tick != kNever : tick < node.due)
      return reschedule(slot, tick);
    node.tick = tick;  // checked when its old time comes
    return true;
  }
  void cancel(SlotIndex slot) { schedule(slot, kNever); }

  // Advances to `now` and removes a slot whose tick has come. kNoSlot when no
  // such slot is left; kMoreRoom when `work` (steps, counted down) ran out
  // first: call again.
  SlotIndex expire(uint32_t now, uint32_t& work);

  // A tick before which nothing expires; kNever when nothing ever will.
  uint32_t next() const;

  void clear();

 private:
  static constexpr uint32_t kWheels = 6;
  // kHead + bucket: `prev` of a bucket's first.
  static constexpr uint32_t kHead = 0x80000000;
  // `prev` of a slot that is not scheduled.
  static constexpr uint32_t kIdle = 0xFFFFFFFF;
  static constexpr uint32_t kEnd = 0xFFFFFFFE;

  struct Node {
    uint32_t prev;
    uint32_t next;
    uint32_t tick;  // when it expires
    uint32_t due;   // the tick that chose its bucket
  };

  bool reschedule(SlotIndex slot, uint32_t tick);
  void link(SlotIndex slot);
  void unlink(SlotIndex slot);
  bool first_bucket(uint32_t& wheel, uint32_t& at, uint32_t& tick) const;

  FlatArray<Node> nodes_;
  uint32_t now_ = 0;
  uint64_t occupied_[kWheels];
  uint32_t heads_[kWheels * 64];
};

}  // namespace apus::cache

#endif  // APUS_CACHE_TIMER_WHEEL_H_
