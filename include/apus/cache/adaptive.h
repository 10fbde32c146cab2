// Which policy would win now: LRU, S3-FIFO and W-TinyLFU each run a shadow
// cache without values over those keys whose hash falls into a sample, scaled
// down as the sample is (Waldspurger et al., "Cache modeling and optimization
// using miniature simulations", 2017). The one with the most hits lately,
// older hits counting less and less, is the one to follow.
//
// Shadows of up to 4096 entries, about 60 bytes each, for each of the three.
// O(1) for each access, and most accesses of a large cache are not sampled.
#ifndef APUS_CACHE_ADAPTIVE_H_
#define APUS_CACHE_ADAPTIVE_H_

#include <cstdint>

#include "apus/cache/policy.h"

namespace apus {

// A cache of hashes.
class ShadowCache {
 public:
  ShadowCache(PolicyKind kind, uint32_t entries);
  bool access(uint32_t hash);  // was it a hit?
  bool usable() const { return table_.size() > 0; }

 private:
  uint32_t find(uint32_t hash) const;
  void erase(uint32_t hash);

  Victims victims_;
  Policy policy_;
  FlatArray<SlotIndex>
      table_;  // open addressing, linear probing; a power of two
};

class Adaptive {
 public:
  static constexpr uint32_t kKinds = 3;
  static constexpr PolicyKind kKind[kKinds] = {
      PolicyKind::kLru, PolicyKind::kS3Fifo, PolicyKind::kWTinyLfu};

  // For a cache of so many entries.
  explicit Adaptive(uint32_t entries);

  // False when memory was refused: nothing else may be called.
  bool usable() const {
    for (const ShadowCache& shadow : shadows_)
      if (!shadow.usable()) return false;
    return true;
  }

  // Tells of a hit or an insertion. True when `best()` has changed.
  bool access(uint32_t hash);

  PolicyKind best() const { return kKind[best_]; }

 private:
  uint32_t mask_;  // sampled are hashes with none of these bits
  ShadowCache shadows_[kKinds];
  double hits_[kKinds] = {};
  uint32_t epoch_;
  uint32_t left_;
  uint32_t best_ = 2;
};

}  // namespace apus

#endif  // APUS_CACHE_ADAPTIVE_H_
