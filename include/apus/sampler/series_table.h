// Many series of numbers. Each is kept as histograms over sliding windows: the
// last 1, 5 and 15 minutes and the whole visit. Any quantile of any window is
// within the error of the table's scale (bucket.h): 0.55% at scale 6.
//
// A value is counted once, in the current slice of 10 s. A slice that is full
// is encoded (block.h). Slices older than a minute are merged into slices of a
// minute, and those older than 15 minutes into the rest. Merging adds counters,
// so it is exact. A window is the sum of its slices. It ends now; the slice at
// its far edge counts by the share of it that lies within the window.
//
// Memory: 0.7 KB a series that is being counted, plus 256 bytes for each octave
// of its current slice, plus blocks. When the sum exceeds the bound given at
// construction, memory is spent evenly: all series halve their resolution
// (uniform collapse, as in UDDSketch), up to six times, as long as that frees a
// sixteenth; then all give up their windows older than a minute. No value is lost.
// Scratch space of 112 KB serves all series. Not thread-safe; reads no clock: `now` comes with the call.
//
// Source of the collapse: Epicoco et al., "UDDSketch: Accurate Tracking of
// Quantiles in Data Streams" (2020).
#ifndef APUS_SAMPLER_SERIES_TABLE_H_
#define APUS_SAMPLER_SERIES_TABLE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "apus/sampler/block.h"
#include "apus/sampler/bucket.h"

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

  // The numbers that JavaScript reads in place (layout.h).
  struct Numbers {
    // Of the window that was selected last.
    Totals selected;
    // Values that could not be counted.
    double rejected = 0;
    // How often all series gave up windows because memory was at its bound.
    double folded = 0;
    // How often neighbours were joined: the scale is 6 - shift.
    double shift = 0;
    // Of all series, without the scratch space.
    double bytes = 0;
  };

  // Returns nullptr when memory was refused.
  // Requires: max_series >= 1.
  static std::unique_ptr<SeriesTable> make(uint32_t max_series,
                                           uint32_t max_bytes);

  // As make(), but a table whose memory was refused rejects every value.
  SeriesTable(uint32_t max_series, uint32_t max_bytes);

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
  // until the next call. O(slices * buckets).
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
  uint32_t shift() const { return static_cast<uint32_t>(numbers_.shift); }
  double bytes() const { return numbers_.bytes; }

  // Returns the value of rank floor(q * (count - 1)), within the error of the
  // scale; NaN when the window is empty. Magnitudes beyond kLargest are all
  // given as the largest one.
  // Requires: 0 <= q <= 1. O(buckets).
  double quantile(double q) const;
  // kBuckets >> shift() counters, for export.
  const uint32_t* buckets() const { return scratch_.data(); }

 private:
  // Counters of an octave in a slice that is being counted.
  static constexpr uint32_t kPerChunk = 64;
  using Chunk = std::array<uint32_t, kPerChunk>;
  static constexpr uint32_t kKeys = kBuckets / kPerChunk;
  struct Live {
    std::array<std::unique_ptr<Chunk>, kKeys> chunks;
    Totals totals;
  };

  // Slices of 10 s: the current one, and up to one at the far edge.
  static constexpr uint32_t kFine = 7;
  static constexpr uint32_t kPerMinute = 6;
  // Slices of a minute.
  static constexpr uint32_t kCoarse = 16;
  // Everything older.
  static constexpr uint32_t kRest = kFine + kCoarse;

  struct Series {
    std::unique_ptr<Live> live;
    std::array<BlockPtr, kRest + 1> slices;
    // Of the current slice.
    uint32_t tick;
    // Its first slice begins here, ms.
    double born;

    BlockPtr& fine(uint32_t tick) { return slices[tick % kFine]; }
    BlockPtr& coarse(uint32_t minute) {
      return slices[kFine + minute % kCoarse];
    }
  };

  // Returns the current slice of the series, both created if needed; nullptr
  // when it is unknown or memory was refused.
  Live* current(uint32_t id);
  // All totals but zeros. Called twice: inlined, it would add 0.2 KB.
  [[gnu::noinline]] static Totals totals_of(std::span<const double> values);
  // Moves the finite values to the front and counts the others as rejected.
  std::span<double> finite(std::span<double> values);
  // May reorder `values`.
  void insert(uint32_t id, std::span<double> values);
  // Returns nullptr when memory was refused.
  Chunk* add_chunk(Live& live, uint32_t key);
  // Encodes the current slice.
  void close(Series& series);
  // Moves the series' slices on to the table's time.
  void catch_up(Series& series);
  // Replaces `block` by what was written. Frees its memory first, so that a
  // block that does not grow is never refused.
  void store(BlockPtr& block, const Totals& totals);
  void drop(BlockPtr& block);
  // Adds `from` to `into` and empties it.
  void merge_block(BlockPtr& into, BlockPtr& from);
  // Merges the closed slices from `first` on into the rest.
  void fold(Series& series, uint32_t first);
  // Keeps memory within its bound.
  void spend();
  void coarsen(BlockPtr& block);
  // Adds the share of a slice that lies within the selected window: of what
  // lies between start and end, all that comes after `from_ms`.
  void gather(const BlockPtr& block, double start_ms, double end_ms,
              double from_ms);

  std::unique_ptr<std::unique_ptr<Series>[]> series_;
  uint32_t max_series_;
  uint32_t max_bytes_;
  // Of series, live slices and blocks.
  uint32_t bytes_ = 0;
  uint32_t tick_ = 0;
  uint32_t folded_tick_ = 0;
  // Whether the last collapse freed little, because series hold few values.
  bool vain_ = false;
  double now_ms_ = 0;
  Numbers numbers_;
  BlockWriter writer_;
  std::array<uint32_t, kBuckets> scratch_{};
  std::array<double, kBuffer> buffer_values_{};
  std::array<Run, kBuffer> buffer_runs_{};
};

}  // namespace apus::sampler

#endif  // APUS_SAMPLER_SERIES_TABLE_H_
