// A naive model of a cache for fuzz targets: a map that is told of every entry
// that leaves. A difference from the engine aborts.
#ifndef APUS_TESTS_CACHE_SEQUENCE_MODEL_H_
#define APUS_TESTS_CACHE_SEQUENCE_MODEL_H_

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "apus/cache/byte_heap.h"

namespace apus::cache {

inline constexpr double kForEver = std::numeric_limits<double>::infinity();

// Numbers read from arbitrary bytes; zeros after their end.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}
  bool more() const { return at_ < end_; }
  uint32_t byte() { return more() ? *at_++ : 0u; }
  uint32_t word() { return byte() | byte() << 8; }
  Budget budget() { return {1 + byte() % 64, 64 + 32ull * byte()}; }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

inline void must(bool holds) {
  if (!holds) std::abort();
}

// An entry of the model.
struct Entry {
  std::string key;
  std::string value;
  uint32_t bytes = 0;
  uint32_t tick = TimerWheel::kNever;
  double deadline = kForEver;
  std::set<uint32_t> tags = {};
};

using Model = std::map<SlotIndex, Entry>;

// Aborts unless the engine holds the model's entries, weights and total.
inline void check(const Engine& engine, const Model& model) {
  uint64_t bytes = 0;
  for (const auto& [slot, entry] : model) {
    must(engine.policy().has(slot));
    must(engine.policy().bytes_of(slot) == entry.bytes);
    bytes += entry.bytes;
  }
  must(engine.policy().size() == model.size());
  must(engine.policy().bytes() == bytes);
  std::vector<SlotIndex> order(model.size());
  engine.policy().order(order.data());
  must(std::set<SlotIndex>(order.begin(), order.end()).size() == model.size());
  for (const SlotIndex slot : order) must(model.contains(slot));
}

inline void check_tags(const Engine& engine, const Model& model) {
  uint32_t tags[16];
  for (const auto& [slot, entry] : model) {
    const uint32_t count = engine.tags().tags_of(slot, tags, 16);
    must(std::set<uint32_t>(tags, tags + count) == entry.tags);
  }
}

// Removes evicted entries from the model.
inline void forget(const Victims& victims, Model& model) {
  for (uint32_t i = 0; i < victims.count; ++i)
    must(model.erase(victims.slots[i]) == 1);
}

// An entry of the model, chosen by a number; kNoSlot if there is none.
inline SlotIndex some(const Model& model, uint32_t number) {
  if (model.empty()) return kNoSlot;
  const auto found = model.lower_bound(number % 80);
  return found == model.end() ? model.begin()->first : found->first;
}

}  // namespace apus::cache

#endif  // APUS_TESTS_CACHE_SEQUENCE_MODEL_H_
