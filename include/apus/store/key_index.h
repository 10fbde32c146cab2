// Finds each key's newest entry: the entries of the segments in blocks, and an
// open-addressing table of those that are current, by hash. Two keys with the
// same 64-bit hash share a place. The reader of a value compares the key: a
// collision costs a miss and never gives a wrong value.
//
// The table is probed linearly by one byte of the hash, at most 4/5 full, and
// grows by a quarter: pages are added, and every entry is put in again. The
// hashes are stored on disk and depend on the keys
// alone: someone who chooses the keys chooses the hashes. A secret seed spreads
// them over the table. The bucket is the top of hash * seed; any choice of keys
// is bad for few seeds only (Dietzfelbinger et al., "A Reliable Randomized
// Algorithm for the Closest-Pair Problem", 1997).
//
// find, put and erase are O(1) expected. Memory: the blocks', of entries that
// others have replaced as well, and 6 to 8 bytes of table for a current one.
// Growing copies and doubles nothing. Not thread-safe.
#ifndef APUS_STORE_KEY_INDEX_H_
#define APUS_STORE_KEY_INDEX_H_

#include <cstdint>
#include <span>

#include "apus/base/array.h"
#include "apus/store/entry_block.h"

namespace apus::store {

class KeyIndex {
 public:
  // An entry's block and its row there.
  using Place = uint32_t;
  static constexpr uint32_t kNone = 0xffffffff;

  // The lowest bit of the seed is ignored.
  explicit KeyIndex(uint64_t seed = 0x9E3779B97F4A7C15);
  KeyIndex(const KeyIndex&) = delete;
  KeyIndex& operator=(const KeyIndex&) = delete;
  ~KeyIndex();

  // Adds a block, of which no entry is current yet, and returns its number;
  // kNone when memory is exhausted. Numbers are reused.
  // Requires: as EntryBlock::create.
  uint32_t add_block(std::span<const IndexEntry> entries);

  // Requires: no entry of the block is current.
  void remove_block(uint32_t number);

  // By number; nullptr where it was removed.
  uint32_t blocks() const { return static_cast<uint32_t>(blocks_.size()); }
  EntryBlock* block(uint32_t number) { return blocks_[number]; }
  const EntryBlock* block(uint32_t number) const { return blocks_[number]; }

  static Place place_of(uint32_t number, uint32_t row) {
    return number * EntryBlock::kRows + row;
  }
  static uint32_t block_of(Place place) { return place / EntryBlock::kRows; }
  IndexEntry operator[](Place place) const {
    return (*blocks_[block_of(place)])[row_of(place)];
  }
  Stamp stamp(Place place) const {
    return blocks_[block_of(place)]->stamp(row_of(place));
  }
  void set_live(Place place, bool live) {
    blocks_[block_of(place)]->set_live(row_of(place), live);
  }

  // The number of current entries.
  uint32_t size() const { return size_; }

  // The current entry with this hash, or kNone.
  Place find(uint64_t hash) const;

  // Makes an entry the current one of its hash, in the place of another.
  // Requires: reserve(size() + 1) succeeded.
  void put(Place place);

  // Requires: the entry is current.
  void erase(Place place);

  // How many buckets a lookup of the entry passes before it.
  // Requires: the entry is current.
  uint32_t distance(Place place) const;

  // Makes room for `count` current entries. False when memory is exhausted.
  bool reserve(uint32_t count);

 private:
  static uint32_t row_of(Place place) { return place % EntryBlock::kRows; }
  uint64_t hash_of(Place place) const {
    return blocks_[block_of(place)]->hash(row_of(place));
  }
  // A part of the table.
  struct Page {
    static constexpr uint32_t kBuckets = 1024;
    Place places[kBuckets];
    // 0 where a bucket is empty, else a byte of the hash.
    uint8_t tags[kBuckets];
  };
  Place& place_in(uint32_t bucket) const {
    return pages_[bucket / Page::kBuckets]->places[bucket % Page::kBuckets];
  }
  uint8_t& tag_in(uint32_t bucket) const {
    return pages_[bucket / Page::kBuckets]->tags[bucket % Page::kBuckets];
  }
  uint32_t buckets() const {
    return static_cast<uint32_t>(pages_.size()) * Page::kBuckets;
  }
  uint32_t next(uint32_t bucket) const {
    return ++bucket == buckets() ? 0 : bucket;
  }
  // From one bucket forward to another.
  uint32_t steps(uint32_t from, uint32_t to) const {
    return to >= from ? to - from : to + buckets() - from;
  }
  uint32_t home_of(uint64_t hash) const {
    return static_cast<uint32_t>((hash * seed_ >> 32) * buckets() >> 32);
  }
  uint32_t bucket_of(uint64_t hash) const;

  // Odd.
  uint64_t seed_;
  uint32_t size_ = 0;
  Array<EntryBlock*> blocks_;
  // Numbers of removed blocks; it has room for all.
  Array<uint32_t> free_;
  Array<Page*> pages_;
};

}  // namespace apus::store

#endif  // APUS_STORE_KEY_INDEX_H_
