#include "apus/store/entry_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "../base/random.h"

namespace apus::store {
namespace {

// A number of at most so many bits, often a small one.
uint64_t number(Random& random, unsigned bits) {
  const unsigned used = random.below(bits + 1);
  return used == 0 ? 0 : random.next() >> (64 - used);
}

void expect_same(const EntryBlock& block, const IndexEntry& entry,
                 uint32_t row) {
  const IndexEntry read = block[row];
  EXPECT_EQ(read.hash, entry.hash);
  EXPECT_EQ(block.hash(row), entry.hash);
  EXPECT_EQ(read.stamp, entry.stamp);
  EXPECT_EQ(read.expires_ms,
            std::min(entry.expires_ms, uint64_t{1} << 53));  // to_ms()
  EXPECT_EQ(read.segment, entry.segment);
  EXPECT_EQ(read.row, entry.row);
  EXPECT_EQ(read.tag_set, entry.tag_set);
  EXPECT_EQ(read.kind, entry.kind);
  EXPECT_EQ(read.size_class, entry.size_class);
  EXPECT_EQ(read.priority, entry.priority);
  EXPECT_FALSE(read.live);
}

TEST(EntryBlock, ReturnsWhatItPacked) {
  Random random(11);
  for (int step = 0; step < 400; ++step) {
    const uint32_t size =
        step < 3 ? EntryBlock::kRows : 1 + random.below(step < 200 ? 5 : 200);
    const uint64_t stamp = number(random, 64);
    const unsigned spread = random.below(65);  // bits in which stamps differ
    const unsigned lifetimes = random.below(65);
    const unsigned sets = random.below(33);
    std::vector<IndexEntry> entries(size);
    for (uint32_t row = 0; row < size; ++row) {
      entries[row] = {
          .hash = number(random, 64),
          .stamp = stamp ^ number(random, spread),
          .expires_ms = number(random, lifetimes),
          .segment = 7,
          .row = 5000 + row,
          .tag_set = static_cast<uint32_t>(number(random, sets)),
          .kind = static_cast<Kind>(random.below(5)),
          .size_class = static_cast<uint8_t>(number(random, step % 9)),
          .priority = static_cast<int8_t>(number(random, step % 8)),
          .live = false};
    }
    EntryBlock* block = EntryBlock::create(entries);
    ASSERT_NE(block, nullptr);
    ASSERT_EQ(block->size(), size);
    for (uint32_t row = 0; row < size; ++row)
      expect_same(*block, entries[row], row);
    EntryBlock::destroy(block);
  }
}

TEST(EntryBlock, AStateIsThatOfOneEntry) {
  std::vector<IndexEntry> entries(3);
  for (uint32_t row = 0; row < 3; ++row) entries[row].row = row;
  entries[1].kind = Kind::kRaw;
  EntryBlock* block = EntryBlock::create(entries);
  ASSERT_NE(block, nullptr);
  EXPECT_FALSE(block->expires());
  block->set_live(1, true);
  block->set_current(1, true);
  block->set_current(2, true);
  block->set_current(2, false);
  for (uint32_t row = 0; row < 3; ++row) {
    EXPECT_EQ(block->live(row), row == 1);
    EXPECT_EQ(block->current(row), row == 1);
  }
  EXPECT_EQ((*block)[1].kind, Kind::kRaw);
  EXPECT_TRUE((*block)[1].live);
  EntryBlock::destroy(block);
}

}  // namespace
}  // namespace apus::store
