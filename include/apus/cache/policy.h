// Which entry of a cache has to go. Knows entries as slots (small integers)
// only: keys and values live with the caller, who learns the slots that lost
// their place from `victims()`.
//
// A hit is not reported at once: the caller collects the slots that were hit,
// in order, and passes them before the next decision (`touch`); until a
// decision is due nobody can tell the difference. (Caffeine's read buffer.)
//
// Every operation is O(1) amortised. 20 bytes an entry. Sizes in bytes.
// Not thread-safe; owns its memory; reads no clock, draws no random number.
#ifndef APUS_CACHE_POLICY_H_
#define APUS_CACHE_POLICY_H_

#include <cstdint>

#include "apus/cache/flat_array.h"

namespace apus {

using SlotIndex = uint32_t;

inline constexpr SlotIndex kNoSlot =
    0xFFFFFFFF;  // refused: larger than the budget, or no memory
inline constexpr SlotIndex kMoreRoom =
    0xFFFFFFFE;  // take the victims, then ask again

struct Budget {
  uint32_t entries = 0xFFFFFFF0;
  uint64_t bytes = UINT64_MAX;
};

class Policy {
 public:
  static constexpr uint32_t kVictims = 256;

  explicit Policy(Budget budget);

  // Makes room and takes a slot for a new entry. kNoSlot when it cannot fit;
  // nothing is evicted then. kMoreRoom when `victims()` is full.
  SlotIndex insert(uint32_t hash, uint32_t bytes, uint8_t priority);

  // A new value for a slot in use, which counts as a use of it. Victims may
  // follow; kNoSlot as above (the slot then stays as it was).
  SlotIndex update(SlotIndex slot, uint32_t bytes, uint8_t priority);

  // Corrects what an entry weighs; evicts nothing.
  void weigh(SlotIndex slot, uint32_t bytes);

  // Requires: slots in use. O(count).
  void touch(const SlotIndex* slots, uint32_t count);

  // Frees a slot in use.
  void remove(SlotIndex slot);

  // A new budget. Returns kMoreRoom while entries remain to be evicted.
  SlotIndex resize(Budget budget);

  // Frees all slots.
  void clear();

  // The slots that the last call evicted, free already. Their entries are gone
  // unless the caller reads them before its next call.
  const SlotIndex* victims() const { return victims_; }
  uint32_t victim_count() const { return victim_count_; }

  // Writes the slots in use, the one to be kept longest first (for LRU: by
  // recency), to `out`, which has room for size() of them. O(size()).
  void order(SlotIndex* out) const;

  uint32_t size() const { return size_; }
  uint64_t bytes() const { return bytes_; }
  uint32_t bytes_of(SlotIndex slot) const { return slots_[slot].bytes; }

 private:
  struct Slot {
    SlotIndex prev;
    SlotIndex next;
    uint32_t bytes;
    uint32_t hash;
    uint8_t queue;
    uint8_t frequency;
    uint8_t priority;
    uint8_t credit;  // how often it may still escape eviction
  };

  bool fits(uint32_t bytes) const {
    return bytes <= budget_.bytes && budget_.entries > 0;
  }
  bool over(uint32_t entries, uint64_t bytes) const {
    return size_ + entries > budget_.entries || bytes_ + bytes > budget_.bytes;
  }
  bool make_room(uint32_t entries, uint64_t bytes, SlotIndex keep);
  SlotIndex choose(SlotIndex keep);
  SlotIndex take_slot();
  void unlink(SlotIndex slot);
  void push_front(uint32_t queue, SlotIndex slot);

  Budget budget_;
  FlatArray<Slot> slots_;  // the first kQueues are the queues' sentinels
  SlotIndex free_ = kNoSlot;
  uint32_t used_ = 0;  // slots ever taken, sentinels included
  uint32_t size_ = 0;
  uint64_t bytes_ = 0;
  uint32_t victim_count_ = 0;
  SlotIndex victims_[kVictims];
};

}  // namespace apus

#endif  // APUS_CACHE_POLICY_H_
