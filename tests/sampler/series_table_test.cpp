#include "apus/sampler/series_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace apus::sampler {
namespace {

constexpr double kError = 0.00545;

void put(SeriesTable& table, uint32_t series, double value, double now) {
  table.buffer_runs()[0] = {.series = series, .end = 1};
  table.buffer_values()[0] = value;
  table.drain(1, now);
}

void expect_quantiles(const SeriesTable& table, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  for (double q : {0.0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const double truth =
        values[static_cast<size_t>(q * static_cast<double>(values.size() - 1))];
    EXPECT_NEAR(table.quantile(q), truth, std::abs(truth) * kError + 1e-6)
        << "q " << q;
  }
}

TEST(SeriesTable, QuantilesOfManyDistributionsMatchSortedTruth) {
  std::mt19937_64 random(11);
  std::lognormal_distribution<double> lognormal(4, 1.2);
  std::uniform_real_distribution<double> uniform(0, 1);
  SeriesTable table(4, 4096);
  std::vector<std::vector<double>> all(4);
  for (int i = 0; i < 50'000; ++i) {
    const double values[4] = {
        lognormal(random), 10 / std::pow(1 - uniform(random), 1 / 1.1),
        8 * std::round(lognormal(random) / 8), (uniform(random) - 0.5) * 1000};
    for (uint32_t s = 0; s < 4; ++s) {
      put(table, s, values[s], i * 40.0);
      all[s].push_back(values[s]);
    }
  }
  for (uint32_t s = 0; s < 4; ++s) {
    table.select(s, Window::kVisit);
    EXPECT_EQ(table.count(), 50'000);
    EXPECT_EQ(table.min(), *std::min_element(all[s].begin(), all[s].end()));
    EXPECT_EQ(table.max(), *std::max_element(all[s].begin(), all[s].end()));
    expect_quantiles(table, all[s]);
  }
  EXPECT_EQ(table.rejected(), 0);
  EXPECT_EQ(table.folded(), 0);
}

// The naive model keeps every value with its time and cuts windows as the
// header describes them.
TEST(SeriesTable, WindowsMatchANaiveModelUnderRandomTime) {
  std::mt19937_64 random(12);
  std::uniform_real_distribution<double> uniform(0, 1);
  SeriesTable table(3, 4096);
  struct Sample {
    uint64_t tick;
    double value;
  };
  std::vector<Sample> model[3];
  double now = 0;
  for (int step = 0; step < 6000; ++step) {
    const double dice = uniform(random);
    now += dice < 0.01   ? 400'000
           : dice < 0.02 ? 1'500'000
           : dice < 0.6  ? 3'000
                         : 0;
    const uint32_t series = static_cast<uint32_t>(random() % 3);
    const double value = std::exp(uniform(random) * 9 - 2);
    put(table, series, value, now);
    const uint64_t tick = static_cast<uint64_t>(now / 10'000);
    model[series].push_back({tick, value});
    if (step % 50) continue;
    const uint64_t minute = tick / 6;
    const uint64_t from[4] = {tick < 5 ? 0 : tick - 5,
                              minute < 4 ? 0 : (minute - 4) * 6,
                              minute < 14 ? 0 : (minute - 14) * 6, 0};
    for (uint32_t s = 0; s < 3; ++s) {
      for (uint32_t window = 0; window < 4; ++window) {
        std::vector<double> expected;
        double sum = 0;
        for (const Sample& sample : model[s]) {
          if (sample.tick < std::min(from[window], tick < 5 ? 0 : tick - 5))
            continue;
          expected.push_back(sample.value);
          sum += sample.value;
        }
        table.select(s, static_cast<Window>(window));
        ASSERT_EQ(table.count(), static_cast<double>(expected.size()))
            << "window " << window << " step " << step;
        if (expected.empty()) {
          EXPECT_TRUE(std::isnan(table.quantile(0.5)));
          continue;
        }
        EXPECT_NEAR(table.sum(), sum, 1e-6 * sum);
        expect_quantiles(table, expected);
      }
    }
  }
}

TEST(SeriesTable, MergingEqualsCountingTogether) {
  std::mt19937_64 random(13);
  std::lognormal_distribution<double> lognormal(3, 2);
  SeriesTable table(3, 4096);
  for (int i = 0; i < 20'000; ++i) {
    const double value = lognormal(random);
    put(table, static_cast<uint32_t>(i % 2), value, i * 100.0);
    put(table, 2, value, i * 100.0);
  }
  table.merge(0, 1);
  table.select(0, Window::kVisit);
  const std::vector<uint32_t> merged(table.buckets(),
                                     table.buckets() + kBuckets);
  table.select(2, Window::kVisit);
  EXPECT_TRUE(std::equal(merged.begin(), merged.end(), table.buckets()));
  table.select(1, Window::kVisit);
  EXPECT_EQ(table.count(), 0);
}

TEST(SeriesTable, ABatchOfRunsEqualsItsValuesOneByOne) {
  std::mt19937_64 random(14);
  SeriesTable batched(4, 1024);
  SeriesTable single(4, 1024);
  for (int batch = 0; batch < 200; ++batch) {
    uint32_t count = 0;
    uint32_t runs = 0;
    const double now = batch * 700.0;
    while (count < SeriesTable::kBuffer) {
      const uint32_t series =
          static_cast<uint32_t>(random() % 5);  // one does not exist
      const uint64_t length =
          std::min<uint64_t>(1 + random() % 40, SeriesTable::kBuffer - count);
      for (uint64_t i = 0; i < length; ++i) {
        const double dice = static_cast<double>(random() % 1000);
        const double value =
            dice < 2    ? std::nan("")
            : dice < 4  ? -HUGE_VAL
            : dice < 20 ? 0
                        : std::exp(dice / 100 - 3) * (dice < 300 ? -1 : 1);
        batched.buffer_values()[count++] = value;
        put(single, series, value, now);
      }
      batched.buffer_runs()[runs++] = {.series = series, .end = count};
    }
    batched.drain(runs, now);
  }
  EXPECT_EQ(batched.rejected(), single.rejected());
  EXPECT_GT(batched.rejected(), 0);
  for (uint32_t series = 0; series < 4; ++series) {
    batched.select(series, Window::kVisit);
    single.select(series, Window::kVisit);
    EXPECT_EQ(batched.count(), single.count());
    EXPECT_EQ(batched.zeros(), single.zeros());
    EXPECT_EQ(batched.min(), single.min());
    EXPECT_EQ(batched.max(), single.max());
    EXPECT_NEAR(batched.sum(), single.sum(), 1e-6 * std::abs(single.sum()));
    EXPECT_TRUE(std::equal(batched.buckets(), batched.buckets() + kBuckets,
                           single.buckets()));
  }
}

TEST(SeriesTable, RejectsWhatCannotBeCounted) {
  SeriesTable table(2, 64);
  put(table, 0, std::nan(""), 0);
  put(table, 0, HUGE_VAL, 0);
  put(table, 2, 1, 0);
  EXPECT_EQ(table.rejected(), 3);
  table.select(0, Window::kVisit);
  EXPECT_EQ(table.count(), 0);
}

TEST(SeriesTable, FoldsItsWindowsRatherThanLoseValuesWhenChunksRunOut) {
  SeriesTable table(1, 64);
  for (int slice = 0; slice < 20; ++slice) {
    for (int octave = 0; octave < 15; ++octave)
      put(table, 0, std::ldexp(1.5, octave), slice * 1e4);
  }
  table.select(0, Window::kVisit);
  EXPECT_EQ(table.count(), 300);
  EXPECT_GT(table.folded(), 0);
  EXPECT_EQ(table.rejected(), 0);
  EXPECT_LE(table.chunks_in_use(), 64u);
}

TEST(SeriesTable, TimeThatRunsBackwardsIsIgnored) {
  SeriesTable table(1, 64);
  put(table, 0, 1, 1e6);
  put(table, 0, 2, 0);
  put(table, 0, 3, std::nan(""));
  table.select(0, Window::kMinute);
  EXPECT_EQ(table.count(), 3);
}

}  // namespace
}  // namespace apus::sampler
