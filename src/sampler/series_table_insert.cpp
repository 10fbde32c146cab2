// The hot half of SeriesTable: counts every value.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "apus/sampler/series_table.h"

namespace apus::sampler {

void SeriesTable::insert(uint32_t id, std::span<double> values) {
  Live* live = current(id);
  if (live == nullptr) {
    numbers_.rejected += static_cast<double>(values.size());
    return;
  }
  Totals totals = totals_of(values);
  // A NaN or an infinity shows in the sum, so most batches pass with one check.
  if (!std::isfinite(totals.sum)) {
    values = finite(values);
    totals = totals_of(values);
  }
  const auto count = [&](const auto& bucket_at) {
    for (const double value : values) {
      const uint32_t fine = bucket_of(value);
      if (fine == kZero) {
        ++totals.zeros;
        continue;
      }
      const uint32_t bucket = bucket_at(fine);
      Chunk* chunk = live->chunks[bucket / kPerChunk].get();
      if (chunk == nullptr &&
          (chunk = add_chunk(*live, bucket / kPerChunk)) == nullptr) {
        ++numbers_.rejected;
        --totals.count;
        totals.sum -= value;
      } else {
        ++(*chunk)[bucket % kPerChunk];
      }
    }
  };
  // Two loops: a shift by a variable would cost a tenth of the whole.
  const uint32_t joined = shift();
  if (joined == 0) {
    count([](uint32_t fine) { return fine; });
  } else {
    count([joined](uint32_t fine) { return fine >> joined; });
  }
  live->totals.add(totals);
}

// SIMD has two lanes for doubles: one add, min and max handle two values.
Totals SeriesTable::totals_of(std::span<const double> values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double sum[2] = {0, 0};
  double min[2] = {kInfinity, kInfinity};
  double max[2] = {-kInfinity, -kInfinity};
  const auto add = [&](double value, size_t lane) {
    sum[lane] += value;
    min[lane] = value < min[lane] ? value : min[lane];
    max[lane] = value > max[lane] ? value : max[lane];
  };
  for (size_t i = 0; i + 1 < values.size(); i += 2) {
    add(values[i], 0);
    add(values[i + 1], 1);
  }
  if (values.size() % 2) add(values.back(), 0);
  return {.count = static_cast<double>(values.size()),
          .sum = sum[0] + sum[1],
          .min = std::min(min[0], min[1]),
          .max = std::max(max[0], max[1]),
          .zeros = 0};
}

void SeriesTable::drain(uint32_t runs, double now_ms) {
  assert(runs <= kBuffer);
  advance(now_ms);
  uint32_t start = 0;
  for (const Run& run : std::span(buffer_runs_).first(runs)) {
    assert(start <= run.end && run.end <= kBuffer);
    insert(run.series,
           std::span(buffer_values_).subspan(start, run.end - start));
    start = run.end;
  }
  spend();
}

}  // namespace apus::sampler
