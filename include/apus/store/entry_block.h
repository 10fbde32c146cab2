// Up to 1024 entries of one segment, packed: a column a field, of as many bits
// as the block's values differ in (frame of reference; Goldstein et al.,
// "Compressing relations and indexes", ICDE 1998). Stamps, sizes, tags and
// expiries of entries that were written together differ little.
//
// Memory: the hash, a byte of state, and usually 3 to 6 bytes of columns; what
// all entries share takes none. 170 bytes a block. Reading an entry is O(1).
// Immutable but for the states.
#ifndef APUS_STORE_ENTRY_BLOCK_H_
#define APUS_STORE_ENTRY_BLOCK_H_

#include <cstdint>
#include <span>

#include "apus/store/endian.h"
#include "apus/store/format.h"

namespace apus::store {

struct IndexEntry {
  uint64_t hash;
  Stamp stamp;
  // 0 for never.
  uint64_t expires_ms;
  // Its slot in the log.
  uint32_t segment;
  // Its place in the segment.
  uint32_t row;
  // 0 for none, else a number of TagSets.
  uint32_t tag_set;
  Kind kind;
  uint8_t size_class;
  int8_t priority;
  // Whether it has a value that may be read; false means a deleted key.
  bool live;
};

class EntryBlock {
 public:
  static constexpr uint32_t kRows = 1024;

  // A new block, or nullptr when memory is exhausted. None is live or current.
  // Requires: 1 to kRows entries of one segment, in the order of their rows and
  // without gaps.
  static EntryBlock* create(std::span<const IndexEntry> entries);
  static void destroy(EntryBlock* block);

  uint32_t size() const { return size_; }
  uint32_t segment() const { return segment_; }
  uint32_t first_row() const { return first_row_; }

  // Requires, here and below: row < size().
  IndexEntry operator[](uint32_t row) const;
  uint64_t hash(uint32_t row) const {
    return load_u64(bytes() + size_t{8} * row);
  }
  Stamp stamp(uint32_t row) const {
    return get(kClock, row) << kNodeBits | get(kNode, row);
  }
  // Whether any entry does.
  bool expires() const {
    return columns_[kExpiry].bits > 0 || columns_[kExpiry].lowest > 0;
  }
  uint32_t tag_set(uint32_t row) const {
    return static_cast<uint32_t>(get(kTagSet, row));
  }

  // Whether it is its hash's entry in the index.
  bool current(uint32_t row) const { return states()[row] & kCurrent; }
  void set_current(uint32_t row, bool on) { set(row, kCurrent, on); }
  bool live(uint32_t row) const { return states()[row] & kLive; }
  void set_live(uint32_t row, bool on) { set(row, kLive, on); }

 private:
  enum Field { kClock, kNode, kExpiry, kTagSet, kSize, kPriority, kFields };
  struct Column {
    uint64_t lowest;
    uint64_t mask;
    uint32_t at;  // in bytes()
    uint32_t bits;
  };
  // A state is an entry's Kind and these.
  static constexpr uint8_t kKinds = 7;
  static constexpr uint8_t kCurrent = 8;
  static constexpr uint8_t kLive = 16;

  static uint64_t field(const IndexEntry& entry, uint32_t field);

  // Hashes, states, then the columns; a value is read with the eight bytes from
  // where it begins.
  const uint8_t* bytes() const {
    return reinterpret_cast<const uint8_t*>(this + 1);
  }
  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(this + 1); }
  const uint8_t* states() const { return bytes() + size_t{8} * size_; }
  void set(uint32_t row, uint8_t flag, bool on) {
    uint8_t& state = bytes()[size_t{8} * size_ + row];
    state = static_cast<uint8_t>(on ? state | flag : state & ~flag);
  }
  uint64_t get(Field field, uint32_t row) const {
    const Column& column = columns_[field];
    const uint32_t bit = column.bits * row;
    const uint64_t word = load_u64(bytes() + column.at + bit / 8);
    return column.lowest + (word >> bit % 8 & column.mask);
  }

  Column columns_[kFields];
  uint32_t segment_;
  uint32_t first_row_;
  uint32_t size_;
};

}  // namespace apus::store

#endif  // APUS_STORE_ENTRY_BLOCK_H_
