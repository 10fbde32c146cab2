// Finds the policy that does best now: LRU, SIEVE, S3-FIFO and W-TinyLFU each
// run a shadow cache, which has hashes but no values. A cache of up to 16,000
// entries has shadows of its own size. For a larger cache, shadows cover a
// sample of the hashes and are scaled down accordingly (Waldspurger et al.,
// "Cache modeling and optimization using miniature simulations", 2017).
//
// Policies are compared in pairs, by the accesses that one hit and the other
// missed. Older accesses count less: a third, once six times as many accesses
// as there are entries have followed. The cache changes to another policy when
// that one has gained more hits than 3% of the entries, which is the cost of
// refilling, and when the gain is three standard deviations from chance
// (McNemar's test). It then continues from the shadow's state
// (Policy::imitate). From then on, entries that the shadow evicts are evicted
// next here, so that the cache converges to the shadow's entries (Subramanian
// et al., "Adaptive caches", 2006). From a sampled shadow it takes only the
// kind.
//
// Memory: 136 to 268 bytes (arrays grow by doubling) for each entry of a
// shadow, all four together, and 2.5 MB at most. O(1) for each access;
// O(entries) for a change.
#ifndef APUS_CACHE_ADAPTIVE_H_
#define APUS_CACHE_ADAPTIVE_H_

#include <cstdint>

#include "apus/cache/policy.h"

namespace apus::cache {

// A cache of hashes.
class ShadowCache {
 public:
  ShadowCache(PolicyKind kind, uint32_t entries);
  ~ShadowCache();  // not inline: four of them
  // Returns whether it was a hit.
  bool access(uint32_t hash);
  bool usable() const { return table_.size() > 0; }

  // kNoSlot when it is absent.
  SlotIndex slot_of(uint32_t hash) const { return table_[find(hash)]; }
  const Policy& policy() const { return policy_; }

  // The slot that the last access freed, or kNoSlot, and the hash it had.
  SlotIndex victim() const {
    return victims_.count > 0 ? victims_.slots[0] : kNoSlot;
  }
  uint32_t lost() const { return lost_; }

 private:
  uint32_t find(uint32_t hash) const;
  void erase(uint32_t hash);

  Victims victims_;
  Policy policy_;
  // Open addressing, linear probing; a power of two.
  FlatArray<SlotIndex> table_;
  uint32_t lost_ = 0;
};

class Adaptive {
 public:
  static constexpr uint32_t kKinds = 4;
  static constexpr PolicyKind kKind[kKinds] = {
      PolicyKind::kLru, PolicyKind::kSieve, PolicyKind::kS3Fifo,
      PolicyKind::kWTinyLfu};

  // For a cache of that many entries.
  explicit Adaptive(uint32_t entries);
  ~Adaptive();

  // False when memory was refused; then call nothing else.
  bool usable() const;

  // Reports a hit in the cache of `policy`, or an insertion to come (kNoSlot),
  // whose slot `hold` reports afterwards. Changes `policy` to the best kind
  // when that changes.
  void access(uint32_t hash, SlotIndex slot, Policy& policy);
  void hold(uint32_t hash, SlotIndex slot);

  PolicyKind best() const { return kKind[best_]; }

  // Starts with the kind that an earlier judge found best. Requires: of kKind.
  void follow(PolicyKind kind);

  // The entries of the cache that it serves.
  uint32_t entries() const { return entries_ * (mask_ + 1); }

 private:
  uint32_t mask_;  // hashes with none of these bits are sampled
  uint32_t entries_;
  ShadowCache shadows_[kKinds];
  FlatArray<SlotIndex> twins_;        // of the best shadow's slots, the cache's
  double only_[kKinds][kKinds] = {};  // hits of one that the other missed
  uint32_t epoch_;
  uint32_t left_;
  uint32_t best_;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_ADAPTIVE_H_
