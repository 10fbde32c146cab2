#include "apus/cache/value_packer.h"

#include <cstring>

namespace apus::cache {
namespace {

constexpr uint32_t kShare = 1024;    // bytes of a value that go into a sample
constexpr uint32_t kLeast = 16;      // shorter values gain nothing
constexpr uint32_t kMost = 1 << 16;  // longer values take too long
// Sampled bytes between two checks of the ratio, and how much worse than at
// first it must be before another table is learned.
constexpr uint32_t kWindows = 32;
constexpr double kWorse = 1.25;

}  // namespace

ValuePacker::Value ValuePacker::pack(const uint8_t* value, uint32_t size) {
  const Value as_it_is{value, size, 0};
  if (sample_size_ == 0 || size < kLeast || size > kMost) return as_it_is;
  observe(value, size);
  if (current_ == 0) return as_it_is;
  uint32_t kept = 0;
  const uint32_t room = size + SymbolTable::kSlack;
  if ((packed_.size() >= room || packed_.resize(room)) &&
      (unpacked_.size() >= room || unpacked_.resize(room))) {
    kept = tables_[current_][0].pack(value, size, packed_.data(), size - 2);
  }
  weigh(size, kept ? kept : size);
  return kept ? Value{packed_.data(), kept, current_} : as_it_is;
}

ValuePacker::Value ValuePacker::unpack(Value kept) {
  if (kept.table == 0) return kept;
  const uint32_t size =
      tables_[kept.table][0].unpack(kept.at, kept.size, unpacked_.data());
  return {unpacked_.data(), size, 0};
}

void ValuePacker::clear() {
  std::memset(users_, 0, sizeof users_);
  current_ = 0;
}

uint64_t ValuePacker::taken() const {
  uint64_t bytes = uint64_t{sample_.size()} + packed_.size() + unpacked_.size();
  for (const auto& table : tables_) bytes += table.size() * sizeof(SymbolTable);
  return bytes;
}

// Collects a sample while there is no table, or one that compresses badly.
void ValuePacker::observe(const uint8_t* value, uint32_t size) {
  if (current_ != 0 && sample_.size() == 0) return;
  if (sample_.size() == 0 && !sample_.resize(sample_size_)) return;
  uint32_t share = size < kShare ? size : kShare;
  if (share > sample_size_ - sampled_) share = sample_size_ - sampled_;
  std::memcpy(&sample_[sampled_], value, share);
  sampled_ += share;
  if (sampled_ == sample_size_) learn();
}

void ValuePacker::learn() {
  for (uint32_t i = 1; i < kTables; ++i) {
    if (i == current_ || users_[i] > 0) continue;
    if (!tables_[i].resize(1)) break;
    if (!tables_[i][0].learn(sample_.data(), sampled_)) break;
    current_ = i;
    raw_ = kept_ = 0;
    good_ = 0;
    break;
  }
  FlatArray<uint8_t>().swap(sample_);
  sampled_ = 0;
}

// Checks regularly whether the table still compresses as well.
void ValuePacker::weigh(uint32_t raw, uint32_t kept) {
  raw_ += raw;
  kept_ += kept;
  if (raw_ < uint64_t{kWindows} * sample_size_) return;
  const double share = static_cast<double>(kept_) / static_cast<double>(raw_);
  raw_ = kept_ = 0;
  if (good_ == 0) {
    good_ = share;
  } else if (share > good_ * kWorse && sample_.resize(sample_size_)) {
    sampled_ = 0;
  }
}

}  // namespace apus::cache
