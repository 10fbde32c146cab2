// One cache, as its door serves it to JavaScript. Two kinds share the class:
// either keys and values live in JavaScript, and an Engine decides over slots,
// or a ByteHeap keeps them as bytes and has its own Engine.
//
// A CacheCore begins with a `Shared`, which JavaScript reads and writes in
// place; layout.h lists the offsets. Owns the heap or the engine, which
// determine the costs. Not thread-safe.
#ifndef APUS_CACHE_CACHE_CORE_H_
#define APUS_CACHE_CACHE_CORE_H_

#include <cstdint>
#include <type_traits>

#include "apus/cache/byte_heap.h"
#include "apus/cache/engine.h"

namespace apus::cache {

class CacheCore {
 public:
  // Where keys and values live.
  enum class Storage : uint32_t {
    kJavaScript,
    kBytes,
    kTexts,  // as bytes, which the heap packs
  };

  // The numbers that `number` returns.
  enum class Number : uint32_t {
    kBytes,
    kEntries,
    kPolicy,      // the policy at work, with kAdaptive the one followed now
    kNextExpiry,  // a tick before which nothing expires
  };

  static constexpr uint32_t kRing = 128;
  // Words that `about` writes before the tags: size and priority.
  static constexpr uint32_t kAboutTags = 2;

  struct Shared {
    Victims victims;  // of the last call
    // Slots that JavaScript noted as hit. A call that takes a number of
    // `touched` slots applies these uses first.
    SlotIndex ring[kRing];
    ByteHeap::Record record;  // the record shown last, and its deadline
    double deadline;
  };

  // Null when memory is refused. Limits of Infinity mean no limit. `seed`:
  // random bits.
  static CacheCore* create(uint32_t kind, double entries, double bytes,
                           Storage storage, uint64_t seed);
  ~CacheCore();
  CacheCore(const CacheCore&) = delete;
  CacheCore& operator=(const CacheCore&) = delete;

  // ---- Both kinds ----

  void touch(uint32_t touched) { engine_->touch(shared_.ring, touched); }
  void remove(SlotIndex slot);
  void clear();
  // As Engine's.
  SlotIndex remove_tagged(uint32_t tag);
  SlotIndex expire(uint32_t now, uint32_t work);
  SlotIndex resize(double entries, double bytes);

  double number(Number which) const;
  // Writes size, priority and tags of an entry, `room` words at most. Returns
  // the number of tags. Requires: room >= kAboutTags.
  uint32_t about(SlotIndex slot, uint32_t* out, uint32_t room) const;

  // ---- Keys and values in JavaScript ----

  // As Engine's, after the uses in the ring.
  SlotIndex insert(uint32_t touched, uint32_t hash, uint32_t bytes,
                   uint8_t priority, uint32_t tick) {
    touch(touched);
    return engine_->insert(hash, bytes, priority, tick);
  }
  SlotIndex update(uint32_t touched, SlotIndex slot, uint32_t bytes,
                   uint8_t priority, uint32_t tick) {
    touch(touched);
    return engine_->update(slot, bytes, priority, tick);
  }

  // ---- Bytes in a heap ----

  // The slot of a key, or kNoSlot; shows its record. `use` counts a use, unless
  // the entry has a deadline: only the caller knows whether it has passed.
  SlotIndex find(const uint8_t* key, uint32_t size, bool use);
  // As ByteHeap's.
  SlotIndex set(const uint8_t* key, uint32_t key_size, const uint8_t* value,
                uint32_t value_size, uint8_t priority, double deadline,
                uint32_t tick) {
    return heap_->set(key, key_size, value, value_size, priority, deadline,
                      tick);
  }
  // Shows a slot's record. False when the slot is free.
  bool show(SlotIndex slot);
  // Shows the i-th victim of the last call.
  void show_victim(uint32_t i) { shared_.record = heap_->victim(i); }

  Engine& engine() { return *engine_; }
  const Engine& engine() const { return *engine_; }
  Shared& shared() { return shared_; }

 private:
  CacheCore(uint32_t kind, Budget budget, Storage storage, uint64_t seed);

  Shared shared_;
  ByteHeap* heap_ = nullptr;  // owned; null when JavaScript has the values
  Engine* engine_ = nullptr;  // the heap's, or else owned
};

// JavaScript finds `Shared` at the CacheCore's address.
static_assert(std::is_standard_layout_v<CacheCore>);

}  // namespace apus::cache

#endif  // APUS_CACHE_CACHE_CORE_H_
