#include "apus/cache/ghosts.h"

#include <bit>
#include <cstring>
#include <utility>

namespace apus::cache {
namespace {
constexpr uint32_t kBucket = 8;
}

void Ghosts::ensure(uint32_t capacity) {
  if (capacity > 1u << 28) capacity = 1u << 28;
  capacity_ = capacity;
  const uint32_t places = std::bit_ceil(capacity < 8 ? 16u : capacity * 3 / 2);
  if (places <= table_.size() || !table_.resize(places)) return;
  std::memset(table_.data(), 0, size_t{places} * sizeof(Ghost));
  time_ = 0;
}

void Ghosts::add(uint32_t hash) {
  if (table_.size() == 0) return;
  Ghost* place = bucket(hash);
  for (uint32_t i = 1; i < kBucket; ++i) {
    if (place[i].time < place->time) std::swap(place[i], *place);
  }
  // When the count wraps after 2^32 evictions, the present ghosts stay too
  // long.
  if (++time_ == 0) time_ = 1;
  *place = {hash, time_};
}

bool Ghosts::take(uint32_t hash) {
  if (table_.size() == 0) return false;
  Ghost* place = bucket(hash);
  for (uint32_t i = 0; i < kBucket; ++i) {
    Ghost& ghost = place[i];
    if (ghost.time == 0 || ghost.hash != hash) continue;
    const bool recent = time_ - ghost.time < capacity_;
    ghost.time = 0;
    if (recent) return true;
  }
  return false;
}

Ghosts::Ghost* Ghosts::bucket(uint32_t hash) {
  const uint32_t mixed = hash * 0x9E3779B1u;
  return table_.data() +
         ((mixed ^ mixed >> 15) & (table_.size() / kBucket - 1)) * kBucket;
}

}  // namespace apus::cache
