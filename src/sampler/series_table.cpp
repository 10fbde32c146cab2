#include "apus/sampler/series_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <new>

namespace apus::sampler {

std::unique_ptr<SeriesTable> SeriesTable::make(uint32_t max_series,
                                               uint32_t max_chunks) {
  std::unique_ptr<SeriesTable> table(new (std::nothrow)
                                         SeriesTable(max_series, max_chunks));
  if (table != nullptr && !table->usable()) table.reset();
  return table;
}

SeriesTable::SeriesTable(uint32_t max_series, uint32_t max_chunks)
    : pool_(max_chunks),
      series_(new(std::nothrow) std::unique_ptr<Series>[max_series]),
      max_series_(series_ ? max_series : 0) {
  assert(max_series >= 1 && max_chunks <= ChunkPool::kMaxChunks);
}

void SeriesTable::advance(double now_ms) {
  if (!(now_ms >= 0)) return;
  const uint32_t tick = static_cast<uint32_t>(std::min(now_ms / kSliceMs, 4e9));
  tick_ = std::max(tick_, tick);
}

SeriesTable::Series* SeriesTable::current(uint32_t id) {
  if (id >= max_series_) return nullptr;
  Series* series = series_[id].get();
  if (series == nullptr) {
    series = new (std::nothrow) Series;
    if (series == nullptr) return nullptr;
    series_[id].reset(series);
    series->tick = tick_;
  }
  if (series->tick != tick_) catch_up(*series);
  return series;
}

uint32_t* SeriesTable::take_chunk(Series& series, uint32_t key) {
  uint16_t id = pool_.take(static_cast<uint8_t>(key));
  if (id == 0) {
    fold(series);
    id = pool_.take(static_cast<uint8_t>(key));
  }
  if (id == 0) {
    for (const auto& other : std::span(series_.get(), max_series_)) {
      if (other != nullptr) fold(*other);
    }
    id = pool_.take(static_cast<uint8_t>(key));
  }
  if (id == 0) return nullptr;
  Slice& slice = series.fine[series.tick % kFine];
  pool_[id].next = slice.head;
  slice.head = id;
  return series.current[key] = pool_[id].counts.data();
}

void SeriesTable::catch_up(Series& series) {
  series.current.fill(nullptr);
  // After this many empty slices the windows are empty.
  if (tick_ - series.tick > kFine * (kCoarse + 1)) {
    for (Slice& slice : series.fine) merge_slice(series.rest, slice);
    for (Slice& slice : series.coarse) merge_slice(series.rest, slice);
    series.tick = tick_;
    return;
  }
  while (series.tick != tick_) {
    ++series.tick;
    start_slice(series);
  }
}

void SeriesTable::start_slice(Series& series) {
  const uint32_t tick = series.tick;
  // A new minute replaces the one 15 minutes older.
  if (tick % kFine == 0)
    merge_slice(series.rest, series.coarse[tick / kFine % kCoarse]);
  Slice& old = series.fine[tick % kFine];
  if (tick >= kFine)
    merge_slice(series.coarse[(tick / kFine - 1) % kCoarse], old);
}

void SeriesTable::merge_slice(Slice& into, Slice& from) {
  into.totals.add(from.totals);
  for (uint16_t id = from.head; id != 0;) {
    Chunk& chunk = pool_[id];
    const uint16_t next = chunk.next;
    uint16_t twin = into.head;
    while (twin != 0 && pool_[twin].key != chunk.key) twin = pool_[twin].next;
    if (twin == 0) {
      chunk.next = into.head;
      into.head = id;
    } else {
      Chunk& target = pool_[twin];
      for (uint32_t i = 0; i < kPerChunk; ++i)
        target.counts[i] += chunk.counts[i];
      pool_.give_back(id);
    }
    id = next;
  }
  from = Slice{};
}

void SeriesTable::Totals::add(const Totals& other) {
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  count += other.count;
  sum += other.sum;
  zeros += other.zeros;
}

void SeriesTable::fold(Series& series) {
  ++numbers_.folded;
  for (Slice& slice : series.coarse) merge_slice(series.rest, slice);
  for (uint32_t i = 1; i < kFine; ++i) {
    merge_slice(series.rest, series.fine[(series.tick + i) % kFine]);
  }
}

void SeriesTable::merge(uint32_t into, uint32_t from) {
  assert(into < max_series_ && from < max_series_);
  if (into == from || series_[from] == nullptr) return;
  if (series_[into] == nullptr) {
    series_[into] = std::move(series_[from]);
    return;
  }
  Series& target = *series_[into];
  Series& source = *series_[from];
  for (Slice& slice : source.fine) merge_slice(target.rest, slice);
  for (Slice& slice : source.coarse) merge_slice(target.rest, slice);
  merge_slice(target.rest, source.rest);
  series_[from].reset();
}

void SeriesTable::select(uint32_t id, Window window) {
  assert(id < max_series_);
  numbers_.selected = Totals{};
  scratch_.fill(0);
  if (series_[id] == nullptr) return;
  Series& series = *series_[id];
  if (series.tick != tick_) catch_up(series);
  for (const Slice& slice : series.fine) gather(slice);
  if (window == Window::kMinute) return;
  const uint32_t minutes = window == Window::kFiveMinutes ? 5 : kCoarse;
  for (uint32_t i = 0; i < std::min(minutes, tick_ / kFine + 1); ++i) {
    gather(series.coarse[(tick_ / kFine - i) % kCoarse]);
  }
  if (window == Window::kVisit) gather(series.rest);
}

void SeriesTable::gather(const Slice& slice) {
  numbers_.selected.add(slice.totals);
  for (uint16_t id = slice.head; id != 0; id = pool_[id].next) {
    const Chunk& chunk = pool_[id];
    uint32_t* target = &scratch_[chunk.key * kPerChunk];
    for (uint32_t i = 0; i < kPerChunk; ++i) target[i] += chunk.counts[i];
  }
}

double SeriesTable::quantile(double q) const {
  assert(q >= 0 && q <= 1);
  if (numbers_.selected.count == 0)
    return std::numeric_limits<double>::quiet_NaN();
  double left = static_cast<double>(
      static_cast<uint64_t>(q * (numbers_.selected.count - 1)));
  // Ranks ascend from the largest negative magnitude to the largest value.
  const auto clamped = [this](uint32_t bucket) {
    return std::clamp(bucket_middle(bucket), numbers_.selected.min,
                      numbers_.selected.max);
  };
  for (uint32_t bucket = kBuckets; bucket-- > kSide;) {
    if (left < scratch_[bucket]) return clamped(bucket);
    left -= scratch_[bucket];
  }
  if (left < numbers_.selected.zeros) return 0;
  left -= numbers_.selected.zeros;
  for (uint32_t bucket = 0; bucket < kSide; ++bucket) {
    if (left < scratch_[bucket]) return clamped(bucket);
    left -= scratch_[bucket];
  }
  return numbers_.selected.max;
}

}  // namespace apus::sampler
