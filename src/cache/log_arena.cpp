#include "apus/cache/log_arena.h"

#include <cstring>

namespace apus::cache {
namespace {

constexpr uint32_t kDead = 0xFFFFFFFF;

// Including the slot before it.
uint32_t padded(uint32_t bytes) { return (bytes + 7) & ~3u; }

}  // namespace

LogArena::~LogArena() {
  clear();
  std::free(spare_);
}

void LogArena::clear() {
  for (uint32_t i = 0; i < count_; ++i) std::free(segments_[i].data);
  count_ = 0;
  free_ = current_ = large_ = kNone;
  taken_ = live_ = 0;
}

bool LogArena::reserve(uint32_t bytes) {
  return room(padded(bytes), false) != kNone;
}

LogArena::Ref LogArena::append(SlotIndex slot, uint32_t bytes) {
  return append(slot, bytes, false);
}

LogArena::Ref LogArena::append(SlotIndex slot, uint32_t bytes, bool spare) {
  const uint32_t size = padded(bytes);
  const uint32_t segment = room(size, spare);
  if (segment == kNone) return kNone;
  if (segment == large_) large_ = kNone;
  Segment& into = segments_[segment];
  const Ref ref = segment << kShift | into.used / 4;
  std::memcpy(into.data + into.used, &slot, 4);
  into.used += size;
  into.live += size;
  live_ += size;
  return ref;
}

// A segment with room for a record of this size.
uint32_t LogArena::room(uint32_t size, bool spare) {
  if (size > kLarge) {
    if (large_ != kNone && segments_[large_].size != size) {
      close(large_);
      large_ = kNone;
    }
    if (large_ == kNone) large_ = open(size, false);
    return large_;
  }
  if (current_ != kNone && segments_[current_].used + size <= kSegment)
    return current_;
  const uint32_t segment = open(kSegment, spare);
  if (segment == kNone) return kNone;
  if (current_ != kNone && segments_[current_].live == 0) close(current_);
  return current_ = segment;
}

void LogArena::release(Ref ref, uint32_t bytes) {
  const uint32_t segment = ref >> kShift;
  std::memcpy(at(ref) - 4, &kDead, 4);
  segments_[segment].live -= padded(bytes);
  live_ -= padded(bytes);
}

bool LogArena::compact(bool hard, Ref* refs,
                       uint32_t (*size_of)(const uint8_t* record)) {
  if (!hard && (taken_ - live_) * 4 < taken_ + 4 * kSegment) return false;
  uint32_t from = kNone;
  uint64_t most = 0;
  for (uint32_t i = 0; i < count_; ++i) {
    const Segment& segment = segments_[i];
    if (segment.data == nullptr || i == current_ || i == large_) continue;
    if (segment.size - segment.live > most) {
      most = segment.size - segment.live;
      from = i;
    }
  }
  if (from == kNone || most < kSegment / 64) return false;
  uint32_t at = 0;
  while (segments_[from].live > 0) {
    const uint8_t* record = segments_[from].data + at;
    SlotIndex slot;
    std::memcpy(&slot, record, 4);
    const uint32_t bytes = size_of(record + 4);
    if (slot != kDead) {
      const Ref moved = append(slot, bytes, true);
      if (moved == kNone) return false;
      std::memcpy(this->at(moved), segments_[from].data + at + 4, bytes);
      refs[slot] = moved;
      release(from << kShift | at / 4, bytes);
    }
    at += padded(bytes);
  }
  close(from);
  return true;
}

uint32_t LogArena::open(uint32_t size, bool spare) {
  uint8_t* data = nullptr;
  if (taken_ + size <= limit_) data = static_cast<uint8_t*>(std::malloc(size));
  if (data == nullptr && spare) {
    data = spare_;
    spare_ = nullptr;
  } else if (data != nullptr && spare_ == nullptr) {
    spare_ = static_cast<uint8_t*>(std::malloc(kSegment));
  }
  if (data == nullptr) return kNone;
  uint32_t segment = free_;
  if (segment != kNone) {
    free_ = segments_[segment].used;
  } else {
    const bool full = count_ == segments_.size();
    if (count_ == 1 << (32 - kShift) ||
        (full && !segments_.resize(count_ + count_ / 4 + 8))) {
      std::free(data);
      return kNone;
    }
    segment = count_++;
  }
  segments_[segment] = {data, size, 0, 0};
  taken_ += size;
  return segment;
}

void LogArena::close(uint32_t segment) {
  Segment& closed = segments_[segment];
  taken_ -= closed.size;
  if (spare_ == nullptr && closed.size == kSegment) {
    spare_ = closed.data;
  } else {
    std::free(closed.data);
  }
  closed = {nullptr, 0, free_, 0};
  free_ = segment;
}

}  // namespace apus::cache
