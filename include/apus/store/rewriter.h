// Makes one segment of what is still needed of several: compaction, and, with
// the values left out, eviction.
//
// What says that a key is gone stays as long as an older entry of that key may
// be in another segment, or may still come from a tab that has not written it
// yet; a value that is left out, or has expired, becomes such an entry itself.
//
// begin, then add for each segment, then finish; a pause between is fine, and
// segments may come and go in the log meanwhile, because stamps are kept.
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
  // `slots` are all that will be added. What is newer than `keep_after` is kept
  // in any case.
  void begin(const SegmentLog& log, std::span<const uint32_t> slots,
             uint64_t wall_ms, Stamp keep_after);

  // Takes what is needed of one segment; with `values` false only what says
  // that keys are gone. A damaged body counts as values left out; a damaged
  // head is kCorrupt, and then nothing was taken. O(bytes).
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
  Array<uint32_t> set_numbers_;  // the log's tag sets -> the new segment's
};

}  // namespace apus::store

#endif  // APUS_STORE_REWRITER_H_
