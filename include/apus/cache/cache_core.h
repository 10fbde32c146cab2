// One cache, as its door serves it to JavaScript. There are two kinds, each in
// a WebAssembly module of its own: the CacheCore of a cache whose keys and
// values live in JavaScript is an Engine that decides over slots; the ByteCore
// keeps them as bytes in a ByteHeap, which brings its own Engine.
//
// Both begin with a `Shared`, which JavaScript reads and writes in place;
// layout.h lists the offsets. Costs are the engine's and the heap's. Not
// thread-safe.
#ifndef APUS_CACHE_CACHE_CORE_H_
#define APUS_CACHE_CACHE_CORE_H_

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "apus/cache/byte_heap.h"
#include "apus/cache/engine.h"

namespace apus::cache {

// What both kinds have in common with JavaScript.
struct CoreTypes {
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
};

template <typename Heap>
class Core : public CoreTypes {
 public:
  // Null when memory is refused. Limits of Infinity mean no limit. `storage`: of
  // the kind. `seed`: random bits.
  static Core* create(uint32_t kind, double entries, double bytes,
                      Storage storage, uint64_t seed);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // ---- Both kinds ----

  void touch(uint32_t touched) { engine().touch(shared_.ring, touched); }
  void remove(SlotIndex slot) { heap_.remove(slot); }
  void clear() { heap_.clear(); }
  // As Engine's.
  SlotIndex remove_tagged(uint32_t tag) { return heap_.remove_tagged(tag); }
  SlotIndex expire(uint32_t now, uint32_t work) {
    return heap_.expire(now, work);
  }
  SlotIndex resize(double entries, double bytes);

  double number(Number which) const;
  // Writes size, priority and tags of an entry, `room` words at most. Returns
  // the number of tags. Requires: room >= kAboutTags.
  uint32_t about(SlotIndex slot, uint32_t* out, uint32_t room) const;

  // ---- Keys and values in JavaScript ----

  // As Engine's, after the uses in the ring.
  SlotIndex insert(uint32_t touched, uint32_t hash, uint32_t bytes,
                   uint8_t priority, uint32_t tick)
    requires std::same_as<Heap, Engine>
  {
    touch(touched);
    return heap_.insert(hash, bytes, priority, tick);
  }
  SlotIndex update(uint32_t touched, SlotIndex slot, uint32_t bytes,
                   uint8_t priority, uint32_t tick)
    requires std::same_as<Heap, Engine>
  {
    touch(touched);
    return heap_.update(slot, bytes, priority, tick);
  }

  // ---- Bytes in a heap ----

  // The slot of a key, or kNoSlot; shows its record. `use` counts a use, unless
  // the entry has a deadline: only the caller knows whether it has passed.
  SlotIndex find(const uint8_t* key, uint32_t size, bool use)
    requires std::same_as<Heap, ByteHeap>;
  // As ByteHeap's.
  SlotIndex set(const uint8_t* key, uint32_t key_size, const uint8_t* value,
                uint32_t value_size, uint8_t priority, double deadline,
                uint32_t tick)
    requires std::same_as<Heap, ByteHeap>
  {
    return heap_.set(key, key_size, value, value_size, priority, deadline,
                     tick);
  }
  // Shows a slot's record. False when the slot is free.
  bool show(SlotIndex slot)
    requires std::same_as<Heap, ByteHeap>;
  // Shows the i-th victim of the last call.
  void show_victim(uint32_t i)
    requires std::same_as<Heap, ByteHeap>
  {
    shared_.record = heap_.victim(i);
  }

  Engine& engine() {
    if constexpr (std::same_as<Heap, Engine>) {
      return heap_;
    } else {
      return heap_.engine();
    }
  }
  const Engine& engine() const { return const_cast<Core*>(this)->engine(); }
  Shared& shared() { return shared_; }

 private:
  Core(uint32_t kind, Budget budget, Storage storage, uint64_t seed);

  Shared shared_;
  Heap heap_;
};

using CacheCore = Core<Engine>;
using ByteCore = Core<ByteHeap>;

// JavaScript finds `Shared` at the core's address.
static_assert(std::is_standard_layout_v<CacheCore>);
static_assert(std::is_standard_layout_v<ByteCore>);

}  // namespace apus::cache

#endif  // APUS_CACHE_CACHE_CORE_H_
