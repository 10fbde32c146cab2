#include "apus/cache/byte_heap.h"

#include <cstring>
#include <limits>

namespace apus::cache {
namespace {

constexpr uint32_t kMaxRecord = 0x3FFFFFF0;

// A record: as LEB128 the key's size, and twice the value's size plus 1 when it
// is packed; the key; when packed, the number of the table; the value.
uint32_t read_size(const uint8_t*& at) {
  uint32_t size = 0;
  for (uint32_t shift = 0;; shift += 7) {
    const uint8_t byte = *at++;
    size |= static_cast<uint32_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return size;
  }
}

uint8_t* write_size(uint8_t* at, uint32_t size) {
  for (; size >= 0x80; size >>= 7) *at++ = static_cast<uint8_t>(size | 0x80);
  *at++ = static_cast<uint8_t>(size);
  return at;
}

uint32_t width(uint32_t size) {
  uint32_t bytes = 1;
  while (size >>= 7) ++bytes;
  return bytes;
}

uint32_t size_of_record(const uint8_t* record) {
  const uint8_t* at = record;
  const uint32_t key = read_size(at);
  const uint32_t value = read_size(at) >> 1;
  return static_cast<uint32_t>(at - record) + key + value;
}

template <typename T>
uint64_t load(const uint8_t* at) {
  T word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The halves of the 128-bit product, xored.
uint64_t fold(uint64_t x, uint64_t y) {
  const uint64_t x0 = static_cast<uint32_t>(x), x1 = x >> 32;
  const uint64_t y0 = static_cast<uint32_t>(y), y1 = y >> 32;
  const uint64_t low = x0 * y0, cross = x0 * y1;
  const uint64_t middle = (low >> 32) + static_cast<uint32_t>(cross) + x1 * y0;
  return (x1 * y1 + (cross >> 32) + (middle >> 32)) ^
         (middle << 32 | static_cast<uint32_t>(low));
}

// SplitMix64's finalizer.
uint64_t mix(uint64_t x) {
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
  x = (x ^ x >> 27) * 0x94D049BB133111EB;
  return x ^ x >> 31;
}

uint32_t hash_of_slot(const void* policy, SlotIndex slot) {
  return static_cast<const Policy*>(policy)->hash_of(slot);
}

// Grows to at least `size` elements. False when memory is exhausted.
template <typename T>
bool extend(FlatArray<T>& array, uint32_t size, T fill) {
  uint32_t from = array.size();
  if (size <= from) return true;
  if (!array.resize(size)) return false;
  for (; from < size; ++from) array[from] = fill;
  return true;
}

}  // namespace

ByteHeap::ByteHeap(uint32_t kind, Budget budget, Victims* victims,
                   uint32_t sample, uint64_t seed)
    : victims_(victims),
      seed_{mix(seed + 0x9E3779B97F4A7C15), mix(seed + 0x3C6EF372FE94F82A)},
      engine_(kind, budget, victims),
      packer_(sample) {}

// Sixteen bytes at a time, each half xored with a secret, multiplied and
// folded, as in wyhash and, against chosen keys, foldhash. (With a known
// multiplier, some changes of bits cancel each other out under every seed.)
uint32_t ByteHeap::hash_bytes(const uint8_t* data, uint32_t size, Seed seed) {
  uint64_t hash = seed.a ^ size;
  for (; size > 16; size -= 16, data += 16) {
    hash = fold(load<uint64_t>(data) ^ hash, load<uint64_t>(data + 8) ^ seed.b);
  }
  uint64_t first = 0;
  uint64_t last = 0;
  if (size >= 8) {
    first = load<uint64_t>(data);
    last = load<uint64_t>(data + size - 8);
  } else if (size >= 4) {
    first = load<uint32_t>(data);
    last = load<uint32_t>(data + size - 4);
  } else if (size > 0) {
    first = uint64_t{data[0]} | uint64_t{data[size / 2]} << 8 |
            uint64_t{data[size - 1]} << 16;
  }
  hash = fold(first ^ hash, last ^ seed.b);
  return static_cast<uint32_t>(hash >> 32 ^ hash);
}

SlotIndex ByteHeap::find(const uint8_t* key, uint32_t size) const {
  const uint32_t hash = hash_bytes(key, size, seed_);
  SlotTable::Walk walk = table_.begin(hash);
  for (;;) {
    const uint32_t place = table_.next(walk, hash);
    if (place == SlotTable::kNowhere) return kNoSlot;
    const SlotIndex slot = table_.slot_at(place);
    if (engine_.policy().hash_of(slot) != hash) continue;
    const Kept found = read(refs_[slot]);
    if (found.key_size == size && std::memcmp(found.key, key, size) == 0)
      return slot;
  }
}

SlotIndex ByteHeap::set(const uint8_t* key, uint32_t key_size,
                        const uint8_t* whole, uint32_t whole_size,
                        uint8_t priority, double deadline, uint32_t tick) {
  while (arena_.compact(false, refs_.data(), size_of_record)) {
  }
  victims_->count = 0;
  const uint64_t most = uint64_t{key_size} + whole_size + 10;
  if (most > kMaxRecord) {
    if (const SlotIndex old = find(key, key_size); old != kNoSlot) remove(old);
    return kNoSlot;
  }
  const ValuePacker::Value value = packer_.pack(whole, whole_size);
  const uint32_t packed = value.table ? 1 : 0;
  const uint32_t bytes = key_size + packed + value.size;
  const uint32_t coded = (packed + value.size) << 1 | packed;
  const uint32_t size = width(key_size) + width(coded) + bytes;
  if (!arena_.reserve(size)) {
    // Closes gaps first, then evicts entries.
    if (!arena_.compact(true, refs_.data(), size_of_record))
      return free_memory();
    if (!arena_.reserve(size)) return free_memory();
  }
  const uint32_t hash = hash_bytes(key, key_size, seed_);
  SlotIndex slot = find(key, key_size);
  const bool fresh = slot == kNoSlot;
  const SlotIndex result = fresh ? engine_.insert(hash, bytes, priority, tick)
                                 : engine_.update(slot, bytes, priority, tick);
  drop_victims();
  if (result == kMoreRoom) return result;
  if (result == kNoSlot) {
    if (!fresh) remove(slot);
    return kNoSlot;
  }
  slot = result;
  if (fresh) {
    // Arrays by slot must be as long as the policy's; the table needs a place.
    const uint32_t slots = engine_.policy().slot_limit();
    if (!extend(refs_, slots, LogArena::kNone) ||
        !table_.reserve(hash_of_slot, &engine_.policy())) {
      engine_.remove(slot);
      return kNoSlot;
    }
  } else {
    release(refs_[slot]);
  }
  const bool timed = deadline < std::numeric_limits<double>::infinity();
  if ((timed || deadlines_.size() > 0) &&
      extend(deadlines_, engine_.policy().slot_limit(),
             std::numeric_limits<double>::infinity())) {
    deadlines_[slot] = deadline;
  }
  if (timed && deadlines_.size() <= slot) {  // no memory for its deadline
    if (!fresh) unlist(refs_[slot], slot);
    engine_.remove(slot);
    return kNoSlot;
  }
  refs_[slot] = arena_.append(slot, size);
  uint8_t* at = write_size(write_size(arena_.at(refs_[slot]), key_size), coded);
  std::memcpy(at, key, key_size);
  at += key_size;
  if (packed) *at++ = static_cast<uint8_t>(value.table);
  std::memcpy(at, value.at, value.size);
  packer_.retain(value.table);
  if (fresh) table_.insert(hash, slot);
  return slot;
}

// Memory was refused: evicts some entries. kMoreRoom while there are any.
SlotIndex ByteHeap::free_memory() {
  if (engine_.policy().size() == 0) return kNoSlot;
  for (uint32_t i = 0; i < Victims::kRoom && engine_.policy().size() > 0; ++i) {
    engine_.evict_one();
    drop_victims(i);
  }
  // Their records stay readable until the caller calls again.
  return kMoreRoom;
}

void ByteHeap::remove(SlotIndex slot) {
  const LogArena::Ref ref = refs_[slot];
  unlist(ref, slot);
  release(ref);
  engine_.remove(slot);
}

void ByteHeap::clear() {
  engine_.clear();
  table_.clear();
  arena_.clear();
  packer_.clear();
}

SlotIndex ByteHeap::resize(Budget budget) {
  const SlotIndex result = engine_.resize(budget);
  drop_victims();
  return result;
}

SlotIndex ByteHeap::expire(uint32_t now, uint32_t work) {
  const SlotIndex result = engine_.expire(now, work);
  drop_victims();
  return result;
}

SlotIndex ByteHeap::remove_tagged(uint32_t tag) {
  const SlotIndex result = engine_.remove_tagged(tag);
  drop_victims();
  return result;
}

double ByteHeap::deadline(SlotIndex slot) const {
  return slot < deadlines_.size() ? deadlines_[slot]
                                  : std::numeric_limits<double>::infinity();
}

uint64_t ByteHeap::taken() const {
  return arena_.taken() + table_.taken() + uint64_t{refs_.size()} * 4 +
         uint64_t{deadlines_.size()} * 8 + engine_.policy().taken() +
         packer_.taken();
}

ByteHeap::Kept ByteHeap::read(LogArena::Ref ref) const {
  const uint8_t* at = arena_.at(ref);
  const uint32_t key_size = read_size(at);
  const uint32_t coded = read_size(at);
  const uint32_t packed = coded & 1;
  const uint8_t* value = at + key_size;
  const uint32_t table = packed ? *value : 0;
  return {at, key_size, {value + packed, (coded >> 1) - packed, table}};
}

ByteHeap::Record ByteHeap::whole(LogArena::Ref ref) {
  const Kept kept = read(ref);
  const ValuePacker::Value value = packer_.unpack(kept.value);
  return {kept.key, kept.key_size, value.at, value.size};
}

// The record's bytes and its table stay readable until the next set.
void ByteHeap::release(LogArena::Ref ref) {
  packer_.release(read(ref).value.table);
  arena_.release(ref, size_of_record(arena_.at(ref)));
}

// Removes a record's key from the table. Its slot may have another entry's hash
// by now.
void ByteHeap::unlist(LogArena::Ref ref, SlotIndex slot) {
  const Kept record = read(ref);
  const uint32_t hash = hash_bytes(record.key, record.key_size, seed_);
  SlotTable::Walk walk = table_.begin(hash);
  for (;;) {
    const uint32_t place = table_.next(walk, hash);
    if (place == SlotTable::kNowhere) return;
    if (table_.slot_at(place) == slot) return table_.erase(place);
  }
}

void ByteHeap::drop_victims(uint32_t from) {
  for (uint32_t i = from; i < victims_->count; ++i) {
    const SlotIndex slot = victims_->slots[i];
    const LogArena::Ref ref = refs_[slot];
    victim_refs_[i] = ref;
    unlist(ref, slot);
    release(ref);
  }
}

}  // namespace apus::cache
