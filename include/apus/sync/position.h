// Logs, slots and places in them. Keys fall into 64 logs, one a bucket; the
// log after them holds the invalidations of tags and of prefixes of keys. A
// digest tells for each slot of a log when it changed last.
#ifndef APUS_SYNC_POSITION_H_
#define APUS_SYNC_POSITION_H_

#include <compare>
#include <cstdint>

namespace apus::sync {

inline constexpr uint32_t kBuckets = 64;
inline constexpr uint32_t kTagsLog = kBuckets;
inline constexpr uint32_t kLogs = kBuckets + 1;

// Slots of all logs lie in one row: 8 of each bucket, 64 of tags, and one for
// the prefixes, which no hash divides.
inline constexpr uint32_t kBucketSlots = 8;
inline constexpr uint32_t kTagSlots = 64;
inline constexpr uint32_t kFirstTagSlot = kBuckets * kBucketSlots;
inline constexpr uint32_t kPrefixSlot = kFirstTagSlot + kTagSlots;
inline constexpr uint32_t kAllSlots = kPrefixSlot + 1;

// The first slot of a log, and how many a digest has of it.
constexpr uint32_t first_slot(uint32_t log) { return log * kBucketSlots; }
constexpr uint32_t digest_slots(uint32_t log) {
  return log == kTagsLog ? kTagSlots : kBucketSlots;
}
static_assert(first_slot(kTagsLog) == kFirstTagSlot);

// A place in a log. Offsets count from 0 within an epoch; a later epoch is
// larger. Both are whole numbers below 2^53. Offset -1: before the first event.
struct Position {
  double epoch = 0;
  double offset = -1;

  auto operator<=>(const Position&) const = default;
};

}  // namespace apus::sync

#endif  // APUS_SYNC_POSITION_H_
