// The cache's door: exported C functions over the address of a CacheCore, which
// JavaScript also reads in place (include/apus/cache/layout.h).
//
// apus_cache_insert and apus_cache_update serve caches whose values live in
// JavaScript, apus_bytes_* caches with a heap, the others both. `touched` is
// the number of slots in the ring that were hit since the last call.
#include <emscripten.h>

#include "apus/cache/cache_core.h"

using apus::cache::CacheCore;
using apus::cache::kNoSlot;
using apus::cache::SlotIndex;

extern "C" {

// Null when memory is refused. The seeds are random.
EMSCRIPTEN_KEEPALIVE CacheCore* apus_cache_new(uint32_t kind, double entries,
                                               double bytes, uint32_t storage,
                                               uint32_t seed0, uint32_t seed1) {
  return CacheCore::create(kind, entries, bytes,
                           static_cast<CacheCore::Storage>(storage),
                           uint64_t{seed0} << 32 | seed1);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_delete(CacheCore* core) { delete core; }

EMSCRIPTEN_KEEPALIVE void apus_cache_touch(CacheCore* core, uint32_t touched) {
  core->touch(touched);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_insert(CacheCore* core,
                                                 uint32_t touched,
                                                 uint32_t hash, uint32_t bytes,
                                                 uint32_t priority,
                                                 uint32_t tick) {
  return core->insert(touched, hash, bytes, static_cast<uint8_t>(priority),
                      tick);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_update(CacheCore* core,
                                                 uint32_t touched,
                                                 SlotIndex slot, uint32_t bytes,
                                                 uint32_t priority,
                                                 uint32_t tick) {
  return core->update(touched, slot, bytes, static_cast<uint8_t>(priority),
                      tick);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_remove(CacheCore* core, SlotIndex slot) {
  core->remove(slot);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_weigh(CacheCore* core, SlotIndex slot,
                                           uint32_t bytes) {
  core->engine().policy().weigh(slot, bytes);
}

// False when memory is refused.
EMSCRIPTEN_KEEPALIVE bool apus_cache_tag(CacheCore* core, SlotIndex slot,
                                         uint32_t tag) {
  return core->engine().tag(slot, tag);
}

// Whether any entry has the tag.
EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_tagged(CacheCore* core, uint32_t tag) {
  return core->engine().tags().any(tag) != kNoSlot;
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_about(CacheCore* core, SlotIndex slot,
                                               uint32_t* out, uint32_t room) {
  return core->about(slot, out, room);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_rehash(CacheCore* core, SlotIndex slot,
                                            uint32_t hash) {
  core->engine().policy().set_hash(slot, hash);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_remove_tagged(CacheCore* core,
                                                        uint32_t tag) {
  return core->remove_tagged(tag);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_expire(CacheCore* core, uint32_t now,
                                                 uint32_t work) {
  return core->expire(now, work);
}

EMSCRIPTEN_KEEPALIVE double apus_cache_number(CacheCore* core, uint32_t which) {
  return core->number(static_cast<CacheCore::Number>(which));
}

// Writes the slots in use, most recently used first, to room for all of them.
EMSCRIPTEN_KEEPALIVE void apus_cache_order(CacheCore* core, SlotIndex* out) {
  core->engine().policy().order(out);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_resize(CacheCore* core,
                                                 double entries, double bytes) {
  return core->resize(entries, bytes);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_set_kind(CacheCore* core, uint32_t kind) {
  core->engine().set_kind(kind);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_clear(CacheCore* core) { core->clear(); }

EMSCRIPTEN_KEEPALIVE SlotIndex apus_bytes_find(CacheCore* core,
                                               const uint8_t* key,
                                               uint32_t size, uint32_t use) {
  return core->find(key, size, use);
}

// The value's bytes follow the key's.
EMSCRIPTEN_KEEPALIVE SlotIndex apus_bytes_set(
    CacheCore* core, const uint8_t* key, uint32_t key_size, uint32_t value_size,
    uint32_t priority, double deadline, uint32_t tick) {
  return core->set(key, key_size, key + key_size, value_size,
                   static_cast<uint8_t>(priority), deadline, tick);
}

// False when the slot is free.
EMSCRIPTEN_KEEPALIVE bool apus_bytes_show(CacheCore* core, SlotIndex slot) {
  return core->show(slot);
}

EMSCRIPTEN_KEEPALIVE void apus_bytes_show_victim(CacheCore* core, uint32_t i) {
  core->show_victim(i);
}

}  // extern "C"
