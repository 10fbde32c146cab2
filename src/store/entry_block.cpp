#include "apus/store/entry_block.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace apus::store {
namespace {

// The greatest time that to_ms() gives. A column has at most 56 bits.
constexpr uint64_t kLatest = uint64_t{1} << 53;

}  // namespace

uint64_t EntryBlock::field(const IndexEntry& entry, uint32_t field) {
  switch (field) {
    case kClock:
      return entry.stamp >> kNodeBits;
    case kNode:
      return entry.stamp & ((1u << kNodeBits) - 1);
    case kExpiry:
      return std::min(entry.expires_ms, kLatest);
    case kTagSet:
      return entry.tag_set;
    case kSize:
      return entry.size_class;
    default:
      return static_cast<uint8_t>(entry.priority);
  }
}

EntryBlock* EntryBlock::create(std::span<const IndexEntry> entries) {
  const auto size = static_cast<uint32_t>(entries.size());
  Column columns[kFields];
  uint32_t end = 9 * size;
  for (uint32_t i = 0; i < kFields; ++i) {
    uint64_t lowest = ~uint64_t{0};
    uint64_t highest = 0;
    for (const IndexEntry& entry : entries) {
      const uint64_t value = field(entry, i);
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
    const auto bits = static_cast<uint32_t>(std::bit_width(highest - lowest));
    columns[i] = {lowest, (uint64_t{1} << bits) - 1, end, bits};
    end += (bits * size + 7) / 8;
  }
  void* memory = std::calloc(1, sizeof(EntryBlock) + end + 8);
  if (memory == nullptr) return nullptr;
  auto* block = static_cast<EntryBlock*>(memory);
  std::copy(columns, columns + kFields, block->columns_);
  block->segment_ = entries[0].segment;
  block->first_row_ = entries[0].row;
  block->size_ = size;
  uint8_t* to = block->bytes();
  for (const IndexEntry& entry : entries) {
    store_u64(to, entry.hash);
    to += 8;
  }
  for (const IndexEntry& entry : entries)
    *to++ = static_cast<uint8_t>(entry.kind);
  for (const Column& column : columns) {
    if (column.bits == 0) continue;
    const auto i = static_cast<uint32_t>(&column - columns);
    uint32_t bit = 0;
    for (const IndexEntry& entry : entries) {
      uint8_t* at = block->bytes() + column.at + bit / 8;
      const uint64_t value = field(entry, i) - column.lowest;
      store_u64(at, load_u64(at) | value << bit % 8);
      bit += column.bits;
    }
  }
  return block;
}

void EntryBlock::destroy(EntryBlock* block) { std::free(block); }

IndexEntry EntryBlock::operator[](uint32_t row) const {
  const uint8_t state = states()[row];
  return {.hash = hash(row),
          .stamp = stamp(row),
          .expires_ms = get(kExpiry, row),
          .segment = segment_,
          .row = first_row_ + row,
          .tag_set = tag_set(row),
          .kind = static_cast<Kind>(state & kKinds),
          .size_class = static_cast<uint8_t>(get(kSize, row)),
          .priority = static_cast<int8_t>(get(kPriority, row)),
          .live = (state & kLive) != 0};
}

}  // namespace apus::store
