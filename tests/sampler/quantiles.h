#ifndef APUS_TESTS_SAMPLER_QUANTILES_H_
#define APUS_TESTS_SAMPLER_QUANTILES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "apus/sampler/series_table.h"

namespace apus::sampler {

// Of quantiles at full resolution.
inline constexpr double kError = 0.00545;

inline void put(SeriesTable& table, uint32_t series, double value, double now) {
  table.buffer_runs()[0] = {.series = series, .end = 1};
  table.buffer_values()[0] = value;
  table.drain(1, now);
}

// Compares the selected window with all values that belong to it.
inline void expect_quantiles(const SeriesTable& table,
                             std::vector<double> values,
                             double error = kError) {
  std::sort(values.begin(), values.end());
  for (double q : {0.0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const double truth =
        values[static_cast<size_t>(q * static_cast<double>(values.size() - 1))];
    EXPECT_NEAR(table.quantile(q), truth, std::abs(truth) * error + 1e-6)
        << "q " << q;
  }
}

}  // namespace apus::sampler

#endif  // APUS_TESTS_SAMPLER_QUANTILES_H_
