#include "apus/cache/frequency_sketch.h"

#include <bit>
#include <cstring>

namespace apus::cache {
namespace {

// The places of a key's four counters, from a second hash: keys that share one
// counter rarely share all four.
struct Places {
  uint32_t word[4];
  uint32_t shift[4];

  Places(uint32_t hash, uint32_t mask) {
    const uint64_t mixed = (hash ^ (hash >> 16)) * 0x9E3779B97F4A7C15;
    for (uint32_t i = 0; i < 4; ++i) {
      const uint64_t rotated =
          std::rotl(mixed, static_cast<int>(17 * i + 11)) * 0xD6E8FEB86659FD93;
      word[i] = static_cast<uint32_t>(rotated >> 36) & mask;
      // A quarter of the word for each row.
      shift[i] = static_cast<uint32_t>(rotated >> 30 & 3) * 4 + 16 * i;
    }
  }
};

}  // namespace

void FrequencySketch::ensure(uint32_t entries) {
  if (entries > 1u << 28) entries = 1u << 28;
  const uint32_t words = std::bit_ceil(entries < 16 ? 32u : 2 * entries);
  period_ = 10 * (entries < 16 ? 16u : entries);
  if (words <= table_.size()) return;
  if (!table_.resize(words)) return;
  std::memset(table_.data(), 0, size_t{words} * 8);
  counts_ = 0;
}

void FrequencySketch::increment(uint32_t hash) {
  if (table_.size() == 0) return;
  const Places at(hash, table_.size() - 1);
  bool counted = false;
  for (uint32_t i = 0; i < 4; ++i) {
    uint64_t& word = table_[at.word[i]];
    if ((word >> at.shift[i] & 15) == 15) continue;
    word += uint64_t{1} << at.shift[i];
    counted = true;
  }
  if (counted && ++counts_ >= period_) halve();
}

uint32_t FrequencySketch::frequency(uint32_t hash) const {
  if (table_.size() == 0) return 0;
  const Places at(hash, table_.size() - 1);
  uint32_t least = 15;
  for (uint32_t i = 0; i < 4; ++i) {
    const auto value =
        static_cast<uint32_t>(table_[at.word[i]] >> at.shift[i] & 15);
    if (value < least) least = value;
  }
  return least;
}

void FrequencySketch::halve() {
  for (uint32_t i = 0; i < table_.size(); ++i) {
    table_[i] = table_[i] >> 1 & 0x7777777777777777;
  }
  counts_ /= 2;
}

}  // namespace apus::cache
