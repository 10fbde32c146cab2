#include "apus/store/key_index.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace apus::store {
namespace {

constexpr uint32_t kMostBlocks = KeyIndex::kNone / EntryBlock::kRows;

// Not 0. The bucket is from the bits above.
uint8_t tag_of(uint64_t mixed) { return static_cast<uint8_t>(mixed >> 24) | 1; }

}  // namespace

KeyIndex::KeyIndex(uint64_t seed) : seed_(seed | 1) {}

KeyIndex::~KeyIndex() {
  for (EntryBlock* block : blocks_) EntryBlock::destroy(block);
  for (Page* page : pages_) std::free(page);
}

uint32_t KeyIndex::add_block(std::span<const IndexEntry> entries) {
  const bool fresh = free_.empty();
  if (fresh && (blocks() == kMostBlocks || !blocks_.reserve(blocks() + 1) ||
                !free_.reserve(blocks() + 1))) {
    return kNone;
  }
  EntryBlock* block = EntryBlock::create(entries);
  if (block == nullptr) return kNone;
  if (fresh) {
    blocks_.push_back(block);
    return blocks() - 1;
  }
  const uint32_t number = free_.back();
  free_.pop_back();
  blocks_[number] = block;
  return number;
}

void KeyIndex::remove_block(uint32_t number) {
  EntryBlock::destroy(blocks_[number]);
  blocks_[number] = nullptr;
  free_.push_back(number);
}

// The bucket of the hash, or the empty one where it would go.
uint32_t KeyIndex::bucket_of(uint64_t hash) const {
  const uint8_t tag = tag_of(hash * seed_);
  uint32_t bucket = home_of(hash);
  while (tag_in(bucket) != 0 &&
         (tag_in(bucket) != tag || hash_of(place_in(bucket)) != hash)) {
    bucket = next(bucket);
  }
  return bucket;
}

KeyIndex::Place KeyIndex::find(uint64_t hash) const {
  if (size_ == 0) return kNone;
  const uint32_t bucket = bucket_of(hash);
  return tag_in(bucket) == 0 ? kNone : place_in(bucket);
}

void KeyIndex::put(Place place) {
  const uint64_t hash = hash_of(place);
  const uint32_t bucket = bucket_of(hash);
  if (tag_in(bucket) == 0) {
    tag_in(bucket) = tag_of(hash * seed_);
    size_ += 1;
  } else {
    const Place old = place_in(bucket);
    blocks_[block_of(old)]->set_current(row_of(old), false);
  }
  place_in(bucket) = place;
  blocks_[block_of(place)]->set_current(row_of(place), true);
}

void KeyIndex::erase(Place place) {
  uint32_t hole = bucket_of(hash_of(place));
  // Close the gap: an entry moves back unless that would put it before its
  // home.
  for (uint32_t at = next(hole); tag_in(at) != 0; at = next(at)) {
    const uint32_t home = home_of(hash_of(place_in(at)));
    if (steps(home, at) >= steps(hole, at)) {
      tag_in(hole) = tag_in(at);
      place_in(hole) = place_in(at);
      hole = at;
    }
  }
  tag_in(hole) = 0;
  size_ -= 1;
  blocks_[block_of(place)]->set_current(row_of(place), false);
}

uint32_t KeyIndex::distance(Place place) const {
  const uint64_t hash = hash_of(place);
  return steps(home_of(hash), bucket_of(hash));
}

bool KeyIndex::reserve(uint32_t count) {
  const uint64_t wanted = uint64_t{count} + count / 4 + 1;
  if (wanted <= buckets()) return true;
  const uint64_t grown = std::max(wanted, uint64_t{buckets()} * 5 / 4);
  const auto pages = static_cast<size_t>(grown / Page::kBuckets + 1);
  const size_t before = pages_.size();
  if (!pages_.reserve(pages)) return false;
  while (pages_.size() < pages) {
    auto* page = static_cast<Page*>(std::malloc(sizeof(Page)));
    if (page == nullptr) {
      while (pages_.size() > before) {
        std::free(pages_.back());
        pages_.pop_back();
      }
      return false;
    }
    pages_.push_back(page);
  }
  for (Page* page : pages_) std::memset(page->tags, 0, sizeof page->tags);
  for (uint32_t number = 0; number < blocks(); ++number) {
    const EntryBlock* block = blocks_[number];
    for (uint32_t row = 0; block != nullptr && row < block->size(); ++row) {
      if (!block->current(row)) continue;
      const uint64_t hash = block->hash(row);
      const uint32_t bucket = bucket_of(hash);
      tag_in(bucket) = tag_of(hash * seed_);
      place_in(bucket) = place_of(number, row);
    }
  }
  return true;
}

}  // namespace apus::store
