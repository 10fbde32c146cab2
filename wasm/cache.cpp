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

#include "apus/cache/engine.h"

using apus::Budget;
using apus::Engine;
using apus::SlotIndex;
using emscripten::optional_override;

namespace {

Budget budget_of(double entries, double bytes) {
  return {entries < Budget::kNoLimit ? static_cast<uint32_t>(entries)
                                     : Budget::kNoLimit,
          bytes < 0x1p63 ? static_cast<uint64_t>(bytes) : UINT64_MAX};
}

struct CacheCore {
  CacheCore(uint32_t kind, double entries, double bytes)
      : engine(kind, budget_of(entries, bytes)) {}

  uint32_t victim_count = 0;
  SlotIndex victims[Engine::kVictims];
  SlotIndex ring[512];
  Engine engine;

  SlotIndex publish(SlotIndex result) {
    victim_count = engine.victim_count();
    for (uint32_t i = 0; i < victim_count; ++i)
      victims[i] = engine.victims()[i];
    return result;
  }
};

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void apus_cache_touch(CacheCore* core, uint32_t touched) {
  core->engine.touch(core->ring, touched);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_insert(CacheCore* core,
                                                 uint32_t touched,
                                                 uint32_t hash, uint32_t bytes,
                                                 uint32_t priority,
                                                 uint32_t tick) {
  core->engine.touch(core->ring, touched);
  return core->publish(
      core->engine.insert(hash, bytes, static_cast<uint8_t>(priority), tick));
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_update(CacheCore* core,
                                                 uint32_t touched,
                                                 SlotIndex slot, uint32_t bytes,
                                                 uint32_t priority,
                                                 uint32_t tick) {
  core->engine.touch(core->ring, touched);
  return core->publish(
      core->engine.update(slot, bytes, static_cast<uint8_t>(priority), tick));
}

EMSCRIPTEN_KEEPALIVE void apus_cache_remove(CacheCore* core, uint32_t touched,
                                            SlotIndex slot) {
  core->engine.touch(core->ring, touched);
  core->engine.remove(slot);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_weigh(CacheCore* core, SlotIndex slot,
                                           uint32_t bytes) {
  core->engine.policy().weigh(slot, bytes);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_tag(CacheCore* core, SlotIndex slot,
                                         uint32_t tag) {
  core->engine.tag(slot, tag);
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_tagged(CacheCore* core, uint32_t tag) {
  return core->engine.tags().any(tag) != apus::kNoSlot;
}

// Writes size, priority and tags of an entry; returns the number of tags.
EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_about(CacheCore* core, SlotIndex slot,
                                               uint32_t* out, uint32_t room) {
  out[0] = core->engine.policy().bytes_of(slot);
  out[1] = core->engine.policy().priority_of(slot);
  return core->engine.tags().tags_of(slot, out + 2, room - 2);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_rehash(CacheCore* core, SlotIndex slot,
                                            uint32_t hash) {
  core->engine.policy().set_hash(slot, hash);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_remove_tagged(CacheCore* core,
                                                        uint32_t touched,
                                                        uint32_t tag) {
  core->engine.touch(core->ring, touched);
  return core->publish(core->engine.remove_tagged(tag));
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_expire(CacheCore* core,
                                                 uint32_t touched, uint32_t now,
                                                 uint32_t work) {
  core->engine.touch(core->ring, touched);
  return core->publish(core->engine.expire(now, work));
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_next_expiry(CacheCore* core) {
  return core->engine.next_expiry();
}

// Writes the slots in use, most recently used first, to room for size() words.
EMSCRIPTEN_KEEPALIVE void apus_cache_order(CacheCore* core, uint32_t touched,
                                           SlotIndex* out) {
  core->engine.touch(core->ring, touched);
  core->engine.policy().order(out);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_resize(CacheCore* core,
                                                 double entries, double bytes) {
  return core->publish(core->engine.resize(budget_of(entries, bytes)));
}

EMSCRIPTEN_KEEPALIVE double apus_cache_bytes(CacheCore* core) {
  return static_cast<double>(core->engine.policy().bytes());
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_kind(CacheCore* core) {
  return static_cast<uint32_t>(core->engine.policy().kind());
}

EMSCRIPTEN_KEEPALIVE void apus_cache_set_kind(CacheCore* core, uint32_t kind) {
  core->engine.set_kind(kind);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_clear(CacheCore* core) {
  core->engine.clear();
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(apus_cache) {
  emscripten::class_<CacheCore>("CacheCore")
      .constructor<uint32_t, double, double>()
      .function("address", optional_override([](CacheCore& self) {
                  return reinterpret_cast<uintptr_t>(&self);
                }));
}
