// Many series of numbers. Each is kept as histograms over sliding windows: the
// last 1, 5 and 15 minutes and the whole visit. Any quantile of any window is
// within 0.55% of the exact one (bucket.h).
//
// A value is counted once, in the current slice of 10 s. Slices older than a
// minute are merged into slices of a minute, and those older than 15 minutes
// into the rest. Merging adds counters, so it is exact. A window is the sum of
// its slices: it ends now and begins at the start of a slice.
//
// Memory: 2 KB a series plus its chunks (chunk_pool.h), bounded at
// construction. When chunks run out, a series gives up its windows before it
// loses a value. One scratch histogram of 32 KB serves all queries. Not
// thread-safe; reads no clock: `now` comes with the call.
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
  // Values in the buffer that JavaScript fills.
  static constexpr uint32_t kBuffer = 1024;
  static constexpr double kSliceMs = 10'000;

  // Values of one series in a row.
  struct Run {
    uint32_t series;
    // Where the run ends in the buffer.
    uint32_t end;
  };

  // Of the window that was selected last.
  struct Totals {
    double count = 0;
    double sum = 0;
    // Infinity and -infinity when empty.
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
    double zeros = 0;

    void add(const Totals& other);
  };

  // The numbers that JavaScript reads in place (layout.h).
  struct Numbers {
    Totals selected;
    // Values that could not be counted.
    double rejected = 0;
    // How often a series folded its windows because the chunks had run out.
    double folded = 0;
  };

  // Returns nullptr when memory was refused.
  // Requires: max_series >= 1, max_chunks <= ChunkPool::kMaxChunks.
  static std::unique_ptr<SeriesTable> make(uint32_t max_series,
                                           uint32_t max_chunks);

  // As make(), but a table whose memory was refused rejects every value.
  SeriesTable(uint32_t max_series, uint32_t max_chunks);

  // False when memory was refused.
  bool usable() const { return max_series_ > 0; }

  // The batch that JavaScript fills: up to kBuffer values, and the runs they
  // form.
  double* buffer_values() { return buffer_values_.data(); }
  Run* buffer_runs() { return buffer_runs_.data(); }

  // Counts the batch as seen at `now_ms`. Values that cannot be counted
  // (bucket.h, unknown series) add to rejected().
  // Requires: runs <= kBuffer; ends ascend to at most kBuffer. O(values).
  void drain(uint32_t runs, double now_ms);

  // Moves time on without values. Time that runs backwards is ignored. O(1).
  void advance(double now_ms);

  // Adds the visit of `from` to that of `into`, exactly, and empties `from`.
  // Requires: both < max_series.
  void merge(uint32_t into, uint32_t from);

  // Gathers a window into the scratch histogram, which serves the queries below
  // until the next select. O(slices * chunks).
  // Requires: series < max_series.
  void select(uint32_t series, Window window);

  const Numbers& numbers() const { return numbers_; }
  double count() const { return numbers_.selected.count; }
  double sum() const { return numbers_.selected.sum; }
  double min() const { return numbers_.selected.min; }
  double max() const { return numbers_.selected.max; }
  double zeros() const { return numbers_.selected.zeros; }
  double rejected() const { return numbers_.rejected; }
  double folded() const { return numbers_.folded; }

  // Returns the value of rank floor(q * (count - 1)), within 0.55%; NaN when
  // the window is empty.
  // Requires: 0 <= q <= 1. O(buckets).
  double quantile(double q) const;
  // kBuckets counters, for export.
  const uint32_t* buckets() const { return scratch_.data(); }

  uint32_t chunks_in_use() const { return pool_.in_use(); }

 private:
  // Slices of 10 s.
  static constexpr uint32_t kFine = 6;
  // Slices of a minute.
  static constexpr uint32_t kCoarse = 15;
  static constexpr uint32_t kKeys = kBuckets / kPerChunk;

  struct Slice {
    Totals totals;
    // Of its list of chunks.
    uint16_t head = 0;
  };

  struct Series {
    // Counters of each key in the current slice.
    std::array<uint32_t*, kKeys> current{};
    std::array<Slice, kFine> fine;
    std::array<Slice, kCoarse> coarse;
    Slice rest;
    // Of the current slice.
    uint32_t tick = 0;
  };

  // Returns the series, created if needed, at the current slice; nullptr when
  // it is unknown or memory was refused.
  Series* current(uint32_t id);
  // All totals but zeros.
  static Totals totals_of(std::span<const double> values);
  // May reorder `values`.
  void insert(uint32_t id, std::span<double> values);
  // Returns false when no chunk was left.
  bool count_bucket(Series& series, uint32_t bucket);
  uint32_t* take_chunk(Series& series, uint32_t key);
  // Moves the series' slices on to the table's time.
  void catch_up(Series& series);
  void start_slice(Series& series);
  void merge_slice(Slice& into, Slice& from);
  // Merges all slices but the current one into the rest.
  void fold(Series& series);
  void gather(const Slice& slice);

  ChunkPool pool_;
  std::unique_ptr<std::unique_ptr<Series>[]> series_;
  uint32_t max_series_;
  uint32_t tick_ = 0;
  Numbers numbers_;
  std::array<uint32_t, kBuckets> scratch_{};
  std::array<double, kBuffer> buffer_values_{};
  std::array<Run, kBuffer> buffer_runs_{};
};

}  // namespace apus::sampler

#endif  // APUS_SAMPLER_SERIES_TABLE_H_
