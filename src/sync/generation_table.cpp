#include "apus/sync/generation_table.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace apus::sync {

GenerationTable::GenerationTable(uint32_t slots) {
  assert(slots >= 4 && (slots & (slots - 1)) == 0);
  if (entries_.resize(slots)) clear();
}

uint32_t GenerationTable::place(uint64_t hash) const {
  const uint32_t mask = entries_.size() - 1;
  uint32_t at = static_cast<uint32_t>(hash) & mask;
  while (entries_[at].hash != 0 && entries_[at].hash != hash)
    at = (at + 1) & mask;
  return at;
}

void GenerationTable::put(uint64_t hash, uint32_t slot, double offset) {
  assert(hash != 0);
  Entry& entry = entries_[place(hash)];
  if (entry.hash == 0) {
    assert(!full());
    ++count_;
    entry = {hash, offset};
  }
  entry.offset = std::max(entry.offset, offset);
  newest_[slot] = std::max(newest_[slot], offset);
}

double GenerationTable::find(uint64_t hash) const {
  const Entry& entry = entries_[place(hash)];
  return entry.hash == 0 ? -1 : entry.offset;
}

void GenerationTable::clear() {
  std::memset(entries_.data(), 0, entries_.size() * sizeof(Entry));
  std::memset(lengths_, 0, sizeof lengths_);
  std::fill(newest_, newest_ + kAllSlots, -1.0);
  count_ = 0;
}

void GenerationTable::swap(GenerationTable& other) {
  entries_.swap(other.entries_);
  std::swap(count_, other.count_);
  std::swap(newest_, other.newest_);
  std::swap(lengths_, other.lengths_);
}

}  // namespace apus::sync
