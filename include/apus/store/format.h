// The segment format, version 1: the records that a flush writes to IndexedDB.
//
// A segment is two records under one id. The head names the keys and is read
// when the store opens; the body holds the keys' text and the values and is
// read at the first hit. Both begin with the header: when one record is
// damaged, the other still names the keys, and no older value is taken for the
// newest. All numbers are little-endian.
//
// Head record = header, hashes, columns; body record = header, body:
//
//   offset  size  header
//        0     4  "Apus"
//        4     2  version of the format
//        6     1  codec of the columns: 0 stored, 1 zstd
//        7     1  codec of the body
//        8     4  entries
//       12     4  bytes of the columns, stored
//       16     4  bytes of the columns, raw
//       20     4  bytes of the body, stored
//       24     4  bytes of the body, raw
//       28     4  bytes of the entries, as size classes count them
//       32     8  the wall clock at packing, ms since 1970
//       40     8  the lowest stamp of an entry
//       48     8  the highest stamp of an entry
//       56     8  xxHash64 of hashes and columns, as stored
//       64     8  xxHash64 of the body, as stored
//       72     8  the dictionary that the body needs, 0 for none
//       80     8  xxHash64 of the 80 bytes before
//       88        hashes: 8 bytes an entry, which hardly compress
//
// Columns, compressed as one block, in the body's order:
//
//   u32 bytes of "stamps", u32 of "expiries", u32 of "tag sets" below
//   kind (u8), priority (i8), size class (u8), node (low byte, then high byte)
//   stamps:    zigzag varint, the clock part's difference to the entry before
//   expiries:  varint, 0 for never, else 1 + zigzag of ms since packing
//   tag sets:  varint, 0 for none, else 1 + the set's place in the table
//   table:     varint count, then varint length and text of each set: its tags
//              joined by NUL
//
// Body, compressed as one block:
//
//   u32 bytes of "lengths", u32 of "keys", u32 of "texts"
//   lengths:   varint a key, then varint a value: length * 4 + its place
//              (0 nowhere, 1 texts, 2 raw)
//   keys:      UTF-8, a line feed after each
//   texts:     JSON in UTF-8, a comma after each: any run of values parses as
//              one array
//   raw:       values that are bytes
//
// A reader leaves a segment of a newer version alone (kUnsupported). Bytes that
// fail a checksum or contradict themselves are kCorrupt. A right checksum does
// not prove who wrote a record. Therefore two things that no writer makes are
// kCorrupt as well, before memory is allocated for them: blocks that unpack to
// far more than their own size (ShrinkLimit), and stamps beyond latest_stamp().
// A writer stores a block uncompressed where it would shrink that much.
#ifndef APUS_STORE_FORMAT_H_
#define APUS_STORE_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "apus/store/status.h"

namespace apus::store {

inline constexpr size_t kHeaderBytes = 88;
inline constexpr uint16_t kFormatVersion = 1;

// The meaning of an entry for its key. Part of the format: append, never
// renumber.
enum class Kind : uint8_t {
  // The value is JSON.
  kText = 0,
  // The value is bytes.
  kRaw = 1,
  // The key was deleted at the stamp.
  kDeleted = 2,
  // Entries with a tag are deleted unless they are newer; the key is the tag.
  kTag = 3,
  // All entries are deleted unless they are newer; the key is empty.
  kClear = 4,
};

enum class BlockCodec : uint8_t { kStored = 0, kZstd = 1 };

// When an entry was written, by a hybrid logical clock: 48 bits of time
// (js/store/hybrid-clock.js), then 16 bits of the writing tab, which make it
// unique. Newer is greater. (Kulkarni et al., "Logical Physical Clocks and
// Consistent Snapshots", 2014)
using Stamp = uint64_t;
inline constexpr unsigned kNodeBits = 16;
inline constexpr unsigned kClockBits = 48;

// The clock part counts 1/128 ms since 2020.
inline constexpr uint64_t kEpochMs = 1'577'836'800'000;
inline constexpr uint64_t kStampsPerMs = 128;

// The clock part stays below this, with room left to count on.
inline constexpr uint64_t kClockLimit =
    (uint64_t{1} << kClockBits) - (uint64_t{1} << 32);

// The stamp with a clock part, as tab `node` writes it.
// Requires: 0 <= clock < 2^48.
inline Stamp stamp_of(double clock, uint32_t node) {
  return static_cast<Stamp>(clock) << kNodeBits | node;
}

// The stamp of the wall clock, ms since 1970.
Stamp wall_stamp(uint64_t ms);

// The greatest stamp that is accepted at a time, ms since 1970. Clocks may be
// wrong by years: two visits whose clocks differ by less than ten years accept
// each other's records, and so does one whose clock has fallen back to before
// this library existed. Later writes can pass any accepted stamp, so a clear
// from the future hides no more than one of today.
Stamp latest_stamp(uint64_t now_ms);

// A time from JavaScript in whole ms: 0 for negative ones and NaN, at most
// 2^53.
uint64_t to_ms(double time);

// How much a block may shrink. JSON and columns stay far within the limit; only
// a hostile record exceeds it, and is refused. The memory and time that a
// record costs stay in proportion to its bytes.
struct ShrinkLimit {
  uint64_t free_bytes;
  uint64_t ratio;

  bool allows(uint64_t raw, uint64_t stored) const {
    return raw <= free_bytes + ratio * stored;
  }
};
constexpr ShrinkLimit columns_limit(uint32_t entries) {
  return {uint64_t{30} * entries + (16 << 10), 64};
}
constexpr ShrinkLimit kBodyLimit = {4 << 20, 1024};

struct Header {
  BlockCodec columns_codec = BlockCodec::kStored;
  BlockCodec body_codec = BlockCodec::kStored;
  uint32_t entries = 0;
  uint32_t columns_stored = 0;
  uint32_t columns_raw = 0;
  uint32_t body_stored = 0;
  uint32_t body_raw = 0;
  uint32_t entry_bytes = 0;
  uint64_t wall_ms = 0;
  Stamp lowest_stamp = 0;
  Stamp highest_stamp = 0;
  uint64_t index_checksum = 0;
  uint64_t body_checksum = 0;
  uint64_t dictionary = 0;

  // Requires: kHeaderBytes writable bytes.
  void write(uint8_t* to) const;

  // The header that a record begins with.
  static std::expected<Header, Status> read(std::span<const uint8_t> record);

  // Whether a head record has the length that the header claims.
  bool fits_head(size_t bytes) const {
    return bytes == kHeaderBytes + size_t{8} * entries + columns_stored;
  }
};

// One entry as the head has it.
struct Entry {
  // Of the key, the tag, or of nothing; see key_hash.
  uint64_t hash = 0;
  Stamp stamp = 0;
  // 0 for never.
  uint64_t expires_ms = 0;
  // 0 for none, else 1 + a place in the segment's table.
  uint32_t tag_set = 0;
  Kind kind = Kind::kText;
  int8_t priority = 0;
  uint8_t size_class = 0;
};

// Keys, tags and the one "clear" share a table; their hashes come from three
// families.
uint64_t key_hash(Kind kind, std::span<const uint8_t> key);

// An entry's bytes to within 1/8, in one byte: enough to decide which segment
// is worth compacting.
uint8_t size_class(uint32_t bytes);
uint32_t size_of_class(uint8_t size_class);

}  // namespace apus::store

#endif  // APUS_STORE_FORMAT_H_
