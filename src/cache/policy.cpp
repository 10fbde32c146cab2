#include "apus/cache/policy.h"

#include <cassert>
#include <initializer_list>

namespace apus {
namespace {

constexpr uint8_t kFree = 255;  // queue of a slot that is not in use

// The queues. LRU, FIFO and SIEVE have one; what another policy left in the
// other two counts as older.
constexpr uint32_t kNew = 0;   // S3-FIFO's small queue, W-TinyLFU's window
constexpr uint32_t kMain = 1;  // S3-FIFO's main queue, W-TinyLFU's probation
constexpr uint32_t kProtected = 2;  // W-TinyLFU

constexpr double kSmallShare = 0.1;
constexpr double kProtectedShare = 0.8;  // of what the window leaves
constexpr uint32_t kDrain = 8;  // surplus newcomers moved on at each eviction

}  // namespace

Policy::Policy(PolicyKind kind, Budget budget) : kind_(kind), budget_(budget) {
  clear();
  set_kind(kind);
}

void Policy::clear() {
  if (slots_.size() < kQueues && !slots_.resize(64)) __builtin_trap();
  for (SlotIndex queue = 0; queue < kQueues; ++queue) {
    slots_[queue] = {queue, queue, 0, 0, static_cast<uint8_t>(queue), 0, 0, 0};
    queue_size_[queue] = 0;
    queue_bytes_[queue] = 0;
  }
  free_ = kNoSlot;
  used_ = kQueues;
  size_ = 0;
  bytes_ = 0;
  hand_ = 0;
  victim_count_ = 0;
}

void Policy::set_kind(PolicyKind kind) {
  kind_ = kind;
  hand_ = 0;
  const uint32_t entries =
      budget_.entries == Budget::kNoLimit ? size_ : budget_.entries;
  if (kind == PolicyKind::kS3Fifo) ghosts_.ensure(entries);
  if (kind == PolicyKind::kWTinyLfu) sketch_.ensure(entries);
}

SlotIndex Policy::insert(uint32_t hash, uint32_t bytes, uint8_t priority) {
  victim_count_ = 0;
  if (!fits(bytes)) return kNoSlot;
  if (!make_room(1, bytes, kNoSlot)) return kMoreRoom;
  SlotIndex slot = take_slot();
  if (slot == kNoSlot && size_ > 0 &&
      victim_count_ < kVictims) {  // no memory: replace somebody
    evict(kNoSlot);
    slot = take_slot();
  }
  if (slot == kNoSlot) return kNoSlot;
  Slot& entry = slots_[slot];
  entry.bytes = bytes;
  entry.hash = hash;
  entry.frequency = 0;
  entry.priority = entry.credit = priority;
  uint32_t queue = kNew;
  if (kind_ == PolicyKind::kS3Fifo && ghosts_.take(hash)) queue = kMain;
  if (kind_ == PolicyKind::kWTinyLfu) {
    count(hash, false);
    if (!empty(kNew) && reached(kNew, window_)) move(kMain, tail(kNew));
  }
  push_front(queue, slot);
  ++size_;
  bytes_ += bytes;
  return slot;
}

SlotIndex Policy::update(SlotIndex slot, uint32_t bytes, uint8_t priority) {
  victim_count_ = 0;
  if (!fits(bytes)) return kNoSlot;
  assert(slots_[slot].queue != kFree);
  weigh(slot, bytes);
  slots_[slot].priority = priority;
  touch(&slot, 1);
  return make_room(0, 0, slot) ? slot : kMoreRoom;
}

void Policy::weigh(SlotIndex slot, uint32_t bytes) {
  Slot& entry = slots_[slot];
  queue_bytes_[entry.queue] = queue_bytes_[entry.queue] + bytes - entry.bytes;
  bytes_ = bytes_ + bytes - entry.bytes;
  entry.bytes = bytes;
}

void Policy::touch(const SlotIndex* slots, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const SlotIndex slot = slots[i];
    Slot& entry = slots_[slot];
    assert(entry.queue != kFree);
    entry.credit = entry.priority;
    switch (kind_) {
      case PolicyKind::kLru:
        move(kNew, slot);
        break;
      case PolicyKind::kFifo:
        break;
      case PolicyKind::kSieve:
        entry.frequency = 1;
        break;
      case PolicyKind::kS3Fifo:
        if (entry.frequency < 3) ++entry.frequency;
        break;
      case PolicyKind::kWTinyLfu:
        touch_w_tiny_lfu(slot);
        break;
    }
  }
}

void Policy::touch_w_tiny_lfu(SlotIndex slot) {
  const Slot& entry = slots_[slot];
  count(entry.hash, true);
  if (entry.queue == kNew) return move(kNew, slot);
  move(kProtected, slot);
  while (reached(kProtected, kProtectedShare * (1 - window_)) &&
         tail(kProtected) != slot) {
    move(kMain, tail(kProtected));
  }
}

void Policy::remove(SlotIndex slot) {
  Slot& entry = slots_[slot];
  assert(entry.queue != kFree);
  unlink(slot);
  bytes_ -= entry.bytes;
  --size_;
  entry.queue = kFree;
  entry.next = free_;
  free_ = slot;
}

SlotIndex Policy::resize(Budget budget) {
  victim_count_ = 0;
  budget_ = budget;
  set_kind(kind_);
  return make_room(0, 0, kNoSlot) ? 0 : kMoreRoom;
}

void Policy::order(SlotIndex* out) const {
  for (const uint32_t queue : {kNew, kProtected, kMain}) {
    for (SlotIndex slot = slots_[queue].next; slot != queue;
         slot = slots_[slot].next) {
      *out++ = slot;
    }
  }
}

// Evicts until `entries` and `bytes` more would fit. False when victims_ is
// full.
bool Policy::make_room(uint32_t entries, uint64_t bytes, SlotIndex keep) {
  while (over(entries, bytes)) {
    if (victim_count_ == kVictims) return false;
    evict(keep);
  }
  return true;
}

void Policy::evict_one() {
  victim_count_ = 0;
  evict(kNoSlot);
}

// Evicts whom the policy chooses; `keep` and those with credit left go to the
// front instead.
void Policy::evict(SlotIndex keep) {
  for (;;) {
    const SlotIndex slot = choose();
    Slot& entry = slots_[slot];
    if (slot != keep && entry.credit == 0) {
      if (kind_ == PolicyKind::kS3Fifo && entry.queue == kNew)
        ghosts_.add(entry.hash);
      remove(slot);
      victims_[victim_count_++] = slot;
      return;
    }
    if (slot != keep) --entry.credit;
    move(entry.queue, slot);
  }
}

SlotIndex Policy::choose() {
  assert(size_ > 0);
  if (kind_ == PolicyKind::kS3Fifo) return choose_s3_fifo();
  if (kind_ == PolicyKind::kWTinyLfu) return choose_w_tiny_lfu();
  if (!empty(kMain)) return tail(kMain);
  if (!empty(kProtected)) return tail(kProtected);
  return kind_ == PolicyKind::kSieve ? choose_sieve() : tail(kNew);
}

// The hand goes from the oldest towards the newest, taking marks away, and
// stops at the first without.
SlotIndex Policy::choose_sieve() {
  SlotIndex slot = hand_ == 0 ? tail(kNew) : hand_;
  while (slots_[slot].frequency != 0) {
    slots_[slot].frequency = 0;
    slot = slots_[slot].prev;
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

// The window's last and the main part's last compete; the one asked for more
// often stays, in the main part.
SlotIndex Policy::choose_w_tiny_lfu() {
  for (uint32_t i = 0;
       i < kDrain && reached(kNew, window_) && queue_size_[kNew] > 1; ++i) {
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

// Has a queue its share of a budget, or more?
bool Policy::reached(uint32_t queue, double share) const {
  if (budget_.entries != Budget::kNoLimit) {
    const auto quota = static_cast<uint32_t>(share * budget_.entries);
    if (queue_size_[queue] >= (quota ? quota : 1)) return true;
  }
  return budget_.bytes != UINT64_MAX &&
         static_cast<double>(queue_bytes_[queue]) >=
             share * static_cast<double>(budget_.bytes);
}

void Policy::count(uint32_t hash, bool hit) {
  if (budget_.entries == Budget::kNoLimit && sample_ % 1024 == 0)
    sketch_.ensure(size_);
  sketch_.increment(hash);
  ++sample_;
  sample_hits_ += hit;
  const uint32_t entries =
      budget_.entries == Budget::kNoLimit ? size_ : budget_.entries;
  if (sample_ >= 10 * uint64_t{entries < 64 ? 64 : entries}) climb();
}

// Goes on in the direction that brought more hits, back in the other, in ever
// smaller steps until the load changes.
void Policy::climb() {
  const double ratio = static_cast<double>(sample_hits_) / sample_;
  const double change = ratio - last_ratio_;
  if (change < 0) step_ = -step_;
  window_ += step_;
  if (window_ < 0.01) window_ = 0.01;
  if (window_ > 0.8) window_ = 0.8;
  const bool changed = change >= 0.05 || change <= -0.05;
  step_ = changed ? (step_ < 0 ? -0.0625 : 0.0625) : step_ * 0.98;
  last_ratio_ = ratio;
  sample_ = sample_hits_ = 0;
}

SlotIndex Policy::take_slot() {
  if (free_ != kNoSlot) {
    const SlotIndex slot = free_;
    free_ = slots_[slot].next;
    return slot;
  }
  if (used_ == slots_.size() && !slots_.resize(size_t{used_} * 2))
    return kNoSlot;
  return used_++;
}

void Policy::unlink(SlotIndex slot) {
  const Slot& entry = slots_[slot];
  if (slot == hand_) hand_ = entry.prev;
  slots_[entry.prev].next = entry.next;
  slots_[entry.next].prev = entry.prev;
  --queue_size_[entry.queue];
  queue_bytes_[entry.queue] -= entry.bytes;
}

void Policy::push_front(uint32_t queue, SlotIndex slot) {
  Slot& entry = slots_[slot];
  entry.queue = static_cast<uint8_t>(queue);
  entry.prev = queue;
  entry.next = slots_[queue].next;
  slots_[entry.next].prev = slot;
  slots_[queue].next = slot;
  ++queue_size_[queue];
  queue_bytes_[queue] += entry.bytes;
}

void Policy::move(uint32_t queue, SlotIndex slot) {
  Slot& entry = slots_[slot];
  if (entry.queue != queue) {
    unlink(slot);
    push_front(queue, slot);
    return;
  }
  // Within its queue: nothing to count.
  if (slots_[queue].next == slot) return;
  if (slot == hand_) hand_ = entry.prev;
  slots_[entry.prev].next = entry.next;
  slots_[entry.next].prev = entry.prev;
  entry.prev = queue;
  entry.next = slots_[queue].next;
  slots_[entry.next].prev = slot;
  slots_[queue].next = slot;
}

}  // namespace apus
