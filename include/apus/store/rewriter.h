// Merges the entries of several segments that are still needed into one
// segment: compaction and, without the values, eviction.
//
// A deletion stays as long as an older entry of its key may be in another
// segment, or may still come from a tab that has not written it yet. A value
// that is left out, or has expired, becomes such a deletion.
//
// Call begin, then add for each segment, then finish. Segments may come and go
// in the log between the calls, because stamps are kept.
#ifndef APUS_STORE_REWRITER_H_
#define APUS_STORE_REWRITER_H_

#include <cstdint>
#include <span>

#include "apus/base/array.h"
#include "apus/store/segment_body.h"
#include "apus/store/segment_builder.h"
#include "apus/store/segment_head.h"
#include "apus/store/segment_log.h"
#include "apus/store/status.h"

namespace apus::store {

class Rewriter {
 public:
  // `slots` names all segments that will be added. Entries newer than
  // `keep_after` are kept in any case.
  void begin(const SegmentLog& log, std::span<const uint32_t> slots,
             uint64_t wall_ms, Stamp keep_after);

  // Takes the needed entries of one segment; with `values` false, only
  // deletions. A damaged body counts as one without values. A damaged head is
  // kCorrupt and adds nothing. O(bytes).
  Status add(const SegmentLog& log, uint32_t slot,
             std::span<const uint8_t> head, std::span<const uint8_t> body,
             bool values, Codec& codec, const Dictionaries& dictionaries = {});

  Status finish(Codec& codec, int level, const Dictionaries& dictionaries = {},
                uint64_t dictionary = 0) {
    return builder_.finish(codec, level, dictionaries, dictionary);
  }

  uint32_t entries() const { return builder_.entries(); }
  const SegmentBuilder& segment() const { return builder_; }

 private:
  SegmentBuilder builder_;
  SegmentHead head_;
  SegmentBody body_;
  Stamp needed_after_ = 0;
  // The log's tag sets -> the new segment's.
  Array<uint32_t> set_numbers_;
};

}  // namespace apus::store

#endif  // APUS_STORE_REWRITER_H_
