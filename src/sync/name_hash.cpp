#include "apus/sync/name_hash.h"

#include <algorithm>

namespace apus::sync {
namespace {

uint64_t mixed(uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDu;
  hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53u;
  return hash ^ (hash >> 33);
}

}  // namespace

uint32_t place_hash(const uint8_t* name, uint32_t size) {
  uint32_t hash = 0x811C9DC5;
  for (uint32_t i = 0; i < size; ++i) hash = (hash ^ name[i]) * 0x01000193;
  hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
  hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
  return hash ^ (hash >> 16);
}

uint32_t bucket_hash(const uint8_t* key, uint32_t size, uint32_t place) {
  const uint8_t* const end = key + size;
  const uint8_t* const open = std::find(key, end, '{');
  const uint8_t* const close = std::find(open, end, '}');
  if (close == end || close == open + 1) return place;
  return place_hash(open + 1, static_cast<uint32_t>(close - open - 1));
}

NameHash::NameHash(uint64_t seed) : state_(mixed(seed)) {}

uint64_t NameHash::value() const {
  const uint64_t hash = mixed(state_);
  return hash ? hash : 1;
}

}  // namespace apus::sync
