#include "apus/sampler/series_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <new>

namespace apus::sampler {
namespace {

// With what an allocator adds.
constexpr uint32_t kChunkBytes = 264;

}  // namespace

std::unique_ptr<SeriesTable> SeriesTable::make(uint32_t max_series,
                                               uint32_t max_bytes) {
  std::unique_ptr<SeriesTable> table(new (std::nothrow)
                                         SeriesTable(max_series, max_bytes));
  if (table != nullptr && !table->usable()) table.reset();
  return table;
}

SeriesTable::SeriesTable(uint32_t max_series, uint32_t max_bytes)
    : series_(new(std::nothrow) std::unique_ptr<Series>[max_series]),
      max_series_(series_ ? max_series : 0),
      max_bytes_(max_bytes) {
  assert(max_series >= 1);
}

void SeriesTable::advance(double now_ms) {
  if (!(now_ms >= now_ms_)) return;
  now_ms_ = std::min(now_ms, 4e9 * kSliceMs);
  tick_ = static_cast<uint32_t>(now_ms_ / kSliceMs);
}

SeriesTable::Live* SeriesTable::current(uint32_t id) {
  if (id >= max_series_) return nullptr;
  Series* series = series_[id].get();
  if (series == nullptr) {
    series = new (std::nothrow) Series;
    if (series == nullptr) return nullptr;
    series_[id].reset(series);
    series->tick = tick_;
    series->born = now_ms_;
    bytes_ += sizeof(Series);
  }
  if (series->tick != tick_) catch_up(*series);
  if (series->live == nullptr) {
    series->live.reset(new (std::nothrow) Live);
    if (series->live != nullptr) bytes_ += sizeof(Live);
  }
  return series->live.get();
}

std::span<double> SeriesTable::finite(std::span<double> values) {
  size_t kept = 0;
  for (const double value : values) {
    if (std::isfinite(value)) values[kept++] = value;
  }
  numbers_.rejected += static_cast<double>(values.size() - kept);
  return values.first(kept);
}

SeriesTable::Chunk* SeriesTable::add_chunk(Live& live, uint32_t key) {
  Chunk* chunk = new (std::nothrow) Chunk{};
  if (chunk == nullptr) return nullptr;
  bytes_ += kChunkBytes;
  live.chunks[key].reset(chunk);
  return chunk;
}

void SeriesTable::close(Series& series) {
  if (series.live == nullptr) return;
  Live& live = *series.live;
  writer_.start();
  for (uint32_t key = 0; key < kKeys; ++key) {
    const Chunk* chunk = live.chunks[key].get();
    if (chunk == nullptr) continue;
    bytes_ -= kChunkBytes;
    for (uint32_t i = 0; i < kPerChunk; ++i) {
      if (const uint32_t count = (*chunk)[i])
        writer_.put(key * kPerChunk + i, count);
    }
  }
  BlockPtr block;
  store(block, live.totals);
  series.live.reset();
  bytes_ -= static_cast<uint32_t>(sizeof(Live));
  merge_block(series.fine(series.tick), block);
}

void SeriesTable::drop(BlockPtr& block) {
  if (block == nullptr) return;
  bytes_ -= block->bytes();
  block.reset();
}

void SeriesTable::store(BlockPtr& block, const Totals& totals) {
  drop(block);
  if (totals.count == 0) return;
  block = writer_.finish(totals);
  if (block != nullptr) {
    bytes_ += block->bytes();
  } else {
    numbers_.rejected += totals.count;
  }
}

void SeriesTable::catch_up(Series& series) {
  close(series);
  // After this many empty slices the windows are empty.
  if (tick_ - series.tick > kFine + kPerMinute * kCoarse) {
    fold(series, 0);
    series.tick = tick_;
  }
  while (series.tick != tick_) {
    const uint32_t tick = ++series.tick;
    // A new minute replaces the one 16 minutes older.
    if (tick % kPerMinute == 0)
      merge_block(series.slices[kRest], series.coarse(tick / kPerMinute));
    if (tick >= kFine)
      merge_block(series.coarse((tick - kFine) / kPerMinute),
                  series.fine(tick));
  }
}

void SeriesTable::merge_block(BlockPtr& into, BlockPtr& from) {
  if (from == nullptr) return;
  if (into == nullptr) {
    into = std::move(from);
    return;
  }
  writer_.start();
  BlockReader a(into.get());
  BlockReader b(from.get());
  for (;;) {
    BlockReader& lower = a.bucket() < b.bucket() ? a : b;
    if (lower.bucket() == BlockReader::kEnd) break;
    writer_.put(lower.bucket(), lower.count());
    lower.next();
  }
  Totals totals = into->totals;
  totals.add(from->totals);
  drop(from);
  store(into, totals);
}

void SeriesTable::fold(Series& series, uint32_t first) {
  for (uint32_t i = first; i < kRest; ++i)
    merge_block(series.slices[kRest], series.slices[i]);
}

void SeriesTable::spend() {
  numbers_.bytes = bytes_;
  if (bytes_ <= max_bytes_) return;
  const bool folded = folded_tick_ == tick_;
  const bool finer = shift() < kMaxShift && (folded || !vain_);
  if (!finer && folded) return;
  const uint32_t before = bytes_;
  uint32_t freed = 0;
  for (const auto& series : std::span(series_.get(), max_series_)) {
    if (series == nullptr) continue;
    close(*series);
    if (finer) {
      const uint32_t encoded = bytes_;
      for (BlockPtr& block : series->slices) coarsen(block);
      freed += encoded - bytes_;
    } else {
      fold(*series, kFine);
    }
  }
  if (finer) {
    ++numbers_.shift;
    vain_ = freed < before / 16;
  } else {
    ++numbers_.folded;
    folded_tick_ = tick_;
  }
  numbers_.bytes = bytes_;
}

void SeriesTable::coarsen(BlockPtr& block) {
  if (block == nullptr) return;
  writer_.start();
  for (BlockReader from(block.get()); from.bucket() != BlockReader::kEnd;
       from.next()) {
    writer_.put(from.bucket() >> 1, from.count());
  }
  const Totals totals = block->totals;
  store(block, totals);
}

void SeriesTable::merge(uint32_t into, uint32_t from) {
  assert(into < max_series_ && from < max_series_);
  if (into == from || series_[from] == nullptr) return;
  Series& source = *series_[from];
  close(source);
  fold(source, 0);
  if (series_[into] == nullptr) {
    series_[into] = std::move(series_[from]);
    return;
  }
  merge_block(series_[into]->slices[kRest], source.slices[kRest]);
  series_[from].reset();
  bytes_ -= static_cast<uint32_t>(sizeof(Series));
}

void SeriesTable::select(uint32_t id, Window window) {
  assert(id < max_series_);
  numbers_.selected = Totals{};
  scratch_.fill(0);
  if (series_[id] == nullptr) return;
  Series& series = *series_[id];
  catch_up(series);
  constexpr double kMinuteMs = kSliceMs * kPerMinute;
  constexpr double kMinutes[] = {1, 5, 15,
                                 std::numeric_limits<double>::infinity()};
  const double from =
      now_ms_ - kMinutes[static_cast<uint32_t>(window)] * kMinuteMs;
  for (uint32_t age = 0; age < kFine && age <= tick_; ++age) {
    const uint32_t tick = tick_ - age;
    const double start = tick * kSliceMs;
    gather(series.fine(tick), std::max(start, series.born), start + kSliceMs,
           from);
  }
  // What is left of its edge has been merged into the slice of its minute.
  if (window == Window::kMinute) return;
  const uint32_t now = tick_ / kPerMinute;
  for (uint32_t age = 0; age < kCoarse && age <= now; ++age) {
    const uint32_t minute = now - age;
    const double start = minute * kMinuteMs;
    gather(series.coarse(minute), std::max(start, series.born),
           start + kMinuteMs, from);
  }
  if (window == Window::kVisit) gather(series.slices[kRest], 0, 1, from);
}

void SeriesTable::gather(const BlockPtr& block, double start_ms, double end_ms,
                         double from_ms) {
  if (block == nullptr) return;
  const double share = std::min(1.0, (end_ms - from_ms) / (end_ms - start_ms));
  if (!(share > 0)) return;
  // Counters stay integers: what rounding leaves goes to the next bucket.
  double carry = 0.5;
  double count = 0;
  const auto part = [&](double whole) {
    carry += whole * share;
    const double taken = std::floor(carry);
    carry -= taken;
    count += taken;
    return taken;
  };
  for (BlockReader from(block.get()); from.bucket() != BlockReader::kEnd;
       from.next()) {
    scratch_[from.bucket()] += static_cast<uint32_t>(part(from.count()));
  }
  Totals totals = block->totals;
  totals.zeros = part(totals.zeros);
  if (count == 0) return;
  totals.sum *= count / totals.count;
  totals.count = count;
  numbers_.selected.add(totals);
}

double SeriesTable::quantile(double q) const {
  assert(q >= 0 && q <= 1);
  const Totals& totals = numbers_.selected;
  if (totals.count == 0) return std::numeric_limits<double>::quiet_NaN();
  double left =
      static_cast<double>(static_cast<uint64_t>(q * (totals.count - 1)));
  const uint32_t side = kSide >> shift();
  // Ranks ascend from the largest negative magnitude to the largest value.
  for (uint32_t i = 0; i < 2 * side; ++i) {
    if (i == side) {
      if (left < totals.zeros) return 0;
      left -= totals.zeros;
    }
    const uint32_t bucket = i < side ? 2 * side - 1 - i : i - side;
    if (left < scratch_[bucket]) {
      // The last buckets also hold what is beyond them.
      if (i == 0 && totals.min < -kLargest) return totals.min;
      if (i == 2 * side - 1 && totals.max > kLargest) return totals.max;
      return std::clamp(bucket_middle(bucket, shift()), totals.min, totals.max);
    }
    left -= scratch_[bucket];
  }
  return totals.max;
}

}  // namespace apus::sampler
