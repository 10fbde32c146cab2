// What both doors of the cache export: of cache.cpp, and of bytes.cpp for values
// that live as bytes. Each says what `Core` is: JavaScript also reads it in place
// (include/apus/cache/layout.h). `touched` is the number of slots in the ring
// that were hit since the last call.
#ifndef APUS_WASM_CACHE_DOOR_H_
#define APUS_WASM_CACHE_DOOR_H_

#include <emscripten.h>

#include "apus/cache/cache_core.h"

using apus::cache::kNoSlot;
using apus::cache::SlotIndex;

extern "C" {

// Null when memory is refused. The seeds are random.
EMSCRIPTEN_KEEPALIVE Core* apus_cache_new(uint32_t kind, double entries,
                                          double bytes, uint32_t storage,
                                          uint32_t seed0, uint32_t seed1) {
  return Core::create(kind, entries, bytes, static_cast<Core::Storage>(storage),
                      uint64_t{seed0} << 32 | seed1);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_delete(Core* core) { delete core; }

EMSCRIPTEN_KEEPALIVE void apus_cache_touch(Core* core, uint32_t touched) {
  core->touch(touched);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_remove(Core* core, SlotIndex slot) {
  core->remove(slot);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_weigh(Core* core, SlotIndex slot,
                                           uint32_t bytes) {
  core->engine().policy().weigh(slot, bytes);
}

// False when memory is refused.
EMSCRIPTEN_KEEPALIVE bool apus_cache_tag(Core* core, SlotIndex slot,
                                         uint32_t tag) {
  return core->engine().tag(slot, tag);
}

// Whether any entry has the tag.
EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_tagged(Core* core, uint32_t tag) {
  return core->engine().tags().any(tag) != kNoSlot;
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_about(Core* core, SlotIndex slot,
                                               uint32_t* out, uint32_t room) {
  return core->about(slot, out, room);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_rehash(Core* core, SlotIndex slot,
                                            uint32_t hash) {
  core->engine().policy().set_hash(slot, hash);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_remove_tagged(Core* core,
                                                        uint32_t tag) {
  return core->remove_tagged(tag);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_expire(Core* core, uint32_t now,
                                                 uint32_t work) {
  return core->expire(now, work);
}

EMSCRIPTEN_KEEPALIVE double apus_cache_number(Core* core, uint32_t which) {
  return core->number(static_cast<Core::Number>(which));
}

// Writes the slots in use, most recently used first, to room for all of them.
EMSCRIPTEN_KEEPALIVE void apus_cache_order(Core* core, SlotIndex* out) {
  core->engine().policy().order(out);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_resize(Core* core, double entries,
                                                 double bytes) {
  return core->resize(entries, bytes);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_set_kind(Core* core, uint32_t kind) {
  core->engine().set_kind(kind);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_clear(Core* core) { core->clear(); }

}  // extern "C"

#endif  // APUS_WASM_CACHE_DOOR_H_
