// A cache whose keys and values are bytes in its own memory: an Engine for the
// decisions, a SlotTable from key to slot, a LogArena for the records, a
// ValuePacker that compresses values. An entry's bytes are those of its key and
// of its value as it is kept.
//
// Memory in addition to keys and values, per entry: Policy's slot 20, reference
// 4, table 6-8, record header 6-9; a deadline 8 and its timer 16 once any entry
// has one. The slots grow by doubling, the table by an eighth. When memory is
// refused, entries are evicted until the new one has room.
//
// Not thread-safe; owns everything. Returned addresses are valid until the next
// call that changes anything.
#ifndef APUS_CACHE_BYTE_HEAP_H_
#define APUS_CACHE_BYTE_HEAP_H_

#include <cstdint>

#include "apus/cache/engine.h"
#include "apus/cache/log_arena.h"
#include "apus/cache/slot_table.h"
#include "apus/cache/value_packer.h"

namespace apus::cache {

class ByteHeap {
 public:
  struct Record {
    const uint8_t* key;
    uint32_t key_size;
    const uint8_t* value;
    uint32_t value_size;
  };

  // `victims` must outlive the heap. `sample`: as ValuePacker's. `seed`: random
  // bits for the hash of keys, which keep chosen keys from colliding.
  ByteHeap(uint32_t kind, Budget budget, Victims* victims, uint32_t sample = 0,
           uint64_t seed = 0);

  // As Policy's.
  bool usable() const { return engine_.usable(); }

  // Not a use. O(1) expected.
  SlotIndex find(const uint8_t* key, uint32_t size) const;

  // Stores a record and replaces an older one of the same key. kNoSlot when it
  // does not fit; then the older one is deleted. kMoreRoom: take the victims,
  // then call again with the same arguments.
  SlotIndex set(const uint8_t* key, uint32_t key_size, const uint8_t* value,
                uint32_t value_size, uint8_t priority, double deadline,
                uint32_t tick);

  void remove(SlotIndex slot);
  void clear();

  // As Engine's.
  SlotIndex resize(Budget budget);
  SlotIndex expire(uint32_t now, uint32_t work);
  SlotIndex remove_tagged(uint32_t tag);

  bool has(SlotIndex slot) const { return engine_.policy().has(slot); }

  // Requires: a slot in use. The value is valid until the next record or
  // victim.
  Record record(SlotIndex slot) { return whole(refs_[slot]); }
  double deadline(SlotIndex slot) const;

  // The i-th victim of the last call: readable until the next.
  Record victim(uint32_t i) { return whole(victim_refs_[i]); }

  Engine& engine() { return engine_; }
  LogArena& arena() { return arena_; }

  // All bytes of memory, including keys and values, except those of timers,
  // tags and the policies' records of evicted keys.
  uint64_t taken() const;

 private:
  struct Seed {
    uint64_t a;
    uint64_t b;
  };
  static uint32_t hash_bytes(const uint8_t* data, uint32_t size, Seed seed);

  struct Kept {
    const uint8_t* key;
    uint32_t key_size;
    ValuePacker::Value value;
  };
  Kept read(LogArena::Ref ref) const;
  Record whole(LogArena::Ref ref);
  void release(LogArena::Ref ref);
  void unlist(LogArena::Ref ref, SlotIndex slot);
  void drop_victims(uint32_t from = 0);
  SlotIndex free_memory();

  Victims* victims_;
  Seed seed_;
  Engine engine_;
  SlotTable table_;
  LogArena arena_;
  ValuePacker packer_;
  FlatArray<LogArena::Ref> refs_;
  FlatArray<double> deadlines_;
  LogArena::Ref victim_refs_[Victims::kRoom];
};

}  // namespace apus::cache

#endif  // APUS_CACHE_BYTE_HEAP_H_
