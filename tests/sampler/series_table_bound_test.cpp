// Memory that has a bound: what is spent, what is given up, and that no value
// is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "apus/sampler/series_table.h"
#include "quantiles.h"

namespace apus::sampler {
namespace {

TEST(SeriesTable, AThousandSeriesLoseNeitherValuesNorWindows) {
  constexpr uint32_t kSeries = 1000;
  constexpr uint32_t kMegabytes6 = 6'000'000;
  SeriesTable table(kSeries, kMegabytes6);
  std::mt19937_64 random(15);
  std::lognormal_distribution<double> lognormal(4, 1.2);
  std::vector<double> seen;
  double total = 0;
  // Ten values of each series in each slice.
  for (int second = 0; second < 960; ++second) {
    for (uint32_t s = 0; s < kSeries; ++s) {
      const double value = lognormal(random);
      if (s == 7) seen.push_back(value);
      table.buffer_values()[s] = value;
      table.buffer_runs()[s] = {.series = s, .end = s + 1};
      ++total;
    }
    table.drain(kSeries, second * 1000.0);
    EXPECT_LE(table.bytes(), kMegabytes6);
  }
  EXPECT_EQ(table.rejected(), 0);
  EXPECT_EQ(table.folded(), 0);
  EXPECT_LE(table.shift(), 1u);
  double counted = 0;
  const double lengths[3] = {60, 300, 900};
  for (uint32_t s = 0; s < kSeries; ++s) {
    for (uint32_t window = 0; window < 3; ++window) {
      table.select(s, static_cast<Window>(window));
      EXPECT_GE(table.count(), 0.95 * lengths[window]);
    }
    table.select(s, Window::kVisit);
    counted += table.count();
  }
  EXPECT_EQ(counted, total);
  table.select(7, Window::kVisit);
  expect_quantiles(table, seen, table.shift() ? 0.0109 : kError);
}

// With a value of each series in each slice, memory holds few values a bucket:
// coarser buckets would free next to nothing.
TEST(SeriesTable, TenThousandSeriesStayExactWithinABound) {
  constexpr uint32_t kSeries = 10'000;
  // Pointers of 32 bits need less.
  constexpr uint32_t kBound = sizeof(void*) == 8 ? 26'000'000 : 22'000'000;
  SeriesTable table(kSeries, kBound);
  std::mt19937_64 random(17);
  std::lognormal_distribution<double> lognormal(4, 1.2);
  std::vector<double> seen;
  constexpr int kSlices = 96;
  for (int slice = 0; slice < kSlices; ++slice) {
    for (uint32_t first = 0; first < kSeries; first += 1000) {
      for (uint32_t i = 0; i < 1000; ++i) {
        const double value = lognormal(random);
        if (first + i == 7) seen.push_back(value);
        table.buffer_values()[i] = value;
        table.buffer_runs()[i] = {.series = first + i, .end = i + 1};
      }
      table.drain(1000, slice * SeriesTable::kSliceMs);
      ASSERT_LE(table.bytes(), kBound);
    }
  }
  EXPECT_EQ(table.rejected(), 0);
  EXPECT_GT(table.folded(), 0);  // the bound was met
  EXPECT_LE(table.shift(), 1u);
  for (uint32_t s = 0; s < kSeries; ++s) {
    table.select(s, Window::kMinute);
    ASSERT_GE(table.count(), 6);
    table.select(s, Window::kVisit);
    ASSERT_EQ(table.count(), kSlices);
  }
  table.select(7, Window::kVisit);
  expect_quantiles(table, seen, 0.0109);
}

TEST(SeriesTable, SpendsABoundEvenlyAndLosesNoValue) {
  std::mt19937_64 random(16);
  std::lognormal_distribution<double> lognormal(4, 1.2);
  const double errors[] = {0.00545, 0.0109, 0.0217, 0.0434,
                           0.0867,  0.172,  0.334};
  for (const uint32_t bytes : {120'000, 80'000, 50'000, 30'000, 1}) {
    SeriesTable table(40, bytes);
    std::vector<std::vector<double>> all(40);
    for (int i = 0; i < 40'000; ++i) {
      const uint32_t s = static_cast<uint32_t>(random() % 40);
      const double value = (random() % 2 ? 1 : -1) * lognormal(random);
      put(table, s, value, i * 30.0);
      all[s].push_back(value);
    }
    EXPECT_EQ(table.rejected(), 0);
    EXPECT_GT(table.shift(), 0u);
    for (uint32_t s = 0; s < 40; ++s) {
      table.select(s, Window::kVisit);
      ASSERT_EQ(table.count(), static_cast<double>(all[s].size()));
      expect_quantiles(table, all[s], errors[table.shift()]);
      table.select(s, Window::kMinute);
      EXPECT_GT(table.count(), 0);
    }
    if (table.folded() == 0) {
      EXPECT_LE(table.bytes(), bytes);
    }
  }
}

}  // namespace
}  // namespace apus::sampler
