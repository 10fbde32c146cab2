#include "apus/sync/generations.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>

#include "apus/sync/name_hash.h"

namespace apus::sync {
namespace {

constexpr double kEmpty = std::numeric_limits<double>::infinity();

struct Slots {
  uint32_t first, end;
};

// The slot of the prefixes lies after those of tags.
Slots slots_of(uint32_t log) {
  const uint32_t first = first_slot(log);
  return {first, log == kTagsLog ? kAllSlots : first + kBucketSlots};
}

uint32_t bucket_of(const uint8_t* key, uint32_t size, uint32_t hash) {
  return bucket_hash(key, size, hash) % kBuckets;
}
uint32_t key_slot(uint32_t bucket, uint32_t hash) {
  return first_slot(bucket) + (hash >> 6) % kBucketSlots;
}
uint32_t tag_slot(uint32_t hash) { return kFirstTagSlot + hash % kTagSlots; }

}  // namespace

Generations::Generations(uint32_t slots, uint64_t seed)
    : seed_(seed), young_(slots), old_(slots) {
  std::fill(epochs_, epochs_ + kLogs, -1.0);
  std::fill(floors_, floors_ + kAllSlots, -1.0);
}

void Generations::begin(uint32_t log, Position at) {
  reset(log, at.epoch, at.offset);
}

void Generations::begin_empty(uint32_t log, double ended) {
  reset(log, ended, kEmpty);
}

void Generations::leave(uint32_t log) { reset(log, -1, -1); }

// Generations of other epochs are not found any more: the epoch is part of
// their hashes.
void Generations::reset(uint32_t log, double epoch, double floor) {
  epochs_[log] = epoch;
  const auto [first, end] = slots_of(log);
  for (uint32_t slot = first; slot < end; ++slot) {
    floors_[slot] = floor;
    young_.forget_newest(slot);
    old_.forget_newest(slot);
  }
}

uint64_t Generations::seed(Subject subject, uint32_t log) const {
  const auto epoch = std::bit_cast<uint64_t>(epochs_[log]);
  return seed_ + (epoch ^ static_cast<uint64_t>(subject)) * 0x9E3779B97F4A7C15u;
}

void Generations::hear(Subject subject, double offset, const uint8_t* name,
                       uint32_t size) {
  assert(size <= GenerationTable::kMaxName);
  const uint32_t place = place_hash(name, size);
  const bool key = subject == Subject::kKey;
  const uint32_t log = key ? bucket_of(name, size, place) : kTagsLog;
  const uint32_t slot = key                        ? key_slot(log, place)
                        : subject == Subject::kTag ? tag_slot(place)
                                                   : kPrefixSlot;
  NameHash hash(seed(subject, log));
  for (uint32_t i = 0; i < size; ++i) hash.add(name[i]);
  if (young_.full()) {
    for (uint32_t each = 0; each < kAllSlots; ++each)
      floors_[each] = std::max(floors_[each], old_.newest(each));
    young_.swap(old_);
    young_.clear();
  }
  young_.put(hash.value(), slot, offset);
  if (subject == Subject::kPrefix) young_.add_length(size);
}

void Generations::lower(uint32_t log, const Digest& digest) {
  if (digest.epoch != epochs_[log]) return;
  const uint32_t first = first_slot(log);
  for (uint32_t i = 0; i < digest_slots(log); ++i)
    floors_[first + i] = std::min(floors_[first + i], digest.changed(i));
  if (log != kTagsLog) return;
  floors_[kPrefixSlot] =
      std::min(floors_[kPrefixSlot], digest.prefixes_changed());
}

void Generations::raise(uint32_t log, const Digest& digest, double heard,
                        double reach) {
  const auto raised = [&](uint32_t slot, double changed) {
    if (changed > heard) floors_[slot] = std::min(changed, reach);
  };
  const uint32_t first = first_slot(log);
  for (uint32_t i = 0; i < digest_slots(log); ++i)
    raised(first + i, digest.changed(i));
  if (log == kTagsLog) raised(kPrefixSlot, digest.prefixes_changed());
}

bool Generations::stale(const uint8_t* names, uint32_t size, Position as_of,
                        Position tags_as_of) const {
  const uint8_t* const end = names + size;
  const uint8_t* at = std::find(names, end, 0);
  const auto length = static_cast<uint32_t>(at - names);
  if (stale_name(Subject::kKey, names, length, as_of)) return true;
  if (stale_prefix(names, length, tags_as_of)) return true;
  while (at < end) {
    const uint8_t* const tag = at + 1;
    at = std::find(tag, end, 0);
    if (tag < end && stale_name(Subject::kTag, tag,
                                static_cast<uint32_t>(at - tag), tags_as_of))
      return true;
  }
  return false;
}

bool Generations::changed(uint32_t log, uint32_t slot, uint64_t hash,
                          Position as_of) const {
  const double epoch = epochs_[log], floor = floors_[slot];
  if (floor == kEmpty) return as_of != kStart && as_of.epoch <= epoch;
  // The start of a log is that of its epoch, if it had none before.
  const Position place = as_of == kStart ? Position{epoch, -1} : as_of;
  const double generation = std::max(young_.find(hash), old_.find(hash));
  return place < Position{epoch, std::max(floor, generation)};
}

bool Generations::stale_name(Subject subject, const uint8_t* name,
                             uint32_t size, Position as_of) const {
  const uint32_t place = place_hash(name, size);
  const bool key = subject == Subject::kKey;
  const uint32_t log = key ? bucket_of(name, size, place) : kTagsLog;
  NameHash hash(seed(subject, log));
  for (uint32_t i = 0; i < size; ++i) hash.add(name[i]);
  return changed(log, key ? key_slot(log, place) : tag_slot(place),
                 hash.value(), as_of);
}

bool Generations::stale_prefix(const uint8_t* key, uint32_t size,
                               Position as_of) const {
  // No name has this hash: the floor alone.
  if (changed(kTagsLog, kPrefixSlot, 0, as_of)) return true;
  NameHash hash(seed(Subject::kPrefix, kTagsLog));
  for (uint32_t i = 0;; ++i) {
    if ((young_.has_length(i) || old_.has_length(i)) &&
        changed(kTagsLog, kPrefixSlot, hash.value(), as_of))
      return true;
    if (i == size || i == GenerationTable::kMaxName) return false;
    hash.add(key[i]);
  }
}

}  // namespace apus::sync
