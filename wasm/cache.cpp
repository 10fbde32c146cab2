// The cache's door. The hot calls are exported C functions over a CacheCore's
// address. A CacheCore begins with words that JavaScript reads and writes in
// place:
//
//   u32[0]            victims of the last call
//   u32[1 .. 256]     their slots
//   u32[257 .. 384]   ring of slots that were hit: apus_cache_touch, insert and
//                     update take their number and apply them first
//   u32[385 .. 388]   key address, key size, value address, value size: the
//                     record that apus_bytes_* answers with
//   f64[195]          its deadline (words 390 and 391)
//
// apus_cache_* serve both heaps, but for insert and update, which are the
// JavaScript heap's; apus_bytes_* serve the byte heap.
#include <emscripten.h>

#include <limits>
#include <new>

#include "apus/cache/byte_heap.h"
#include "apus/cache/engine.h"

using apus::Budget;
using apus::ByteHeap;
using apus::Engine;
using apus::SlotIndex;
using apus::Victims;

namespace {

Budget budget_of(double entries, double bytes) {
  return {entries < Budget::kNoLimit ? static_cast<uint32_t>(entries)
                                     : Budget::kNoLimit,
          bytes < 0x1p63 ? static_cast<uint64_t>(bytes) : UINT64_MAX};
}

constexpr uint32_t kSample = 16 << 10;  // bytes to learn to pack from

struct CacheCore {
  CacheCore(uint32_t kind, double entries, double bytes, uint32_t heaped,
            uint64_t seed)
      : heap(heaped ? new(std::nothrow)
                          ByteHeap(kind, budget_of(entries, bytes), &victims,
                                   heaped > 1 ? kSample : 0, seed)
                    : nullptr),
        engine(heaped ? heap ? &heap->engine() : nullptr
                      : new(std::nothrow)
                            Engine(kind, budget_of(entries, bytes), &victims)) {
  }
  ~CacheCore() {
    if (heap == nullptr) delete engine;
    delete heap;
  }

  bool usable() const { return engine != nullptr && engine->usable(); }

  Victims victims;
  SlotIndex ring[128];
  uint32_t out[4];
  double deadline;
  ByteHeap* heap;  // null: keys and values are JavaScript's
  Engine* engine;  // the heap's, if there is one

  SlotIndex show(SlotIndex slot) {
    if (slot < apus::kMoreRoom) {
      show(heap->record(slot));
      deadline = heap->deadline(slot);
    }
    return slot;
  }
  void show(const ByteHeap::Record& record) {
    out[0] = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(record.key));
    out[1] = record.key_size;
    out[2] = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(record.value));
    out[3] = record.value_size;
  }
};

}  // namespace

extern "C" {

// Null when memory is refused. `heap`: 0 keys and values are JavaScript's, 1
// bytes in a heap, 2 texts in one, which are packed. The seeds are random.
EMSCRIPTEN_KEEPALIVE CacheCore* apus_cache_new(uint32_t kind, double entries,
                                               double bytes, uint32_t heap,
                                               uint32_t seed0, uint32_t seed1) {
  auto* core = new (std::nothrow) CacheCore(kind, entries, bytes, heap,
                                            uint64_t{seed0} << 32 | seed1);
  if (core == nullptr || core->usable()) return core;
  delete core;
  return nullptr;
}

EMSCRIPTEN_KEEPALIVE void apus_cache_delete(CacheCore* core) { delete core; }

EMSCRIPTEN_KEEPALIVE void apus_cache_touch(CacheCore* core, uint32_t touched) {
  core->engine->touch(core->ring, touched);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_insert(CacheCore* core,
                                                 uint32_t touched,
                                                 uint32_t hash, uint32_t bytes,
                                                 uint32_t priority,
                                                 uint32_t tick) {
  core->engine->touch(core->ring, touched);
  return core->engine->insert(hash, bytes, static_cast<uint8_t>(priority),
                              tick);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_update(CacheCore* core,
                                                 uint32_t touched,
                                                 SlotIndex slot, uint32_t bytes,
                                                 uint32_t priority,
                                                 uint32_t tick) {
  core->engine->touch(core->ring, touched);
  return core->engine->update(slot, bytes, static_cast<uint8_t>(priority),
                              tick);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_remove(CacheCore* core, SlotIndex slot) {
  if (core->heap) {
    core->heap->remove(slot);
  } else {
    core->engine->remove(slot);
  }
}

EMSCRIPTEN_KEEPALIVE void apus_cache_weigh(CacheCore* core, SlotIndex slot,
                                           uint32_t bytes) {
  core->engine->policy().weigh(slot, bytes);
}

// False when memory is refused.
EMSCRIPTEN_KEEPALIVE bool apus_cache_tag(CacheCore* core, SlotIndex slot,
                                         uint32_t tag) {
  return core->engine->tag(slot, tag);
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_tagged(CacheCore* core, uint32_t tag) {
  return core->engine->tags().any(tag) != apus::kNoSlot;
}

// Writes size, priority and tags of an entry; returns the number of tags.
EMSCRIPTEN_KEEPALIVE uint32_t apus_cache_about(CacheCore* core, SlotIndex slot,
                                               uint32_t* out, uint32_t room) {
  out[0] = core->engine->policy().bytes_of(slot);
  out[1] = core->engine->policy().priority_of(slot);
  return core->engine->tags().tags_of(slot, out + 2, room - 2);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_rehash(CacheCore* core, SlotIndex slot,
                                            uint32_t hash) {
  core->engine->policy().set_hash(slot, hash);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_remove_tagged(CacheCore* core,
                                                        uint32_t tag) {
  return core->heap ? core->heap->remove_tagged(tag)
                    : core->engine->remove_tagged(tag);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_expire(CacheCore* core, uint32_t now,
                                                 uint32_t work) {
  return core->heap ? core->heap->expire(now, work)
                    : core->engine->expire(now, work);
}

// 0: bytes, 1: entries, 2: the policy that is followed, 3: the tick of the next
// expiry.
EMSCRIPTEN_KEEPALIVE double apus_cache_number(CacheCore* core, uint32_t which) {
  const apus::Policy& policy = core->engine->policy();
  if (which == 0) return static_cast<double>(policy.bytes());
  if (which == 1) return policy.size();
  return which == 2 ? static_cast<uint32_t>(policy.kind())
                    : core->engine->next_expiry();
}

// Writes the slots in use, most recently used first, to room for size() words.
EMSCRIPTEN_KEEPALIVE void apus_cache_order(CacheCore* core, SlotIndex* out) {
  core->engine->policy().order(out);
}

EMSCRIPTEN_KEEPALIVE SlotIndex apus_cache_resize(CacheCore* core,
                                                 double entries, double bytes) {
  const Budget budget = budget_of(entries, bytes);
  return core->heap ? core->heap->resize(budget) : core->engine->resize(budget);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_set_kind(CacheCore* core, uint32_t kind) {
  core->engine->set_kind(kind);
}

EMSCRIPTEN_KEEPALIVE void apus_cache_clear(CacheCore* core) {
  if (core->heap) {
    core->heap->clear();
  } else {
    core->engine->clear();
  }
}

// The slot of a key, kNoSlot when it is not there; its record is shown. `use`:
// it counts as a use, unless it has a deadline: then the caller knows more.
EMSCRIPTEN_KEEPALIVE SlotIndex apus_bytes_find(CacheCore* core,
                                               const uint8_t* key,
                                               uint32_t size, uint32_t use) {
  const SlotIndex slot = core->heap->find(key, size);
  core->show(slot);
  if (use && slot != apus::kNoSlot &&
      core->deadline == std::numeric_limits<double>::infinity())
    core->engine->touch(&slot, 1);
  return slot;
}

// The value follows the key.
EMSCRIPTEN_KEEPALIVE SlotIndex apus_bytes_set(
    CacheCore* core, const uint8_t* key, uint32_t key_size, uint32_t value_size,
    uint32_t priority, double deadline, uint32_t tick) {
  return core->heap->set(key, key_size, key + key_size, value_size,
                         static_cast<uint8_t>(priority), deadline, tick);
}

// Shows a slot's record, or with `victim` that of the victim of this number.
// 0: the slot is free.
EMSCRIPTEN_KEEPALIVE uint32_t apus_bytes_show(CacheCore* core, uint32_t which,
                                              uint32_t victim) {
  if (victim) {
    core->show(core->heap->victim(which));
  } else {
    if (!core->heap->has(which)) return 0;
    core->show(which);
  }
  return 1;
}

}  // extern "C"
