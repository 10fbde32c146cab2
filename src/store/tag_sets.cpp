#include "apus/store/tag_sets.h"

#include <algorithm>

#include "apus/store/format.h"
#include "apus/store/xxhash64.h"

namespace apus::store {

TagSets::TagSets(uint64_t seed) : seed_(seed) {}

uint32_t TagSets::bucket_of(uint64_t hash,
                            std::span<const uint8_t> text) const {
  const auto mask = static_cast<uint32_t>(table_.size() - 1);
  auto bucket = static_cast<uint32_t>(hash) & mask;
  for (; table_[bucket] != 0; bucket = (bucket + 1) & mask) {
    if (sets_[table_[bucket] - 1].hash == hash &&
        std::ranges::equal(this->text(table_[bucket]), text)) {
      break;
    }
  }
  return bucket;
}

uint32_t TagSets::intern(std::span<const uint8_t> text) {
  if (sets_.size() * 2 >= table_.size()) {
    Array<uint32_t> table;
    if (!table.resize(std::max<size_t>(16, table_.size() * 2))) return 0;
    table_.swap(table);
    for (uint32_t set = 1; set <= size(); ++set) {
      table_[bucket_of(sets_[set - 1].hash, this->text(set))] = set;
    }
  }
  const uint64_t hash = xxhash64(text, seed_);
  const uint32_t bucket = bucket_of(hash, text);
  if (table_[bucket] != 0) return table_[bucket];
  const auto tags =
      static_cast<size_t>(std::ranges::count(text, uint8_t{0})) + 1;
  if (!sets_.reserve(sets_.size() + 1) ||
      !hashes_.reserve(hashes_.size() + tags) ||
      !texts_.resize(texts_.size() + text.size())) {
    return 0;
  }
  Set set{hash, static_cast<uint32_t>(texts_.size() - text.size()),
          static_cast<uint32_t>(text.size()),
          static_cast<uint32_t>(hashes_.size()), 0};
  std::ranges::copy(text, texts_.begin() + set.text_at);
  for (size_t start = 0; start <= text.size();) {
    const auto rest = text.subspan(start);
    const auto length =
        static_cast<size_t>(std::ranges::find(rest, uint8_t{0}) - rest.begin());
    hashes_.push_back(key_hash(Kind::kTag, rest.first(length)));
    set.tags += 1;
    start += length + 1;
  }
  sets_.push_back(set);
  table_[bucket] = size();
  return size();
}

std::span<const uint8_t> TagSets::text(uint32_t set) const {
  const Set& found = sets_[set - 1];
  return std::span(texts_).subspan(found.text_at, found.text_bytes);
}

std::span<const uint64_t> TagSets::hashes(uint32_t set) const {
  const Set& found = sets_[set - 1];
  return std::span(hashes_).subspan(found.hashes_at, found.tags);
}

}  // namespace apus::store
