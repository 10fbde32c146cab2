#include <gtest/gtest.h>

#include "apus/sampler/series_table.h"
#include "refused.h"

namespace apus::sampler {
namespace {

TEST(RefusedMemory, RejectsValuesOfTheSamplerAndCountsThem) {
  const uint64_t allocations = refuse_each([] {
    SeriesTable made(10, 100'000);
    if (!made.usable()) return;
    constexpr uint32_t kValues = SeriesTable::kBuffer;
    double told = 0;
    for (uint32_t round = 0; round < 12; ++round) {
      for (uint32_t i = 0; i < kValues; ++i)
        made.buffer_values()[i] = 1 + (i * 37 + round * 101) % 5000;
      for (uint32_t run = 0; run < 16; ++run)
        made.buffer_runs()[run] = {(round + run) % 10,
                                   (run + 1) * kValues / 16};
      made.drain(16, 9000.0 * round);
      told += kValues;
    }
    made.merge(1, 2);
    double counted = 0;
    for (uint32_t series = 0; series < 10; ++series) {
      made.select(series, Window::kVisit);
      counted += made.count();
    }
    const Allowed allowed;
    EXPECT_EQ(counted + made.rejected(), told);
  });
  EXPECT_GT(allocations, 10u);
}

}  // namespace
}  // namespace apus::sampler
