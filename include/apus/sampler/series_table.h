// Many series of numbers, each kept as histograms over sliding windows: the
// last 1, 5 and 15 minutes and the whole visit. Any quantile of any window is
// within 0.55% of the exact one (bucket.h).
//
// A value is counted once, in the present slice of 10 s. Slices that leave the
// minute are merged into slices of a minute, those that leave the quarter of
// an hour into the rest; merging adds counters, so it is exact. A window is the
// sum of its slices: it ends now and begins at the start of a slice.
//
// Memory: 2 KB a series plus its chunks (chunk_pool.h), all bounded at
// construction; when chunks run out, a series gives up its windows before it
// loses a value. One scratch histogram of 32 KB serves all questions.
// Not thread-safe; reads no clock: `now` comes with the call.
#ifndef APUS_SAMPLER_SERIES_TABLE_H_
#define APUS_SAMPLER_SERIES_TABLE_H_

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>

#include "apus/sampler/bucket.h"
#include "apus/sampler/chunk_pool.h"

namespace apus::sampler {

enum class Window : uint32_t {
  kMinute = 0,
  kFiveMinutes = 1,
  kQuarterHour = 2,
  kVisit = 3
};

class SeriesTable {
 public:
  static constexpr uint32_t kRing = 1024;
  static constexpr double kSliceMs = 10'000;

  // Requires: max_series >= 1, max_chunks <= ChunkPool::kMaxChunks.
  SeriesTable(uint32_t max_series, uint32_t max_chunks);

  // False when memory was refused: every value is rejected then.
  bool usable() const { return max_series_ > 0; }

  // The batch that JavaScript fills: up to kRing values, in runs of one series
  // each, and of each run its series and where it ends.
  struct Run {
    uint32_t series;
    uint32_t end;
  };
  double* ring_values() { return ring_values_.data(); }
  Run* ring_runs() { return ring_runs_.data(); }

  // Counts the batch as seen at `now_ms`. Values that cannot be counted
  // (bucket.h, unknown series) add to rejected().
  // Requires: runs <= kRing; ends ascend to at most kRing. O(values).
  void drain(uint32_t runs, double now_ms);

  // Moves time on without values. Time that runs backwards is ignored. O(1).
  void advance(double now_ms);

  // Adds `from`'s visit to `into`'s, exactly, and empties `from`.
  // Requires: both < max_series.
  void merge(uint32_t into, uint32_t from);

  // Gathers a window into the scratch histogram for the questions below; it
  // holds until the next select. O(slices * chunks).
  // Requires: series < max_series.
  void select(uint32_t series, Window window);

  double count() const { return selected_.count; }
  double sum() const { return selected_.sum; }
  // Infinity and -infinity when empty.
  double min() const { return selected_.min; }
  double max() const { return selected_.max; }
  double zeros() const { return selected_.zeros; }
  // The value of rank floor(q * (count - 1)), within 0.55%; NaN when empty.
  // Requires: 0 <= q <= 1. O(buckets).
  double quantile(double q) const;
  // kBuckets counters, for export.
  const uint32_t* buckets() const { return scratch_.data(); }

  double rejected() const { return rejected_; }
  // How often a series folded its windows because the chunks had run out.
  double folded() const { return folded_; }
  uint32_t chunks_in_use() const { return pool_.in_use(); }

 private:
  static constexpr uint32_t kFine = 6;     // slices of 10 s
  static constexpr uint32_t kCoarse = 15;  // slices of a minute
  static constexpr uint32_t kKeys = kBuckets / kPerChunk;

  struct Totals {
    double count = 0;
    double sum = 0;
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
    double zeros = 0;

    void add(const Totals& other);
  };

  struct Slice {
    Totals totals;
    uint16_t head = 0;  // of its list of chunks
  };

  struct Series {
    // Counters of each key in the present slice.
    std::array<uint32_t*, kKeys> present{};
    std::array<Slice, kFine> fine;
    std::array<Slice, kCoarse> coarse;
    Slice rest;
    uint32_t tick = 0;  // of the present slice
  };

  // The series at the present slice, made if need be; nullptr: unknown or no
  // memory.
  Series* present(uint32_t id);
  // Count, sum, minimum and maximum.
  static Totals totals_of(std::span<const double> values);
  // May reorder `values`.
  void insert(uint32_t id, std::span<double> values);
  // Whether the series had room for it.
  bool count_bucket(Series& series, uint32_t bucket);
  uint32_t* take_chunk(Series& series, uint32_t key);
  // Brings the series' slices to the table's present.
  void catch_up(Series& series);
  void start_slice(Series& series);
  void merge_slice(Slice& into, Slice& from);
  // Merges all but the present slice into the rest.
  void fold(Series& series);
  void gather(const Slice& slice);

  ChunkPool pool_;
  std::unique_ptr<std::unique_ptr<Series>[]> series_;
  uint32_t max_series_;
  uint32_t tick_ = 0;
  double rejected_ = 0;
  double folded_ = 0;
  Totals selected_;
  std::array<uint32_t, kBuckets> scratch_{};
  std::array<double, kRing> ring_values_{};
  std::array<Run, kRing> ring_runs_{};
};

}  // namespace apus::sampler

#endif  // APUS_SAMPLER_SERIES_TABLE_H_
