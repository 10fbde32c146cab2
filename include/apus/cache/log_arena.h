// Memory for records of any size: a log of segments of 64 KiB. A record is
// appended to the newest segment; a dead one leaves a gap. When gaps make up a
// quarter of the memory, the live records of the emptiest segment move to the
// end of the log. Fragmentation therefore takes at most about a quarter,
// whatever the sizes of the records. (A slab allocator has no such bound: slabs
// of sizes that are no longer used remain.) Records are not rounded up to a
// size class. Rumble et al., "Log-structured memory for DRAM-based storage",
// FAST 2014. Records over 16 KiB have a segment of their own.
//
// Records move. Callers keep references by slot, and the arena updates them:
// `refs[slot]`. 4 bytes a record for its slot, and up to 3 of padding.
// Appending and releasing O(size), compaction O(1) amortised per byte. Owns its
// memory; refused memory is reported, never fatal.
#ifndef APUS_CACHE_LOG_ARENA_H_
#define APUS_CACHE_LOG_ARENA_H_

#include <cstdint>

#include "apus/base/flat_array.h"
#include "apus/cache/slot.h"

namespace apus::cache {

class LogArena {
 public:
  using Ref = uint32_t;
  static constexpr Ref kNone = 0xFFFFFFFF;

  LogArena() = default;
  ~LogArena();

  // Makes sure that `append` of that many bytes succeeds. False when memory is
  // exhausted.
  bool reserve(uint32_t bytes);

  // Room for `bytes` after the slot's number. kNone when memory is exhausted.
  Ref append(SlotIndex slot, uint32_t bytes);

  // The record's bytes; valid until the next append or compact.
  uint8_t* at(Ref ref) const {
    return segments_[ref >> kShift].data + (ref & kMask) * 4 + 4;
  }

  // `bytes`: as appended. They stay readable until the next append or compact.
  void release(Ref ref, uint32_t bytes);

  // Moves records out of the emptiest segment if a quarter of the memory is
  // gaps, or with `hard` if there is any gap. `size_of` returns a record's
  // bytes from its content. False when there was nothing to do.
  bool compact(bool hard, Ref* refs,
               uint32_t (*size_of)(const uint8_t* record));

  void clear();

  // For tests: refuses memory beyond this.
  void set_limit(uint64_t bytes) { limit_ = bytes; }

  uint64_t taken() const { return taken_; }  // bytes in segments
  uint64_t live() const { return live_; }    // bytes in live records

 private:
  static constexpr uint32_t kSegment = 1 << 16;
  static constexpr uint32_t kLarge = 1 << 14;
  // A reference is the segment, then the offset in words.
  static constexpr uint32_t kShift = 14;
  static constexpr uint32_t kMask = (1 << kShift) - 1;

  struct Segment {
    uint8_t* data;
    uint32_t size;
    uint32_t used;
    uint32_t live;
  };

  uint32_t open(uint32_t size, bool spare);
  void close(uint32_t segment);
  uint32_t room(uint32_t size, bool spare);
  Ref append(SlotIndex slot, uint32_t bytes, bool spare);

  FlatArray<Segment> segments_;
  uint32_t count_ = 0;        // segments ever opened
  uint32_t free_ = kNone;     // closed ones, chained by `used`
  uint32_t current_ = kNone;  // where appending goes on
  uint32_t large_ = kNone;    // reserved for one large record
  uint8_t* spare_ = nullptr;  // a segment for compaction when memory is refused
  uint64_t taken_ = 0;
  uint64_t limit_ = UINT64_MAX;
  uint64_t live_ = 0;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_LOG_ARENA_H_
