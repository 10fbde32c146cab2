// The rules of SIEVE, S3-FIFO and W-TinyLFU: the effect of a use, the place of
// a newcomer, and the choice of the victim.
#include <cassert>

#include "apus/cache/policy.h"

namespace apus::cache {
namespace {

constexpr double kSmallShare = 0.1;
constexpr double kProtectedShare = 0.8;  // of the entries outside the window
constexpr uint32_t kDrain = 8;  // surplus newcomers moved on at each eviction

}  // namespace

void Policy::touch_by_rule(SlotIndex slot) {
  Slot& entry = slots_[slot];
  if (entry.queue == kLeft) {
    entry.frequency = 0;
    const bool has_rule = kind_ >= PolicyKind::kS3Fifo;
    return move(has_rule ? queue_by_rule(entry.hash) : kNew, slot);
  }
  if (kind_ == PolicyKind::kLru) move(kNew, slot);
  if (kind_ == PolicyKind::kSieve) entry.frequency = 1;
  if (kind_ == PolicyKind::kS3Fifo && entry.frequency < 3) ++entry.frequency;
  if (kind_ == PolicyKind::kWTinyLfu) touch_w_tiny_lfu(slot);
}

void Policy::touch_w_tiny_lfu(SlotIndex slot) {
  const Slot& entry = slots_[slot];
  count(entry.hash, true);
  if (entry.queue == kNew) return move(kNew, slot);
  move(kProtected, slot);
  while (reached(kProtected, kProtectedShare * (1 - climb_.window)) &&
         tail(kProtected) != slot) {
    move(kMain, tail(kProtected));
  }
}

Policy::Queue Policy::queue_by_rule(uint32_t hash) {
  if (kind_ == PolicyKind::kS3Fifo) return ghosts_.take(hash) ? kMain : kNew;
  count(hash, false);
  if (!empty(kNew) && reached(kNew, climb_.window)) move(kMain, tail(kNew));
  return kNew;
}

SlotIndex Policy::choose() {
  assert(size_ > 0);
  if (!empty(kLeft)) return tail(kLeft);
  if (kind_ == PolicyKind::kS3Fifo) return choose_s3_fifo();
  if (kind_ == PolicyKind::kWTinyLfu) return choose_w_tiny_lfu();
  return kind_ == PolicyKind::kSieve && empty(kMain) && empty(kProtected)
             ? choose_sieve()
             : oldest();
}

// The hand moves from the oldest towards the newest entry, clears marks, and
// stops at the first entry without one.
SlotIndex Policy::choose_sieve() {
  SlotIndex slot = hand_ == 0 ? tail(kNew) : hand_;
  while (slots_[slot].frequency != 0) {
    slots_[slot].frequency = 0;
    slot = links_[slot].prev;
    if (slot == 0) slot = tail(kNew);
  }
  hand_ = slot;
  return slot;
}

SlotIndex Policy::choose_s3_fifo() {
  while (!empty(kNew) &&
         (reached(kNew, kSmallShare) || (empty(kMain) && empty(kProtected)))) {
    const SlotIndex slot = tail(kNew);
    if (slots_[slot].frequency < 2) return slot;
    slots_[slot].frequency = 0;
    move(kMain, slot);
  }
  for (;;) {
    const SlotIndex slot = last_of_main();
    if (slot == kNoSlot) return tail(kNew);
    if (slots_[slot].frequency == 0) return slot;
    --slots_[slot].frequency;
    move(kMain, slot);
  }
}

// The window's last entry competes with the main part's last; the one used
// more often stays, in the main part.
SlotIndex Policy::choose_w_tiny_lfu() {
  for (uint32_t i = 0;
       i < kDrain && reached(kNew, climb_.window) && queue_size_[kNew] > 1;
       ++i) {
    const SlotIndex candidate = tail(kNew);
    const SlotIndex victim = last_of_main();
    if (victim == kNoSlot || i > 0) {
      move(kMain, candidate);
      continue;
    }
    if (sketch_.frequency(slots_[candidate].hash) <=
        sketch_.frequency(slots_[victim].hash)) {
      return candidate;
    }
    move(kMain, candidate);
    return victim;
  }
  const SlotIndex victim = last_of_main();
  return victim == kNoSlot ? tail(kNew) : victim;
}

SlotIndex Policy::last_of_main() {
  if (kind_ == PolicyKind::kS3Fifo && !empty(kProtected))
    return tail(kProtected);
  if (!empty(kMain)) return tail(kMain);
  return empty(kProtected) ? kNoSlot : tail(kProtected);
}

// Whether a queue has at least its share of a budget.
bool Policy::reached(Queue queue, double share) const {
  if (budget_.entries != Budget::kNoLimit) {
    const auto quota = static_cast<uint32_t>(share * budget_.entries);
    if (queue_size_[queue] >= (quota ? quota : 1)) return true;
  }
  return budget_.bytes != UINT64_MAX &&
         static_cast<double>(queue_bytes_[queue]) >=
             share * static_cast<double>(budget_.bytes);
}

void Policy::count(uint32_t hash, bool hit) {
  if (budget_.entries == Budget::kNoLimit && climb_.count % 1024 == 0)
    sketch_.ensure(size_);
  sketch_.increment(hash);
  ++climb_.count;
  climb_.hits += hit;
  const uint32_t most = entries();
  if (climb_.count >= 10 * uint64_t{most < 64 ? 64 : most}) climb();
}

// Continues in the direction that brought more hits, otherwise turns back, in
// smaller and smaller steps until the load changes.
void Policy::climb() {
  const double ratio = static_cast<double>(climb_.hits) / climb_.count;
  const double change = ratio - climb_.last_ratio;
  if (change < 0) climb_.step = -climb_.step;
  climb_.window += climb_.step;
  if (climb_.window < 0.01) climb_.window = 0.01;
  if (climb_.window > 0.8) climb_.window = 0.8;
  const bool changed = change >= 0.05 || change <= -0.05;
  climb_.step =
      changed ? (climb_.step < 0 ? -0.0625 : 0.0625) : climb_.step * 0.98;
  climb_.last_ratio = ratio;
  climb_.count = climb_.hits = 0;
}

}  // namespace apus::cache
