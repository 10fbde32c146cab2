#include "apus/cache/adaptive.h"

#include <bit>

namespace apus {
namespace {

constexpr uint32_t kShadow = 4096;
constexpr double kFade = 0.75;  // what an epoch's hits count in the next
constexpr double kMargin =
    0.01;  // more hits than the present one's, in accesses, before changing
constexpr uint32_t kEmpty = kNoSlot;

uint32_t mix(uint32_t hash) {
  hash *= 0x85EBCA6Bu;
  return hash ^ hash >> 13;
}

// Of 2^n keys one is sampled, so that a shadow has at most kShadow entries.
uint32_t sampling(uint32_t entries) {
  return entries <= kShadow
             ? 0
             : static_cast<uint32_t>(std::bit_width((entries - 1) / kShadow));
}

}  // namespace

ShadowCache::ShadowCache(PolicyKind kind, uint32_t entries)
    : policy_(kind, {entries, UINT64_MAX}, &victims_) {
  const uint32_t places = std::bit_ceil(entries * 2 + 16);
  // All at once: nothing is refused later, in the middle of things.
  if (!policy_.usable() || !policy_.reserve(entries) || !table_.resize(places))
    return;
  for (uint32_t i = 0; i < places; ++i) table_[i] = kEmpty;
}

bool ShadowCache::access(uint32_t hash) {
  const SlotIndex found = table_[find(hash)];
  if (found != kEmpty) {
    policy_.touch(&found, 1);
    return true;
  }
  if (policy_.size() == policy_.budget().entries) {
    victims_.count = 0;
    policy_.evict();
    erase(policy_.hash_of(victims_.slots[0]));
  }
  const SlotIndex slot = policy_.insert(hash, 0, 0);
  if (slot != kNoSlot) table_[find(hash)] = slot;
  return false;
}

// Where a hash is, or the empty place where it would be.
uint32_t ShadowCache::find(uint32_t hash) const {
  uint32_t at = mix(hash) & (table_.size() - 1);
  while (table_[at] != kEmpty && policy_.hash_of(table_[at]) != hash) {
    at = (at + 1) & (table_.size() - 1);
  }
  return at;
}

// Closes the gap, so that no tombstones are needed.
void ShadowCache::erase(uint32_t hash) {
  const uint32_t mask = table_.size() - 1;
  uint32_t gap = find(hash);
  for (uint32_t at = (gap + 1) & mask; table_[at] != kEmpty;
       at = (at + 1) & mask) {
    const uint32_t home = mix(policy_.hash_of(table_[at])) & mask;
    if (((at - home) & mask) >= ((at - gap) & mask)) {
      table_[gap] = table_[at];
      gap = at;
    }
  }
  table_[gap] = kEmpty;
}

Adaptive::Adaptive(uint32_t entries)
    : mask_((1u << sampling(entries)) - 1),
      shadows_{{kKind[0], (entries >> sampling(entries)) + 1},
               {kKind[1], (entries >> sampling(entries)) + 1},
               {kKind[2], (entries >> sampling(entries)) + 1}},
      epoch_((entries >> sampling(entries)) / 2 + 100),
      left_(epoch_) {}

bool Adaptive::access(uint32_t hash) {
  // Other bits than those the shadows' tables and sketches lean on.
  if (((hash * 0xC2B2AE35u) >> 16 & mask_) != 0) return false;
  for (uint32_t i = 0; i < kKinds; ++i) hits_[i] += shadows_[i].access(hash);
  if (--left_ > 0) return false;
  left_ = epoch_;
  uint32_t most = best_;
  for (uint32_t i = 0; i < kKinds; ++i) {
    if (hits_[i] > hits_[most]) most = i;
  }
  const bool change = hits_[most] - hits_[best_] > kMargin * epoch_;
  if (change) best_ = most;
  for (double& hits : hits_) hits *= kFade;
  return change;
}

}  // namespace apus
