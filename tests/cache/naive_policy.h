// Policies as in their papers, over vectors and maps, as naive as possible. The
// core must agree with them, victim by victim. Only the counts of uses come
// from the core's sketch, which is approximate and tested separately.
#ifndef APUS_TESTS_CACHE_NAIVE_POLICY_H_
#define APUS_TESTS_CACHE_NAIVE_POLICY_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "apus/cache/policy.h"

namespace apus::cache {

class NaivePolicy {
 public:
  NaivePolicy(PolicyKind kind, Budget budget) : budget_(budget) {
    set_kind(kind);
  }

  // `slot`: as the core assigned it.
  void insert(SlotIndex slot, uint32_t hash, uint32_t bytes, int priority) {
    entries_[slot] = {hash, bytes, 0, priority, priority};
    int queue = 0;
    if (kind_ == PolicyKind::kS3Fifo) {
      const auto ghost = std::find(ghosts_.begin(), ghosts_.end(), hash);
      if (ghost != ghosts_.end()) {
        *ghost = ~hash;  // no longer used, but keeps its place in the order
        queue = 1;
      }
    }
    if (kind_ == PolicyKind::kWTinyLfu) {
      count(hash, false);
      if (!queues_[0].empty() && reached(0, window_)) to_front(1, last(0));
    }
    queues_[queue].insert(queues_[queue].begin(), slot);
  }

  // Before an insertion. Returns the victims.
  std::vector<SlotIndex> make_room(uint32_t more, uint64_t bytes) {
    std::vector<SlotIndex> victims;
    while (over(more, bytes)) {
      const SlotIndex slot = choose();
      Entry& entry = entries_[slot];
      const int queue = queue_of(slot);
      if (entry.credit > 0) {
        --entry.credit;
        to_front(queue, slot);
        continue;
      }
      if (kind_ == PolicyKind::kS3Fifo && queue == 0) {
        ghosts_.push_back(entry.hash);
        if (ghosts_.size() > budget_.entries) ghosts_.pop_front();
      }
      remove(slot);
      victims.push_back(slot);
    }
    return victims;
  }

  // Returns the victims.
  std::vector<SlotIndex> update(SlotIndex slot, uint32_t bytes, int priority) {
    entries_[slot].bytes = bytes;
    entries_[slot].priority = priority;
    touch(slot);
    if (!over(0, 0)) return {};
    const int queue = queue_of(slot);
    leave(slot);
    const auto victims = make_room(0, 0);
    queues_[queue].insert(queues_[queue].begin(), slot);
    return victims;
  }

  void touch(SlotIndex slot) {
    Entry& entry = entries_[slot];
    entry.credit = entry.priority;
    if (kind_ == PolicyKind::kLru) to_front(0, slot);
    if (kind_ == PolicyKind::kSieve) entry.frequency = 1;
    if (kind_ == PolicyKind::kS3Fifo) {
      entry.frequency = std::min(entry.frequency + 1, 3);
    }
    if (kind_ != PolicyKind::kWTinyLfu) return;
    count(entry.hash, true);
    if (queue_of(slot) == 0) return to_front(0, slot);
    to_front(2, slot);
    while (reached(2, 0.8 * (1 - window_)) && last(2) != slot)
      to_front(1, last(2));
  }

  void remove(SlotIndex slot) {
    leave(slot);
    entries_.erase(slot);
  }

  void set_kind(PolicyKind kind) {
    kind_ = kind;
    hand_ = kNoSlot;
    if (kind == PolicyKind::kWTinyLfu) sketch_.ensure(budget_.entries);
  }

  uint64_t size() const { return entries_.size(); }
  uint64_t bytes() const {
    uint64_t sum = 0;
    for (const auto& [_, entry] : entries_) sum += entry.bytes;
    return sum;
  }
  bool knows(uint32_t hash) const {
    return std::ranges::any_of(entries_, [hash](const auto& each) {
      return each.second.hash == hash;
    });
  }
  SlotIndex any(uint32_t which) const {
    return std::next(entries_.begin(), which % entries_.size())->first;
  }
  std::vector<SlotIndex> order() const {
    std::vector<SlotIndex> all;
    for (const int queue : {0, 2, 1}) {
      all.insert(all.end(), queues_[queue].begin(), queues_[queue].end());
    }
    return all;
  }

 private:
  struct Entry {
    uint32_t hash;
    uint32_t bytes;
    int frequency;
    int priority;
    int credit;
  };

  bool over(uint32_t more, uint64_t bytes) const {
    return size() + more > budget_.entries ||
           this->bytes() + bytes > budget_.bytes;
  }

  SlotIndex choose() {
    if (kind_ == PolicyKind::kS3Fifo) return choose_s3_fifo();
    if (kind_ == PolicyKind::kWTinyLfu) return choose_w_tiny_lfu();
    if (!queues_[1].empty()) return last(1);
    if (!queues_[2].empty()) return last(2);
    return kind_ == PolicyKind::kSieve ? choose_sieve() : last(0);
  }

  SlotIndex choose_sieve() {
    SlotIndex slot = hand_ == kNoSlot ? last(0) : hand_;
    while (entries_[slot].frequency > 0) {
      entries_[slot].frequency = 0;
      slot = newer(slot);
      if (slot == kNoSlot) slot = last(0);
    }
    return hand_ = slot;
  }

  SlotIndex choose_s3_fifo() {
    while (!queues_[0].empty() &&
           (reached(0, 0.1) || queues_[1].size() + queues_[2].size() == 0)) {
      const SlotIndex slot = last(0);
      if (entries_[slot].frequency < 2) return slot;
      entries_[slot].frequency = 0;
      to_front(1, slot);
    }
    for (;;) {
      if (queues_[1].size() + queues_[2].size() == 0) return last(0);
      const SlotIndex slot = last(queues_[2].empty() ? 1 : 2);
      if (entries_[slot].frequency == 0) return slot;
      --entries_[slot].frequency;
      to_front(1, slot);
    }
  }

  SlotIndex choose_w_tiny_lfu() {
    const auto of_main = [this] {
      if (!queues_[1].empty()) return last(1);
      return queues_[2].empty() ? kNoSlot : last(2);
    };
    for (int i = 0; i < 8 && reached(0, window_) && queues_[0].size() > 1;
         ++i) {
      const SlotIndex candidate = last(0);
      const SlotIndex victim = of_main();
      const bool duel = i == 0 && victim != kNoSlot;
      if (duel && asked(candidate) <= asked(victim)) return candidate;
      to_front(1, candidate);
      if (duel) return victim;
    }
    return of_main() == kNoSlot ? last(0) : of_main();
  }

  uint32_t asked(SlotIndex slot) const {
    return sketch_.frequency(entries_.at(slot).hash);
  }

  // The window moves towards more hits.
  void count(uint32_t hash, bool hit) {
    sketch_.increment(hash);
    ++sample_;
    hits_ += hit;
    if (sample_ < 10 * std::max(64u, budget_.entries)) return;
    const double ratio = static_cast<double>(hits_) / sample_;
    const double change = ratio - last_ratio_;
    if (change < 0) step_ = -step_;
    window_ = std::clamp(window_ + step_, 0.01, 0.8);
    const bool changed = change >= 0.05 || change <= -0.05;
    step_ = changed ? (step_ < 0 ? -0.0625 : 0.0625) : step_ * 0.98;
    last_ratio_ = ratio;
    sample_ = hits_ = 0;
  }

  bool reached(int queue, double share) {
    const auto quota = static_cast<uint32_t>(share * budget_.entries);
    if (queues_[queue].size() >= std::max(quota, 1u)) return true;
    uint64_t bytes = 0;
    for (const SlotIndex slot : queues_[queue]) bytes += entries_[slot].bytes;
    return budget_.bytes != UINT64_MAX &&
           static_cast<double>(bytes) >=
               share * static_cast<double>(budget_.bytes);
  }

  SlotIndex last(int queue) const { return queues_[queue].back(); }
  int queue_of(SlotIndex slot) const {
    for (int queue = 0; queue < 3; ++queue) {
      if (std::ranges::count(queues_[queue], slot)) return queue;
    }
    return -1;
  }
  SlotIndex newer(SlotIndex slot) const {
    const auto& queue = queues_[queue_of(slot)];
    const auto at = std::ranges::find(queue, slot);
    return at == queue.begin() ? kNoSlot : *std::prev(at);
  }
  void leave(SlotIndex slot) {
    if (slot == hand_) hand_ = newer(slot);
    std::erase(queues_[queue_of(slot)], slot);
  }
  void to_front(int queue, SlotIndex slot) {
    leave(slot);
    queues_[queue].insert(queues_[queue].begin(), slot);
  }

  PolicyKind kind_;
  Budget budget_;
  std::map<SlotIndex, Entry> entries_;
  // Newest first: newcomers, main (probation), protected.
  std::vector<SlotIndex> queues_[3];
  SlotIndex hand_ = kNoSlot;
  std::deque<uint32_t> ghosts_;
  FrequencySketch sketch_;
  double window_ = 0.01;
  double step_ = 0.0625;
  double last_ratio_ = 0;
  uint32_t sample_ = 0;
  uint32_t hits_ = 0;
};

}  // namespace apus::cache

#endif  // APUS_TESTS_CACHE_NAIVE_POLICY_H_
