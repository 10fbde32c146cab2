// Chooses the entry of a cache to evict. Entries are slots (small integers);
// the caller has the keys and values. Calls append the slots that were evicted
// to the caller's list of victims.
//
// A hit need not be reported at once. The caller collects the slots that were
// hit, in order, and passes them before the next decision (`touch`). Until a
// decision is due, that makes no difference. (Caffeine's read buffer.)
//
//   kLru       exact least recently used
//   kFifo      first in, first out
//   kSieve     Zhang et al., "SIEVE is simpler than LRU", NSDI 2024
//   kS3Fifo    Yang et al., "FIFO queues are all you need for cache eviction",
//              SOSP 2023
//   kWTinyLfu  Einziger et al., "TinyLFU", 2017, with the adaptive window of
//              Einziger et al., "Adaptive software cache management", 2018
//
// Every operation is O(1) amortised, a change of policy included: the queues
// stay as they are, and the new policy drains those that it does not use. Only
// `imitate` and `order` take time for every entry. 20 bytes an entry; S3-FIFO's
// ghosts take 16 more, W-TinyLFU's sketch 16 to 32. Sizes in bytes. Not
// thread-safe; owns its memory; reads no clock, draws no random number.
#ifndef APUS_CACHE_POLICY_H_
#define APUS_CACHE_POLICY_H_

#include <cstdint>

#include "apus/base/flat_array.h"
#include "apus/cache/frequency_sketch.h"
#include "apus/cache/ghosts.h"
#include "apus/cache/slot.h"
#include "apus/cache/victims.h"

namespace apus::cache {

class ShadowCache;  // adaptive.h

enum class PolicyKind : uint8_t { kLru, kFifo, kSieve, kS3Fifo, kWTinyLfu };

struct Budget {
  uint32_t entries = kNoLimit;
  uint64_t bytes = UINT64_MAX;

  static constexpr uint32_t kNoLimit = 0xFFFFFFF0;
};

class Policy {
 public:
  // `victims` must outlive the policy.
  Policy(PolicyKind kind, Budget budget, Victims* victims);

  // Makes room and takes a slot for a new entry. kNoSlot when it cannot fit;
  // then nothing is evicted. kMoreRoom when the victims are full. By `hash`,
  // policies recognise keys that come back after they were evicted; LRU, FIFO
  // and SIEVE ignore it.
  SlotIndex insert(uint32_t hash, uint32_t bytes, uint8_t priority);

  // A new value for a slot in use. Counts as a use. When others must be evicted
  // for it, it moves to the front of its queue. kNoSlot as above: the slot
  // stays as it was.
  SlotIndex update(SlotIndex slot, uint32_t bytes, uint8_t priority);

  // Corrects an entry's size; evicts nothing.
  void weigh(SlotIndex slot, uint32_t bytes);

  // Requires: slots in use. O(count).
  void touch(const SlotIndex* slots, uint32_t count);

  // Frees a slot in use.
  void remove(SlotIndex slot);

  // Evicts the entry that the policy chooses; entries with credit left move to
  // the front instead. The victim's slot is free afterwards: the caller reads
  // its entry before the next call. Requires: size() > 0.
  void evict();

  // A new budget. Returns kMoreRoom while entries remain to be evicted.
  SlotIndex resize(Budget budget);

  // Entries stay. O(1).
  void set_kind(PolicyKind kind);

  // Takes over a shadow's kind, queues, counts and ghosts. Entries that the
  // shadow does not have are the next to be evicted, unless they are used
  // before. Without memory, as set_kind. O(size() + the shadow's size()).
  // `twins` has a place for each of the shadow's slots; it learns which slot
  // here has the same entry, or kNoSlot.
  void imitate(const ShadowCache& shadow, SlotIndex* twins);

  // Marks the next entry to evict, after those abandoned before, unless it is
  // used.
  // Requires: a slot in use.
  void abandon(SlotIndex slot) { move(kLeft, slot); }

  // Frees all slots.
  void clear();

  // Writes the slots in use, the most recently used first (exact for LRU, else
  // as far as the policy knows), to `out`, which has room for size().
  // O(size()).
  void order(SlotIndex* out) const;

  PolicyKind kind() const { return kind_; }
  // False when memory was refused at construction; then call nothing else.
  bool usable() const {
    return links_.size() > kQueues && slots_.size() > kQueues;
  }
  // Reserves memory for that many entries.
  bool reserve(uint32_t entries);
  const Budget& budget() const { return budget_; }
  uint32_t size() const { return size_; }
  uint64_t bytes() const { return bytes_; }
  // Whether the slot is in use. Any number is allowed.
  bool has(SlotIndex slot) const {
    return slot >= kQueues && slot < used_ && slots_[slot].queue != kFree;
  }
  uint32_t bytes_of(SlotIndex slot) const { return slots_[slot].bytes; }
  uint32_t hash_of(SlotIndex slot) const { return slots_[slot].hash; }
  // Above all slots in use.
  SlotIndex slot_limit() const { return slots_.size(); }
  uint64_t taken() const {
    return uint64_t{slots_.size()} * (sizeof(Link) + sizeof(Slot));
  }
  uint8_t priority_of(SlotIndex slot) const { return slots_[slot].priority; }
  void set_hash(SlotIndex slot, uint32_t hash) { slots_[slot].hash = hash; }

 private:
  // LRU, FIFO and SIEVE use the first queue; entries that another policy left
  // in the next two count as older.
  enum Queue : uint8_t {
    kNew,        // S3-FIFO's small queue, W-TinyLFU's window
    kMain,       // S3-FIFO's main queue, W-TinyLFU's probation
    kProtected,  // W-TinyLFU
    kLeft,       // entries that the imitated shadow does not have
    kQueues,
    kFree = 255  // of a slot that is not in use
  };

  // Separate from the rest of an entry, because most uses touch nothing else.
  struct Link {
    SlotIndex prev;  // towards the front, where entries enter
    SlotIndex next;
  };
  struct Slot {
    uint32_t bytes;
    uint32_t hash;
    uint8_t queue;
    uint8_t frequency;
    uint8_t priority;
    uint8_t credit;  // how many evictions it still survives
  };

  bool fits(uint32_t bytes) const {
    return bytes <= budget_.bytes && budget_.entries > 0;
  }
  bool over(uint32_t entries, uint64_t bytes) const {
    return size_ + entries > budget_.entries || bytes_ + bytes > budget_.bytes;
  }
  bool make_room(uint32_t entries, uint64_t bytes);
  void touch_by_rule(SlotIndex slot);
  Queue queue_by_rule(uint32_t hash);
  SlotIndex choose();
  SlotIndex choose_sieve();
  SlotIndex choose_s3_fifo();
  SlotIndex choose_w_tiny_lfu();
  SlotIndex last_of_main();
  bool reached(Queue queue, double share) const;
  void touch_w_tiny_lfu(SlotIndex slot);
  void count(uint32_t hash, bool hit);
  void climb();
  // The budget's entries, or without one the present ones.
  uint32_t entries() const {
    return budget_.entries == Budget::kNoLimit ? size_ : budget_.entries;
  }
  SlotIndex take_slot();
  SlotIndex tail(Queue queue) const { return links_[queue].prev; }
  bool empty(Queue queue) const { return links_[queue].prev == queue; }
  SlotIndex oldest() const {
    if (!empty(kMain)) return tail(kMain);
    return empty(kProtected) ? tail(kNew) : tail(kProtected);
  }
  void unlink(SlotIndex slot);
  void link(Queue queue, SlotIndex slot);
  void push_front(Queue queue, SlotIndex slot);
  void take_out(SlotIndex slot);
  void move(Queue queue, SlotIndex slot);

  PolicyKind kind_;
  Budget budget_;
  FlatArray<Link> links_;  // the first kQueues are the queues' sentinels
  FlatArray<Slot> slots_;
  SlotIndex free_ = kNoSlot;
  uint32_t used_ = 0;  // slots ever taken, sentinels included
  uint32_t size_ = 0;
  bool priorities_ = false;  // whether any entry ever had credit
  uint64_t bytes_ = 0;
  uint32_t queue_size_[kQueues];
  uint64_t queue_bytes_[kQueues];
  SlotIndex hand_ = 0;  // SIEVE's
  Ghosts ghosts_;       // S3-FIFO's
  FrequencySketch sketch_;
  struct Climb {
    // W-TinyLFU's share of newcomers, and how it climbs.
    double window = 0.01;
    double step = 0.0625;
    double last_ratio = 0;
    uint32_t hits = 0;
    uint32_t count = 0;
  } climb_;
  Victims* victims_;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_POLICY_H_
