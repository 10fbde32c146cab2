// The decisions of a cache, over slots: which entry to evict (Policy, or the
// policy that Adaptive finds best), which entries have expired (TimerWheel),
// which have a tag (TagIndex). Every part forgets an entry that leaves.
//
// Calls that take entries out first empty the list of victims, then fill it.
// They return kMoreRoom when it is full and there are more: read it, then call
// again.
// The parts determine the costs. Not thread-safe.
#ifndef APUS_CACHE_ENGINE_H_
#define APUS_CACHE_ENGINE_H_

#include <cstdint>

#include "apus/cache/adaptive.h"
#include "apus/cache/policy.h"
#include "apus/cache/tag_index.h"
#include "apus/cache/timer_wheel.h"
#include "apus/cache/victims.h"

namespace apus::cache {

class Engine {
 public:
  // A kind in addition to those of PolicyKind.
  static constexpr uint32_t kAdaptive = 5;

  // `victims` must outlive the engine.
  Engine(uint32_t kind, Budget budget, Victims* victims);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  bool usable() const { return policy_.usable(); }

  // As Policy's; `tick` is when the entry expires (TimerWheel::kNever: not).
  SlotIndex insert(uint32_t hash, uint32_t bytes, uint8_t priority,
                   uint32_t tick);
  SlotIndex update(SlotIndex slot, uint32_t bytes, uint8_t priority,
                   uint32_t tick);
  void touch(const SlotIndex* slots, uint32_t count);
  void remove(SlotIndex slot);
  SlotIndex resize(Budget budget);
  void set_kind(uint32_t kind);
  void clear();

  // Evicts one entry, if there is any. Appends to the victims.
  void evict_one();

  // Removes entries whose tick has come, in at most `work` steps.
  SlotIndex expire(uint32_t now, uint32_t work);

  // Removes entries with the tag.
  SlotIndex remove_tagged(uint32_t tag);

  bool tag(SlotIndex slot, uint32_t tag) { return tags_.add(slot, tag); }
  const TagIndex& tags() const { return tags_; }
  uint32_t next_expiry() const { return wheel_.next(); }
  Policy& policy() { return policy_; }
  const Policy& policy() const { return policy_; }

 private:
  void judge(uint32_t entries);
  uint32_t capacity() const;
  void fit();
  void saw(uint32_t hash, SlotIndex slot);
  void forget_victims(uint32_t from = 0);
  void forget(SlotIndex slot);

  Victims* victims_;
  Policy policy_;
  TimerWheel wheel_;
  TagIndex tags_;
  Adaptive* adaptive_ = nullptr;  // owned
  // Whether the next insertion repeats one that needed more room.
  bool again_ = false;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_ENGINE_H_
