// Runs a trace of keys through an Engine and counts hits.
#ifndef APUS_TESTS_CACHE_HIT_RATIO_H_
#define APUS_TESTS_CACHE_HIT_RATIO_H_

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "apus/cache/engine.h"

namespace apus::cache {

// Keys numbered from 0, so that a cache finds them in an array.
class Trace {
 public:
  void add(uint32_t key) {
    const auto number = static_cast<uint32_t>(numbers_.size());
    keys_.push_back(numbers_.try_emplace(key, number).first->second);
  }

  // In percent, in a cache of that many entries. The seed is that of the keys'
  // hashes.
  double hit_ratio(uint32_t kind, uint32_t size, uint32_t seed = 0) const {
    Victims victims;
    Engine engine(kind, {size, UINT64_MAX}, &victims);
    std::vector<SlotIndex> slot_of(numbers_.size(), kNoSlot);
    std::vector<uint32_t> key_of;
    uint64_t hits = 0;
    for (const uint32_t key : keys_) {
      SlotIndex& slot = slot_of[key];
      if (slot != kNoSlot) {
        engine.touch(&slot, 1);
        ++hits;
        continue;
      }
      const SlotIndex taken =
          engine.insert(mix(key ^ seed), 0, 0, TimerWheel::kNever);
      for (uint32_t i = 0; i < victims.count; ++i)
        slot_of[key_of[victims.slots[i]]] = kNoSlot;
      slot = taken;
      if (taken >= key_of.size()) key_of.resize(taken + 1);
      key_of[taken] = key;
    }
    return 100.0 * static_cast<double>(hits) /
           static_cast<double>(keys_.size());
  }

 private:
  static uint32_t mix(uint32_t key) {
    key = (key ^ key >> 16) * 0x7FEB352Du;
    key = (key ^ key >> 15) * 0x846CA68Bu;
    return key ^ key >> 16;
  }

  std::vector<uint32_t> keys_;
  std::unordered_map<uint32_t, uint32_t> numbers_;
};

}  // namespace apus::cache

#endif  // APUS_TESTS_CACHE_HIT_RATIO_H_
