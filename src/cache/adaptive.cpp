#include "apus/cache/adaptive.h"

#include <bit>
#include <cstring>

namespace apus::cache {
namespace {

// Entries and sentinels of 2^14 slots.
constexpr uint32_t kShadow = 16000;
// The weight of an epoch's hits in the next one.
constexpr double kFade = 0.98;
// A change must gain this share of the entries, and be this many standard
// deviations from chance.
constexpr double kMargin = 0.03;
constexpr double kDeviations = 3;
// S3-FIFO is the better start below.
constexpr uint32_t kTiny = 64;
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
  const uint32_t places = std::bit_ceil(entries + entries / 2 + 16);
  // All at once, so that nothing is refused later in the middle of an
  // operation.
  if (!policy_.usable() || !policy_.reserve(entries) || !table_.resize(places))
    return;
  for (uint32_t i = 0; i < places; ++i) table_[i] = kEmpty;
}

ShadowCache::~ShadowCache() = default;

bool ShadowCache::access(uint32_t hash) {
  victims_.count = 0;
  const SlotIndex found = table_[find(hash)];
  if (found != kEmpty) {
    policy_.touch(&found, 1);
    return true;
  }
  if (policy_.size() == policy_.budget().entries) {
    policy_.evict();
    lost_ = policy_.hash_of(victims_.slots[0]);
    erase(lost_);
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

void Policy::imitate(const ShadowCache& shadow, SlotIndex* twins) {
  const Policy& model = shadow.policy();
  set_kind(model.kind_);
  std::memset(twins, 0xFF, model.used_ * sizeof *twins);  // kNoSlot
  for (const Queue queue : {kMain, kProtected, kNew}) {
    while (!empty(queue)) move(kLeft, tail(queue));
  }
  for (SlotIndex slot = tail(kLeft); slot != kLeft; slot = links_[slot].prev) {
    const SlotIndex twin = shadow.slot_of(slots_[slot].hash);
    if (twin != kNoSlot) twins[twin] = slot;
  }
  for (SlotIndex queue = 0; queue < kLeft; ++queue) {
    for (SlotIndex twin = model.tail(static_cast<Queue>(queue)); twin != queue;
         twin = model.links_[twin].prev) {
      const SlotIndex slot = twins[twin];
      if (slot == kNoSlot) continue;
      move(static_cast<Queue>(queue), slot);
      slots_[slot].frequency = model.slots_[twin].frequency;
      if (twin == model.hand_) hand_ = slot;
    }
  }
  climb_ = model.climb_;
  ghosts_.copy(model.ghosts_);
  sketch_.copy(model.sketch_);
}

Adaptive::Adaptive(uint32_t entries)
    : mask_((1u << sampling(entries)) - 1),
      entries_(entries >> sampling(entries)),
      shadows_{{kKind[0], entries_},
               {kKind[1], entries_},
               {kKind[2], entries_},
               {kKind[3], entries_}},
      epoch_(entries_ / 8 + 50),
      left_(epoch_),
      best_(entries_ < kTiny ? 2 : 3) {
  if (mask_ != 0) return;
  const uint32_t slots = shadows_[0].policy().slot_limit();
  if (twins_.resize(slots))
    std::memset(twins_.data(), 0xFF, slots * sizeof(SlotIndex));  // kNoSlot
}

Adaptive::~Adaptive() = default;

bool Adaptive::usable() const {
  for (const ShadowCache& shadow : shadows_)
    if (!shadow.usable()) return false;
  return mask_ != 0 || twins_.size() > 0;
}

void Adaptive::follow(PolicyKind kind) {
  best_ = 0;
  while (kKind[best_] != kind) ++best_;
}

void Adaptive::access(uint32_t hash, SlotIndex slot, Policy& policy) {
  // Bits that the shadows' tables and sketches use less.
  if (((hash * 0xC2B2AE35u) >> 16 & mask_) != 0) return;
  bool hit[kKinds];
  for (uint32_t i = 0; i < kKinds; ++i) hit[i] = shadows_[i].access(hash);
  if (mask_ == 0 && !hit[best_]) {
    const ShadowCache& shadow = shadows_[best_];
    const SlotIndex lost = shadow.victim();
    if (lost != kNoSlot) {
      const SlotIndex twin = twins_[lost];
      if (policy.has(twin) && policy.hash_of(twin) == shadow.lost())
        policy.abandon(twin);
    }
    if (slot != kNoSlot) hold(hash, slot);
  }
  for (uint32_t i = 0; i < kKinds; ++i) {
    for (uint32_t j = 0; j < kKinds; ++j) only_[i][j] += hit[i] > hit[j];
  }
  if (--left_ > 0) return;
  left_ = epoch_;
  const uint32_t present = best_;
  double most = kMargin * entries_;
  for (uint32_t i = 0; i < kKinds; ++i) {
    const double more = only_[i][present];
    const double less = only_[present][i];
    const double gain = more - less;
    if (gain <= most ||
        gain * gain <= kDeviations * kDeviations * (more + less))
      continue;
    most = gain;
    best_ = i;
  }
  for (auto& row : only_) {
    for (double& hits : row) hits *= kFade;
  }
  if (best_ == present) return;
  if (mask_ == 0) return policy.imitate(shadows_[best_], twins_.data());
  policy.set_kind(best());
}

void Adaptive::hold(uint32_t hash, SlotIndex slot) {
  if (mask_ != 0) return;
  const SlotIndex twin = shadows_[best_].slot_of(hash);
  if (twin != kNoSlot) twins_[twin] = slot;
}

}  // namespace apus::cache
