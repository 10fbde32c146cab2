// Reads a body record: the keys and values of a segment's entries. Safe on any
// bytes; contradictions are kCorrupt.
//
// Owns the unpacked bytes, and 16 bytes an entry. Not thread-safe.
#ifndef APUS_STORE_SEGMENT_BODY_H_
#define APUS_STORE_SEGMENT_BODY_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "apus/base/array.h"
#include "apus/store/byte_buffer.h"
#include "apus/store/codec.h"
#include "apus/store/format.h"
#include "apus/store/status.h"

namespace apus::store {

class SegmentBody {
 public:
  enum class Place : uint8_t { kNowhere = 0, kTexts = 1, kRaw = 2 };

  // `header` comes from the segment's head, or from the record's own start.
  // `dictionary` are the bytes that the header names. O(bytes).
  Status open(const Header& header, std::span<const uint8_t> record,
              Codec& codec, std::span<const uint8_t> dictionary = {});

  uint32_t entries() const { return static_cast<uint32_t>(rows_.size()); }

  // Requires: at < entries(). The bytes are valid until the next open().
  std::span<const uint8_t> key(uint32_t at) const;
  std::span<const uint8_t> value(uint32_t at) const;
  Place place(uint32_t at) const { return rows_[at].place; }

  // All keys, a line feed after each; all JSON, a comma after each; all bytes.
  std::span<const uint8_t> keys() const { return keys_; }
  std::span<const uint8_t> texts() const { return texts_; }
  std::span<const uint8_t> raw() const { return raw_; }

 private:
  struct Row {
    uint32_t key_at, key_bytes, value_at, value_bytes;
    Place place;
  };

  ByteBuffer unpacked_;
  Array<Row> rows_;
  std::span<const uint8_t> keys_, texts_, raw_;
};

}  // namespace apus::store

#endif  // APUS_STORE_SEGMENT_BODY_H_
