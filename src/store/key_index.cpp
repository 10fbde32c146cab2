#include "apus/store/key_index.h"

#include <algorithm>
#include <bit>

namespace apus::store {

KeyIndex::KeyIndex(uint64_t seed) : seed_(seed | 1) {}

// The bucket of the hash, or the empty one where it would go.
uint32_t KeyIndex::bucket_of(uint64_t hash) const {
  const auto mask = static_cast<uint32_t>(table_.size() - 1);
  uint32_t bucket = home_of(hash);
  while (table_[bucket] != kNone && entries_[table_[bucket]].hash != hash) {
    bucket = (bucket + 1) & mask;
  }
  return bucket;
}

uint32_t KeyIndex::find(uint64_t hash) const {
  return table_.empty() ? kNone : table_[bucket_of(hash)];
}

uint32_t KeyIndex::insert(const IndexEntry& entry) {
  if (!reserve(size() + 1)) return kNone;
  const uint32_t at = size();
  table_[bucket_of(entry.hash)] = at;
  entries_.push_back(entry);
  return at;
}

void KeyIndex::erase(uint32_t at) {
  const auto mask = static_cast<uint32_t>(table_.size() - 1);
  uint32_t hole = bucket_of(entries_[at].hash);
  // Close the gap: an entry moves back unless that would put it before its
  // home.
  for (uint32_t next = (hole + 1) & mask; table_[next] != kNone;
       next = (next + 1) & mask) {
    const uint32_t home = home_of(entries_[table_[next]].hash);
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      table_[hole] = table_[next];
      hole = next;
    }
  }
  table_[hole] = kNone;
  const uint32_t last = size() - 1;
  if (at != last) {
    table_[bucket_of(entries_[last].hash)] = at;
    entries_[at] = entries_[last];
  }
  entries_.pop_back();
}

uint32_t KeyIndex::distance(uint32_t at) const {
  const uint64_t hash = entries_[at].hash;
  return (bucket_of(hash) - home_of(hash)) &
         static_cast<uint32_t>(table_.size() - 1);
}

bool KeyIndex::reserve(uint32_t count) {
  if (!entries_.reserve(count)) return false;
  const uint64_t wanted = uint64_t{count} + count / 3 + 1;
  if (wanted <= table_.size()) return true;
  const auto buckets =
      static_cast<uint32_t>(std::bit_ceil(wanted < 16 ? 16 : wanted));
  Array<uint32_t> table;
  if (!table.resize(buckets)) return false;
  std::fill(table.begin(), table.end(), kNone);
  table_.swap(table);
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(buckets));
  for (uint32_t at = 0; at < size(); ++at)
    table_[bucket_of(entries_[at].hash)] = at;
  return true;
}

}  // namespace apus::store
