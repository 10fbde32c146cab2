// Collects entries and packs them into one segment, in the format of
// apus/store/format.h. A flush and compaction use it.
//
// Memory: the entries' bytes, their packed form, and about 20 bytes an entry,
// kept for the next segment; and the codec's. Not thread-safe.
#ifndef APUS_STORE_SEGMENT_BUILDER_H_
#define APUS_STORE_SEGMENT_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "apus/store/byte_buffer.h"
#include "apus/store/codec.h"
#include "apus/store/dictionaries.h"
#include "apus/store/format.h"
#include "apus/store/status.h"

namespace apus::store {

class SegmentBuilder {
 public:
  // Forgets the entries. `wall_ms` goes into the header; expiries are relative
  // to it.
  void begin(uint64_t wall_ms);

  // Makes room for so many entries and bytes, where they are known.
  void reserve(size_t entries, size_t keys, size_t texts, size_t raw);

  // Adds a tag set and returns its number, from 1, for Entry::tag_set. The text
  // is the tags joined by NUL.
  uint32_t add_tag_set(std::span<const uint8_t> text);

  // Appends an entry. Computes `entry.size_class`, and `entry.hash` where it is
  // 0. Only kText and kRaw have a value. O(bytes).
  void add(Entry entry, std::span<const uint8_t> key,
           std::span<const uint8_t> value);

  uint32_t entries() const { return header_.entries; }

  // Bytes of keys and values so far.
  size_t size() const { return keys_.size() + texts_.size() + raw_.size(); }

  // Compresses the entries; head() and body() are then valid until the next
  // begin(). A block that does not shrink is stored as it is. After
  // kOutOfMemory, head() and body() are undefined.
  // Requires: `dictionary`, for the body, is 0 or an id of `dictionaries`.
  Status finish(Codec& codec, int level, const Dictionaries& dictionaries = {},
                uint64_t dictionary = 0);

  std::span<const uint8_t> head() const { return head_.bytes(); }
  std::span<const uint8_t> body() const { return body_.bytes(); }

 private:
  Header header_;
  Stamp last_stamp_ = 0;
  uint32_t tag_set_count_ = 0;
  ByteBuffer hashes_, kinds_, priorities_, sizes_, nodes_low_, nodes_high_;
  ByteBuffer stamps_, expiries_, tag_sets_, tag_table_;
  ByteBuffer key_lengths_, value_lengths_, keys_, texts_, raw_;
  ByteBuffer head_, body_;
};

}  // namespace apus::store

#endif  // APUS_STORE_SEGMENT_BUILDER_H_
