#include "apus/cache/slot_table.h"

#include <bit>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace apus::cache {
namespace {

constexpr uint32_t kGroup = 16;
constexpr uint8_t kEmpty = 0x80;
constexpr uint8_t kDeleted = 0xFE;

// The bytes of a group that equal `value`, as bits.
uint32_t match(const uint8_t* group, uint8_t value) {
#if defined(__wasm_simd128__)
  return wasm_i8x16_bitmask(wasm_i8x16_eq(
      wasm_v128_load(group), wasm_i8x16_splat(static_cast<int8_t>(value))));
#elif defined(__SSE2__)
  const __m128i bytes =
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(group));
  return static_cast<uint32_t>(_mm_movemask_epi8(
      _mm_cmpeq_epi8(bytes, _mm_set1_epi8(static_cast<char>(value)))));
#else
  uint32_t bits = 0;
  for (uint32_t i = 0; i < kGroup; ++i)
    bits |= static_cast<uint32_t>(group[i] == value) << i;
  return bits;
#endif
}

uint8_t mark(uint32_t hash) { return hash & 0x7F; }

}  // namespace

SlotTable::Walk SlotTable::begin(uint32_t hash) const {
  if (groups_ == 0) return {0, 0, 0};
  const uint32_t group = home(hash);
  return {group, groups_, match(&control_[group * kGroup], mark(hash))};
}

uint32_t SlotTable::next(Walk& walk, uint32_t hash) const {
  while (walk.groups_left > 0) {
    if (walk.candidates != 0) {
      const auto bit = static_cast<uint32_t>(std::countr_zero(walk.candidates));
      walk.candidates &= walk.candidates - 1;
      return walk.group * kGroup + bit;
    }
    if (match(&control_[walk.group * kGroup], kEmpty) != 0) break;
    if (++walk.group == groups_) walk.group = 0;
    --walk.groups_left;
    walk.candidates = match(&control_[walk.group * kGroup], mark(hash));
  }
  walk.groups_left = 0;
  return kNowhere;
}

void SlotTable::insert(uint32_t hash, SlotIndex slot) {
  uint32_t group = home(hash);
  for (;;) {
    const uint8_t* control = &control_[group * kGroup];
    const uint32_t free = match(control, kEmpty) | match(control, kDeleted);
    if (free != 0) {
      const uint32_t place =
          group * kGroup + static_cast<uint32_t>(std::countr_zero(free));
      if (control_[place] == kDeleted) --deleted_;
      control_[place] = mark(hash);
      slots_[place] = slot;
      ++used_;
      return;
    }
    if (++group == groups_) group = 0;
  }
}

bool SlotTable::reserve(uint32_t (*hash_of)(const void* context,
                                            SlotIndex slot),
                        const void* context) {
  const uint32_t places = groups_ * kGroup;
  if (used_ + deleted_ < places / 8 * 7) return true;
  // Clears out deleted places when there are many, or else grows.
  SlotTable grown;
  grown.groups_ = used_ < places / 4 * 3 ? groups_ : groups_ + groups_ / 8 + 1;
  const size_t size = size_t{grown.groups_} * kGroup;
  if (!grown.control_.resize(size) || !grown.slots_.resize(size))
    return used_ + deleted_ < places;
  std::memset(grown.control_.data(), kEmpty, size);
  for (uint32_t place = 0; place < places; ++place) {
    if (control_[place] < kEmpty)
      grown.insert(hash_of(context, slots_[place]), slots_[place]);
  }
  control_.swap(grown.control_);
  slots_.swap(grown.slots_);
  groups_ = grown.groups_;
  deleted_ = 0;
  return true;
}

void SlotTable::erase(uint32_t place) {
  // A walk stops at an empty place: this one may become empty only if walks stop
  // in its group anyway.
  const bool stops = match(&control_[place / kGroup * kGroup], kEmpty) != 0;
  control_[place] = stops ? kEmpty : kDeleted;
  deleted_ += !stops;
  --used_;
}

void SlotTable::clear() {
  if (control_.size() > 0)
    std::memset(control_.data(), kEmpty, control_.size());
  used_ = deleted_ = 0;
}

}  // namespace apus::cache
