// Which segments to rewrite, to evict and to remove.
#include <algorithm>

#include "apus/store/segment_log.h"

namespace apus::store {
namespace {

// A merge of this many small segments is worth its reading and writing.
constexpr size_t kSmallSegments = 8;

// At most this many at a time: writers wait while they are read and removed.
constexpr size_t kMostSegments = 32;

// Shell's sort (1959): short, and a log has hundreds of segments, not millions.
template <typename Before>
void sort_slots(Array<uint32_t>& slots, const Before& before) {
  for (size_t gap = slots.size() / 2; gap > 0;
       gap = gap == 2 ? 1 : gap * 5 / 11) {
    for (size_t i = gap; i < slots.size(); ++i) {
      const uint32_t slot = slots[i];
      size_t at = i;
      for (; at >= gap && before(slot, slots[at - gap]); at -= gap)
        slots[at] = slots[at - gap];
      slots[at] = slot;
    }
  }
}

}  // namespace

Array<uint32_t> SegmentLog::plan_compaction(uint64_t target_bytes) const {
  Array<uint32_t> plan;
  Array<uint32_t> small;
  if (!plan.reserve(segments_.size()) || !small.reserve(segments_.size()))
    return plan;  // a later plan may have the memory
  uint64_t bytes = 0;
  const auto take = [&](uint32_t slot) {
    if (plan.size() == kMostSegments) return;
    if (bytes > 0 && bytes + segments_[slot].live_bytes > target_bytes) return;
    bytes += segments_[slot].live_bytes;
    plan.push_back(slot);
  };
  for (uint32_t slot = 0; slot < segments_.size(); ++slot) {
    const Segment& segment = segments_[slot];
    if (!segment.used) continue;
    if (segment.live_bytes * 2 < segment.header.entry_bytes) {
      take(slot);
    } else if (segment.header.entry_bytes < target_bytes / 4) {
      small.push_back(slot);
    }
  }
  if (small.size() < kSmallSegments) return plan;
  sort_slots(small, [&](uint32_t a, uint32_t b) {
    return segments_[a].live_bytes < segments_[b].live_bytes;
  });
  for (const uint32_t slot : small) take(slot);
  return plan;
}

Array<uint32_t> SegmentLog::plan_eviction(uint64_t max_bytes) const {
  Array<uint32_t> slots;
  if (!slots.reserve(segments_.size())) return slots;
  uint64_t stored = 0;
  for (uint32_t slot = 0; slot < segments_.size(); ++slot) {
    if (!segments_[slot].used) continue;
    slots.push_back(slot);
    stored += segments_[slot].stored_bytes();
  }
  sort_slots(slots, [&](uint32_t a, uint32_t b) {
    const Segment& one = segments_[a];
    const Segment& other = segments_[b];
    if (one.last_hit_ms != other.last_hit_ms)
      return one.last_hit_ms < other.last_hit_ms;
    return one.header.highest_stamp < other.header.highest_stamp;
  });
  size_t count = 0;
  for (; count < slots.size() && stored > max_bytes; ++count) {
    stored -= segments_[slots[count]].stored_bytes();
  }
  slots.truncate(count);
  return slots;
}

Array<uint32_t> SegmentLog::plan_removal() const {
  Array<uint32_t> plan;
  if (!plan.reserve(segments_.size())) return plan;
  for (uint32_t slot = 0; slot < segments_.size(); ++slot) {
    // The clear itself stays: it clears up to its own stamp.
    if (segments_[slot].used &&
        segments_[slot].header.highest_stamp < cleared_) {
      plan.push_back(slot);
    }
  }
  return plan;
}

Stamp SegmentLog::lowest_stamp_outside(std::span<const uint32_t> slots) const {
  Stamp lowest = ~Stamp{0};
  for (uint32_t slot = 0; slot < segments_.size(); ++slot) {
    if (!segments_[slot].used || std::ranges::find(slots, slot) != slots.end())
      continue;
    lowest = std::min(lowest, segments_[slot].header.lowest_stamp);
  }
  return lowest;
}

}  // namespace apus::store
