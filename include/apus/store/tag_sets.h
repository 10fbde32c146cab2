// Sets of tags, each stored once and named by a number from 1. A set's text is
// its tags joined by NUL.
//
// intern is O(bytes) expected, even for hostile tags, because the seed is
// secret. Memory: the texts, 8 bytes a tag, about 24 a set.
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

  // The number of the set with this text, which is added if it is new; 0 when
  // memory is exhausted.
  uint32_t intern(std::span<const uint8_t> text);

  // Requires: 1 <= set <= size(). Spans are valid until the next intern().
  std::span<const uint8_t> text(uint32_t set) const;
  // Of its tags, by key_hash.
  std::span<const uint64_t> hashes(uint32_t set) const;

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
  // Numbers of sets, 0 where empty; its size is a power of two.
  Array<uint32_t> table_;
};

}  // namespace apus::store

#endif  // APUS_STORE_TAG_SETS_H_
