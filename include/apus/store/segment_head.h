// Reads a head record: its header, its tag sets and, one after the other, its
// entries. Safe on any bytes: open() checks everything, and contradictions are
// kCorrupt before any entry is returned.
//
// Borrows the record; owns the unpacked columns. Not thread-safe.
#ifndef APUS_STORE_SEGMENT_HEAD_H_
#define APUS_STORE_SEGMENT_HEAD_H_

#include <cstdint>
#include <span>

#include "apus/base/array.h"
#include "apus/store/byte_buffer.h"
#include "apus/store/codec.h"
#include "apus/store/format.h"
#include "apus/store/status.h"

namespace apus::store {

class SegmentHead {
 public:
  // Requires: `record` outlives the reading. O(bytes).
  Status open(std::span<const uint8_t> record, Codec& codec);

  const Header& header() const { return header_; }

  // The texts of the tag sets 1, 2, ...
  const Array<std::span<const uint8_t>>& tag_sets() const { return tag_sets_; }

  // The next entry, in the body's order; false after the last. O(1).
  bool next(Entry& entry);

 private:
  void rewind(std::span<const uint8_t> hashes,
              std::span<const uint8_t> columns);

  Header header_;
  ByteBuffer unpacked_;
  Array<std::span<const uint8_t>> tag_sets_;
  std::span<const uint8_t>
      fixed_;  // kind, priority, size class, node: five columns
  ByteReader hashes_, stamps_, expiries_, sets_, table_;
  uint32_t at_ = 0;
  Stamp time_ = 0;
};

}  // namespace apus::store

#endif  // APUS_STORE_SEGMENT_HEAD_H_
