// The segment format, version 1: what one flush leaves in IndexedDB.
//
// A segment is two records under one id. The head says which keys the segment
// has and is read when the cache opens; the body holds the keys' text and the
// values and is read at the first hit. All numbers are little-endian. Both
// begin with the header, so that of either the keys can be told when the other
// is damaged, and no older value of theirs is taken for the newest.
//
// Head = header, hashes, columns; body record = header, body:
//
//   offset  size  header
//        0     4  "Apus"
//        4     2  version of the format
//        6     1  codec of the columns: 0 as they are, 1 zstd
//        7     1  codec of the body
//        8     4  entries
//       12     4  bytes of the columns, stored
//       16     4  bytes of the columns, raw
//       20     4  bytes of the body, stored
//       24     4  bytes of the body, raw
//       28     4  bytes of the entries, as size classes count them
//       32     8  the wall clock at packing, ms since 1970
//       40     8  the lowest stamp of an entry
//       48     8  the highest
//       56     8  xxHash64 of hashes and columns, as stored
//       64     8  xxHash64 of the body, as stored
//       72     8  the dictionary the body needs, 0 for none
//       80     8  xxHash64 of the 80 bytes before
//       88        hashes: 8 bytes an entry, which hardly compress
//
// Columns, one number an entry each, in the body's order:
//   u32 bytes of "stamps", u32 of "expiries", u32 of "tag sets" below
//   kind (u8), priority (i8), size class (u8), node (low byte, then high byte)
//   stamps: zigzag varint, the clock part's difference to the entry before
//   expiries: varint, 0 for never, else 1 + zigzag of ms from the header's
//   clock tag sets: varint, 0 for none, else 1 + its place in the table the
//   table: varint count, then varint length and text each: tags joined by NUL
//
// Body, compressed as one block:
//   u32 bytes of "lengths", u32 of "keys", u32 of "texts"
//   lengths: varint a key; then varint a value: length * 4 + where it is
//            (0 nowhere, 1 texts, 2 raw)
//   keys:    UTF-8, a line feed after each
//   texts:   JSON in UTF-8, a comma after each, so that any run of values
//   parses
//            as an array at once
//   raw:     values that are bytes
//
// A reader that meets a newer version leaves the segment alone (kUnsupported).
// Bytes that fail a checksum or contradict themselves are kCorrupt. Right
// checksums prove nothing about who wrote a record, so what no writer makes is
// kCorrupt as well, before memory is taken for it: blocks that unpack to far
// more than they are (ShrinkLimit), and stamps from beyond latest_stamp. A
// writer stores a block that would shrink too well as it is.
#ifndef APUS_STORE_FORMAT_H_
#define APUS_STORE_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "apus/base/status.h"

namespace apus {

inline constexpr size_t kHeaderBytes = 88;
inline constexpr uint16_t kFormatVersion = 1;

// What an entry says about its key. Part of the format: append, never renumber.
enum class Kind : uint8_t {
  kText = 0,     // the value is JSON
  kRaw = 1,      // the value is bytes
  kDeleted = 2,  // the key is gone since the stamp
  kTag = 3,  // entries with the tag that are not newer are gone; the key is the
             // tag
  kClear = 4,  // every entry that is not newer is gone; the key is empty
};

enum class BlockCodec : uint8_t { kStored = 0, kZstd = 1 };

// When an entry was written, by a hybrid logical clock: 48 bits of time, then
// 16 bits of the writing tab, so that no two tabs share one. Newer is greater.
// (Kulkarni et al., "Logical Physical Clocks and Consistent Snapshots", 2014)
using Stamp = uint64_t;
inline constexpr unsigned kNodeBits = 16;

// The greatest stamp that is believed at a time, ms since 1970. Clocks may be
// wrong by years: of two visits whose clocks differ by less than ten, neither
// takes the other's records for damage, nor does one whose clock has fallen
// back to before this library was. Up to here, later writes can go past any
// stamp, which makes a clear from the future hide no more than one of today.
Stamp latest_stamp(uint64_t now_ms);

// A stamp of the wall clock: its clock part counts 1/128 ms since 2020.
Stamp wall_stamp(uint64_t ms);

// How far a block may shrink: to so much less than what JSON or columns do that
// only a record made to do harm is refused, whose harm then stays in proportion
// to its bytes.
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

  // Whether a head record has the length that the header says.
  bool fits_head(size_t bytes) const {
    return bytes == kHeaderBytes + size_t{8} * entries + columns_stored;
  }
};

// One entry as the head tells it.
struct Entry {
  uint64_t hash = 0;  // of the key, the tag, or of nothing; see key_hash
  Stamp stamp = 0;
  uint64_t expires_ms = 0;  // 0: never
  uint32_t tag_set = 0;     // 0: none, else 1 + a place in the segment's table
  Kind kind = Kind::kText;
  int8_t priority = 0;
  uint8_t size_class = 0;
};

// Keys, tags and the one "clear" live in one table, so their hashes come from
// three families.
uint64_t key_hash(Kind kind, std::span<const uint8_t> key);

// Bytes of an entry to within 1/8, in a byte: enough to say which segment is
// worth compacting.
uint8_t size_class(uint32_t bytes);
uint32_t size_of_class(uint8_t size_class);

}  // namespace apus

#endif  // APUS_STORE_FORMAT_H_
