// The door of caches whose keys and values live as bytes in linear memory:
// exported C functions over the address of a ByteCore. A module of its own, since
// most pages use no such cache.
#include "apus/cache/cache_core.h"

using Core = apus::cache::ByteCore;

#include "cache_door.h"

extern "C" {

EMSCRIPTEN_KEEPALIVE SlotIndex apus_bytes_find(Core* core, const uint8_t* key,
                                               uint32_t size, uint32_t use) {
  return core->find(key, size, use);
}

// The value's bytes follow the key's.
EMSCRIPTEN_KEEPALIVE SlotIndex apus_bytes_set(Core* core, const uint8_t* key,
                                              uint32_t key_size,
                                              uint32_t value_size,
                                              uint32_t priority,
                                              double deadline, uint32_t tick) {
  return core->set(key, key_size, key + key_size, value_size,
                   static_cast<uint8_t>(priority), deadline, tick);
}

// False when the slot is free.
EMSCRIPTEN_KEEPALIVE bool apus_bytes_show(Core* core, SlotIndex slot) {
  return core->show(slot);
}

EMSCRIPTEN_KEEPALIVE void apus_bytes_show_victim(Core* core, uint32_t i) {
  core->show_victim(i);
}

}  // extern "C"
