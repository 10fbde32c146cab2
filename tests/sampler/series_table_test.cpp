#include "apus/sampler/series_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "quantiles.h"

namespace apus::sampler {
namespace {

constexpr uint32_t kBytes = 8 << 20;

TEST(SeriesTable, QuantilesOfManyDistributionsMatchSortedTruth) {
  std::mt19937_64 random(11);
  std::lognormal_distribution<double> lognormal(4, 1.2);
  std::uniform_real_distribution<double> uniform(0, 1);
  SeriesTable table(4, kBytes);
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
  SeriesTable table(3, kBytes);
  struct Sample {
    uint64_t tick;
    double value;
  };
  std::vector<Sample> model[3];
  double born[3];
  double now = 0;
  int compared = 0;
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
    if (model[series].empty()) born[series] = now;
    model[series].push_back({tick, value});
    if (step % 50) continue;
    const double length[4] = {60'000, 300'000, 900'000, 1e15};
    for (uint32_t s = 0; s < 3; ++s) {
      for (uint32_t window = 0; window < 4; ++window) {
        const double from = now - length[window];
        std::vector<double> whole;
        double sum = 0;
        // Of the slice at the far edge.
        double count = 0;
        double share = 0;
        for (const Sample& sample : model[s]) {
          const bool fine = sample.tick + 6 >= tick;
          if (window == 0 && !fine) continue;
          const uint64_t slice = fine ? 1 : 6;
          const double begin =
              static_cast<double>(sample.tick / slice * slice) * 1e4;
          const double start = std::max(begin, born[s]);
          const double end = begin + static_cast<double>(slice) * 1e4;
          if (start >= from) {
            whole.push_back(sample.value);
            sum += sample.value;
          } else if (end > from) {
            ++count;
            share = (end - from) / (end - start);
          }
        }
        table.select(s, static_cast<Window>(window));
        ASSERT_NEAR(table.count(),
                    static_cast<double>(whole.size()) + count * share, 0.5)
            << "window " << window << " step " << step;
        if (count > 0) continue;
        ++compared;
        if (whole.empty()) {
          EXPECT_TRUE(std::isnan(table.quantile(0.5)));
          continue;
        }
        EXPECT_NEAR(table.sum(), sum, 1e-6 * sum);
        expect_quantiles(table, whole);
      }
    }
  }
  EXPECT_GT(compared, 300);
  EXPECT_EQ(table.rejected(), 0);
}

TEST(SeriesTable, MergingEqualsCountingTogether) {
  std::mt19937_64 random(13);
  std::lognormal_distribution<double> lognormal(3, 2);
  SeriesTable table(3, kBytes);
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
  SeriesTable batched(4, kBytes);
  SeriesTable single(4, kBytes);
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
  SeriesTable table(2, kBytes);
  put(table, 0, std::nan(""), 0);
  put(table, 0, HUGE_VAL, 0);
  put(table, 2, 1, 0);
  EXPECT_EQ(table.rejected(), 3);
  table.select(0, Window::kVisit);
  EXPECT_EQ(table.count(), 0);
}

TEST(SeriesTable, RatesOfAnEvenFlowAreExactAtAnyTime) {
  SeriesTable table(1, kBytes);
  double next = 0;
  for (int i = 0; i < 60'000; ++i) {
    put(table, 0, 1 + i % 100, i * 20.0);
    if (i * 20.0 < next) continue;
    next += 7'777;
    const double lengths[3] = {60, 300, 900};
    for (uint32_t window = 0; window < 3; ++window) {
      if (i * 0.02 < lengths[window]) continue;
      table.select(0, static_cast<Window>(window));
      EXPECT_NEAR(table.count() / lengths[window], 50, 0.5) << i;
    }
  }
}

TEST(SeriesTable, CountsAnyNumberOfEqualValuesInASlice) {
  SeriesTable table(1, kBytes);
  for (int batch = 0; batch < 200; ++batch) {
    std::fill_n(table.buffer_values(), SeriesTable::kBuffer, 5.0);
    table.buffer_runs()[0] = {.series = 0, .end = SeriesTable::kBuffer};
    table.drain(1, batch);
  }
  table.select(0, Window::kMinute);
  EXPECT_EQ(table.count(), 200 * SeriesTable::kBuffer);
  EXPECT_EQ(table.quantile(0.5), 5);
}

TEST(SeriesTable, CountsEveryFiniteNumber) {
  SeriesTable table(1, kBytes);
  const double values[] = {1e300, -1e300, 1e-300, -5e-324, 1.7e308, 3e13, 1};
  for (const double value : values) put(table, 0, value, 0);
  table.select(0, Window::kVisit);
  EXPECT_EQ(table.count(), 7);
  EXPECT_EQ(table.zeros(), 2);
  EXPECT_EQ(table.rejected(), 0);
  EXPECT_EQ(table.quantile(0), -1e300);
  EXPECT_EQ(table.quantile(1), 1.7e308);
}

TEST(SeriesTable, TimeThatRunsBackwardsIsIgnored) {
  SeriesTable table(1, kBytes);
  put(table, 0, 1, 1e6);
  put(table, 0, 2, 0);
  put(table, 0, 3, std::nan(""));
  table.select(0, Window::kMinute);
  EXPECT_EQ(table.count(), 3);
}

}  // namespace
}  // namespace apus::sampler
