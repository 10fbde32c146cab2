#include "apus/list/size_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "../base/random.h"

namespace apus::list {
namespace {

// The same list as a plain array.
class Model {
 public:
  Model(uint32_t rows, Length estimate)
      : sizes_(rows, estimate), estimate_(estimate) {}

  std::vector<Length> sizes_;
  Length estimate_;
  Length gap_ = 0;

  Offset offset_of(uint32_t row) const {
    Offset sum = 0;
    for (uint32_t i = 0; i < row; ++i) sum += sizes_[i] + Offset{gap_};
    return sum;
  }
  SizeIndex::Place at(Offset offset) const {
    Offset start = 0;
    uint32_t row = 0;
    for (; row + 1 < sizes_.size(); ++row) {
      const Offset end = start + sizes_[row] + gap_;
      if (offset < end) break;
      start = end;
    }
    return {row, start, sizes_[row]};
  }
};

void expect_same(const SizeIndex& index, const Model& model, Random& random) {
  ASSERT_EQ(index.size(), model.sizes_.size());
  const auto rows = static_cast<uint32_t>(model.sizes_.size());
  const Offset end = model.offset_of(rows);
  EXPECT_EQ(index.total(), rows ? end - model.gap_ : 0);
  if (rows == 0) return;
  const uint32_t row = random.below(rows);
  ASSERT_EQ(index.offset_of(row), model.offset_of(row));
  ASSERT_EQ(index.offset_of(rows), end);
  ASSERT_EQ(index.size_of(row), model.sizes_[row]);
  const Offset offset =
      static_cast<Offset>(random.below(1u << 31)) % (end + 100) - 50;
  const auto got = index.at(offset);
  const auto want = model.at(offset);
  ASSERT_EQ(got.row, want.row) << offset;
  ASSERT_EQ(got.start, want.start);
  ASSERT_EQ(got.size, want.size);
}

TEST(SizeIndex, AnEmptyListHasNoExtent) {
  SizeIndex index(0, 64);
  EXPECT_EQ(index.size(), 0u);
  EXPECT_EQ(index.total(), 0);
  EXPECT_EQ(index.offset_of(0), 0);
  index.insert(0, 3);
  EXPECT_EQ(index.total(), 3 * 64);
  index.remove(0, 3);
  EXPECT_EQ(index.total(), 0);
}

TEST(SizeIndex, UniformRunsTakeNoMemory) {
  SizeIndex small(10, 40 * 64);
  SizeIndex large(4'000'000'000, 40 * 64);
  EXPECT_EQ(small.bytes(), large.bytes());
  EXPECT_EQ(large.total(), Offset{4'000'000'000} * 40 * 64);
  EXPECT_EQ(large.at(large.total() - 1).row, 3'999'999'999u);
  large.measure(7, 40 * 64);
  EXPECT_EQ(small.bytes(), large.bytes());
}

TEST(SizeIndex, AMeasuredRowTakesAboutFourBytes) {
  SizeIndex index(1'000'000, 40 * 64);
  for (uint32_t row = 0; row < 1'000'000; ++row)
    index.measure(row, 64 * (24 + row % 200));
  EXPECT_LE(index.bytes(), 4.5 * 1'000'000);
}

TEST(SizeIndex, RowsMeasuredInAnyOrderTakeAboutFourBytes) {
  SizeIndex index(200'000, 40 * 64);
  std::vector<uint32_t> order(200'000);
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937(1));
  for (const uint32_t row : order) index.measure(row, 64 * (24 + row % 200));
  EXPECT_LE(index.bytes(), 6.0 * 200'000);
  Offset sum = 0;
  for (uint32_t row = 0; row < 200'000; ++row) sum += 64 * (24 + row % 200);
  EXPECT_EQ(index.total(), sum);
}

TEST(SizeIndex, SumsOfHugeRowsAreExact) {
  SizeIndex index(100'000'000, 1'000'000u * 64);
  EXPECT_EQ(index.total(), Offset{100'000'000} * 1'000'000 * 64);
  index.measure(99'999'999, 1);
  EXPECT_EQ(index.total(), Offset{99'999'999} * 1'000'000 * 64 + 1);
}

TEST(SizeIndex, RowsOfSizeZeroAreSkipped) {
  SizeIndex index(5, 0);
  EXPECT_EQ(index.at(0).row, 4u);
  index.measure(2, 64);
  EXPECT_EQ(index.at(0).row, 2u);
  EXPECT_EQ(index.at(-5).row, 0u);
  EXPECT_EQ(index.at(64).row, 4u);
}

TEST(SizeIndex, AnEstimateChangesOnlyRowsThatAreNotMeasured) {
  SizeIndex index(10'000, 64);
  index.measure(5000, 640);
  index.set_estimate(128);
  EXPECT_EQ(index.size_of(5000), 640u);
  EXPECT_EQ(index.size_of(5001), 128u);
  EXPECT_EQ(index.total(), 9'999 * 128 + 640);
  EXPECT_TRUE(index.measured(5000));
  EXPECT_FALSE(index.measured(4999));
}

void run_random(uint32_t seed, uint32_t operations, uint32_t start,
                uint32_t max_run) {
  Random random(seed);
  Length estimate = 40 * 64;
  SizeIndex index(start, estimate);
  Model model(start, estimate);
  std::vector<bool> measured(start);
  for (uint32_t i = 0; i < operations; ++i) {
    const auto rows = static_cast<uint32_t>(model.sizes_.size());
    const uint32_t kind = random.below(100);
    if (kind < 55 && rows) {
      const uint32_t row = random.below(rows);
      const Length size = random.one_in(10) ? 0 : random.below(20'000);
      const Offset change = static_cast<Offset>(size) - model.sizes_[row];
      ASSERT_EQ(index.measure(row, size), change);
      model.sizes_[row] = size;
      measured[row] = true;
    } else if (kind < 75) {
      const uint32_t at = random.below(rows + 1);
      const uint32_t n = random.below(max_run);
      index.insert(at, n);
      model.sizes_.insert(model.sizes_.begin() + at, n, model.estimate_);
      measured.insert(measured.begin() + at, n, false);
    } else if (kind < 97) {
      const uint32_t at = random.below(rows + 1);
      const uint32_t n = std::min(random.below(max_run), rows - at);
      index.remove(at, n);
      model.sizes_.erase(model.sizes_.begin() + at,
                         model.sizes_.begin() + at + n);
      measured.erase(measured.begin() + at, measured.begin() + at + n);
    } else if (kind < 98) {
      index.set_gap(random.below(640));
      model.gap_ = index.gap();
    } else if (kind < 99 && i % 8 == 0) {
      index.remove(0, rows);
      model.sizes_.clear();
      measured.clear();
    }
    if (i % 16 == 0) expect_same(index, model, random);
    if (testing::Test::HasFatalFailure()) return;
  }
  for (uint32_t row = 0; row < model.sizes_.size(); ++row) {
    ASSERT_EQ(index.size_of(row), model.sizes_[row]) << row;
  }
}

TEST(SizeIndex, FollowsANaiveArrayOverShortRuns) {
  run_random(1, 60'000, 100, 20);
}
TEST(SizeIndex, FollowsANaiveArrayOverLongRuns) {
  run_random(2, 6'000, 20'000, 3000);
}
TEST(SizeIndex, FollowsANaiveArrayOverMediumRuns) {
  run_random(3, 20'000, 3'000, 200);
}

// A plain array that also keeps the sum of each block of 128 rows: a million
// queries take seconds.
class BlockModel {
 public:
  BlockModel(uint32_t rows, Length estimate)
      : sizes_(rows, estimate), measured_(rows), estimate_(estimate) {
    sum_from(0);
  }
  uint32_t size() const { return static_cast<uint32_t>(sizes_.size()); }
  Length size_of(uint32_t row) const { return sizes_[row]; }
  void measure(uint32_t row, Length size) {
    blocks_[row / kBlock] += Offset{size} - sizes_[row];
    sizes_[row] = size;
    measured_[row] = true;
  }
  void insert(uint32_t at, uint32_t n) {
    sizes_.insert(sizes_.begin() + at, n, estimate_);
    measured_.insert(measured_.begin() + at, n, false);
    sum_from(at);
  }
  void remove(uint32_t at, uint32_t n) {
    sizes_.erase(sizes_.begin() + at, sizes_.begin() + at + n);
    measured_.erase(measured_.begin() + at, measured_.begin() + at + n);
    sum_from(at);
  }
  void set_estimate(Length estimate) {
    for (uint32_t row = 0; row < size(); ++row) {
      // The index treats a row of exactly the estimated size as not measured.
      if (!measured_[row]) sizes_[row] = estimate;
    }
    estimate_ = estimate;
    sum_from(0);
  }
  Offset offset_of(uint32_t row, Length gap) const {
    Offset sum = Offset{row} * gap;
    for (uint32_t b = 0; b < row / kBlock; ++b) sum += blocks_[b];
    for (uint32_t r = row / kBlock * kBlock; r < row; ++r) sum += sizes_[r];
    return sum;
  }
  uint32_t at(Offset offset, Length gap) const {
    uint32_t block = 0;
    Offset end = 0;
    for (; block + 1 < blocks_.size(); ++block) {
      const Offset next = end + blocks_[block] + Offset{gap} * kBlock;
      if (offset < next) break;
      end = next;
    }
    uint32_t row = block * kBlock;
    for (; row + 1 < size(); ++row) {
      end += Offset{sizes_[row]} + gap;
      if (offset < end) break;
    }
    return row;
  }

 private:
  static constexpr uint32_t kBlock = 128;
  void sum_from(uint32_t row) {
    blocks_.resize((size() + kBlock - 1) / kBlock);
    for (uint32_t b = row / kBlock; b < blocks_.size(); ++b) {
      const uint32_t end = std::min((b + 1) * kBlock, size());
      blocks_[b] = 0;
      for (uint32_t r = b * kBlock; r < end; ++r) blocks_[b] += sizes_[r];
    }
  }
  std::vector<Length> sizes_;
  std::vector<char> measured_;
  std::vector<Offset> blocks_;
  Length estimate_;
};

// Measures, inserts, removes, moves, changes of estimate and gap, with queries
// in between.
TEST(SizeIndex, FollowsANaiveArrayOverAMillionOperations) {
  constexpr uint32_t kRows = 8'000;
  Random random(4);
  SizeIndex index(kRows, 64);
  BlockModel model(kRows, 64);
  uint32_t done[6] = {};
  for (uint32_t i = 0; i < 1'000'000; ++i) {
    const uint32_t rows = model.size();
    const uint32_t row = random.below(rows);
    const uint32_t kind = random.below(1000);
    // Never the estimate itself: the index cannot tell it from a row that is
    // not measured.
    const Length size = 2 * random.below(1u << 25) + 1;
    if (kind < 380) {
      const Offset by = Offset{size} - model.size_of(row);
      ASSERT_EQ(index.measure(row, size), by);
      model.measure(row, size);
      ++done[0];
    } else if (kind < 460) {
      const uint32_t n = rows > 2 * kRows ? 0 : random.below(200);
      index.insert(row, n);
      model.insert(row, n);
      ++done[1];
    } else if (kind < 540) {
      const uint32_t n =
          rows < kRows / 2 ? 0 : std::min(random.below(200), rows - row);
      index.remove(row, n);
      model.remove(row, n);
      ++done[2];
    } else if (kind < 570) {
      const uint32_t to = random.below(rows);
      const Length kept = model.size_of(row);
      index.remove(row, 1);
      index.insert(to, 1);
      index.measure(to, kept | 1);
      model.remove(row, 1);
      model.insert(to, 1);
      model.measure(to, kept | 1);
      ++done[3];
    } else if (kind < 572) {
      const Length estimate = 2 * random.below(10'000);
      index.set_estimate(estimate);
      model.set_estimate(estimate);
      index.set_gap(random.below(1000));
      ++done[4];
    } else {
      const Offset start = model.offset_of(row, index.gap());
      ASSERT_EQ(index.offset_of(row), start) << i;
      ASSERT_EQ(index.size_of(row), model.size_of(row));
      const Offset end = model.offset_of(rows, index.gap());
      ASSERT_EQ(index.total(), end - index.gap());
      const Offset offset =
          start + random.below(model.size_of(row) + index.gap() + 1);
      const SizeIndex::Place place = index.at(offset);
      ASSERT_EQ(place.row, model.at(offset, index.gap())) << i;
      ASSERT_EQ(place.start, model.offset_of(place.row, index.gap()));
      ++done[5];
    }
  }
  for (const uint32_t times : done) EXPECT_GT(times, 1000u);
  for (uint32_t row = 0; row < model.size(); ++row) {
    ASSERT_EQ(index.size_of(row), model.size_of(row)) << row;
  }
}

}  // namespace
}  // namespace apus::list
