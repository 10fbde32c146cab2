// The cache's door. The hot calls are exported C functions over a CacheCore's
// address. A CacheCore begins with words that JavaScript reads and writes in
// place:
//
//   u32[0]            victims of the last call
//   u32[1 .. 256]     their slots
//   u32[257 .. 768]   ring of slots that were hit since the last call; each
//                     call takes their number and applies them first
#include <emscripten.h>
#include <emscripten/bind.h>

#include <cstring>

#include "apus/cache/policy.h"

using apus::Budget;
using apus::Policy;
using apus::SlotIndex;

namespace {

Budget budget_of(double entries, double bytes) {
  return {entries < 0xFFFFFFF0 ? static_cast<uint32_t>(entries) : 0xFFFFFFF0,
          bytes < 0x1p63 ? static_cast<uint64_t>(bytes) : UINT64_MAX};
}

struct CacheCore {
  CacheCore(double entries, double bytes) : policy(budget_of(entries, bytes)) {}

  uint32_t victim_count = 0;
  SlotIndex victims[Policy::kVictims];
  SlotIndex ring[512];
  Policy policy;

  void apply(uint32_t touched) { policy.touch(ring, touched); }
  SlotIndex publish(SlotIndex result) {
    victim_count = policy.victim_count();
    std::memcpy(victims, policy.victims(), victim_count * sizeof(SlotIndex));
    return result;
  }
};

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void apus_cache_touch(CacheCore* core, uint32_t touched) {
  core->apply(touched);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_insert(CacheCore* core,
                                                 uint32_t touched,
                                                 uint32_t hash, uint32_t bytes,
                                                 uint32_t priority) {
  core->apply(touched);
  return core->publish(
      core->policy.insert(hash, bytes, static_cast<uint8_t>(priority)));
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_update(CacheCore* core,
                                                 uint32_t touched,
                                                 SlotIndex slot, uint32_t bytes,
                                                 uint32_t priority) {
  core->apply(touched);
  return core->publish(
      core->policy.update(slot, bytes, static_cast<uint8_t>(priority)));
}

EMSCRIPTEN_KEEPALIVE void apus_cache_remove(CacheCore* core, uint32_t touched,
                                            SlotIndex slot) {
  core->apply(touched);
  core->policy.remove(slot);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_weigh(CacheCore* core, SlotIndex slot,
                                           uint32_t bytes) {
  core->policy.weigh(slot, bytes);
}

// Writes the slots in use, most recently used first, to room for size() words.
EMSCRIPTEN_KEEPALIVE void apus_cache_order(CacheCore* core, uint32_t touched,
                                           SlotIndex* out) {
  core->apply(touched);
  core->policy.order(out);
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(apus_cache) {
  emscripten::class_<CacheCore>("CacheCore")
      .constructor<double, double>()
      .function("address", emscripten::optional_override([](CacheCore& self) {
                  return reinterpret_cast<uintptr_t>(&self);
                }))
      .function("size", emscripten::optional_override(
                            [](CacheCore& self) { return self.policy.size(); }))
      .function("bytes", emscripten::optional_override([](CacheCore& self) {
                  return static_cast<double>(self.policy.bytes());
                }))
      .function(
          "resize",
          emscripten::optional_override([](CacheCore& self, double entries,
                                           double bytes) {
            return self.publish(self.policy.resize(budget_of(entries, bytes)));
          }))
      .function("clear", emscripten::optional_override(
                             [](CacheCore& self) { self.policy.clear(); }));
}
