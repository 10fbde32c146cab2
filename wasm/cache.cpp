// The door of caches whose keys and values live in JavaScript: exported C
// functions over the address of a CacheCore.
#include "apus/cache/cache_core.h"

using Core = apus::cache::CacheCore;

#include "cache_door.h"

extern "C" {

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_insert(Core* core, uint32_t touched,
                                                 uint32_t hash, uint32_t bytes,
                                                 uint32_t priority,
                                                 uint32_t tick) {
  return core->insert(touched, hash, bytes, static_cast<uint8_t>(priority),
                      tick);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_update(Core* core, uint32_t touched,
                                                 SlotIndex slot, uint32_t bytes,
                                                 uint32_t priority,
                                                 uint32_t tick) {
  return core->update(touched, slot, bytes, static_cast<uint8_t>(priority),
                      tick);
}

}  // extern "C"
