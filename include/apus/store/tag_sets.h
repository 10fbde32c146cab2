// Sets of tags, each kept once and named by a number from 1. A set's text is
// its tags joined by NUL.
//
// intern is O(bytes) expected, whoever chooses the tags: the seed is secret.
// Memory: the texts, 8 bytes a tag, about 24 a set.
#ifndef APUS_STORE_TAG_SETS_H_
#define APUS_STORE_TAG_SETS_H_

#include <cstdint>
#include <span>

#include "apus/base/array.h"

namespace apus::store {

class TagSets {
 public:
  explicit TagSets(uint64_t seed = 0);

  uint32_t size() const { return static_cast<uint32_t>(sets_.size()); }

  // The number of the set with this text, a new one if need be; 0 when memory
  // is exhausted.
  uint32_t intern(std::span<const uint8_t> text);

  // Requires: 1 <= set <= size(). Spans hold until the next intern().
  std::span<const uint8_t> text(uint32_t set) const;
  std::span<const uint64_t> hashes(
      uint32_t set) const;  // of its tags, as key_hash gives them

 private:
  struct Set {
    uint64_t hash;
    uint32_t text_at, text_bytes, hashes_at, tags;
  };
  uint32_t bucket_of(uint64_t hash, std::span<const uint8_t> text) const;

  uint64_t seed_;
  Array<Set> sets_;
  Array<uint8_t> texts_;
  Array<uint64_t> hashes_;
  Array<uint32_t> table_;  // numbers of sets, 0 where empty; a power of two
};

}  // namespace apus::store

#endif  // APUS_STORE_TAG_SETS_H_
