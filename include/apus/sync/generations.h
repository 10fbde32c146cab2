// The version floor: decides without I/O whether an answer, which may have
// waited in a cache of the network, is older than a change that was heard.
//
// A generation is the offset of the newest change of a key, a tag or a prefix
// of keys. An answer is as of a position in the log of its key's bucket and one
// in that of tags. It is stale when a generation of its key, of one of its
// tags, or of a prefix of its key is newer, or when it is so old that a change
// may have been forgotten: below the floor of its slot.
//
// Two tables hold the generations; when the younger one is full, the older one
// is dropped and the floors of its slots rise. So the last `slots * 3/4` names
// that changed are remembered, and up to twice as many.
//
// Memory: 32 bytes a slot and 15 KB, allocated at once. Hashes of 64 bits: two
// names that collide only make an answer count as stale.
#ifndef APUS_SYNC_GENERATIONS_H_
#define APUS_SYNC_GENERATIONS_H_

#include "apus/sync/digest.h"
#include "apus/sync/generation_table.h"
#include "apus/sync/position.h"

namespace apus::sync {

enum class Subject : uint8_t { kKey, kTag, kPrefix };

// As of before the first event of a log that is empty.
inline constexpr Position kStart = {0, 0};

class Generations {
 public:
  // `slots` of each table: a power of two, at least 4. `seed`: see NameHash.
  // Check usable() before anything else.
  Generations(uint32_t slots, uint64_t seed);

  bool usable() const { return young_.usable() && old_.usable(); }

  // From now on every change after this position is heard: all that is older
  // is below the floors. O(1), as are all that follow unless they say more.
  void begin(uint32_t log, Position at);
  // The same of a log that is empty: answers as of kStart are up to date.
  void begin_empty(uint32_t log, double ended);
  // Nothing is heard of the log, and nothing as of it is stale.
  void leave(uint32_t log);

  // Requires: size <= GenerationTable::kMaxName, an offset of the log's epoch.
  // Amortised O(size).
  void hear(Subject subject, double offset, const uint8_t* name, uint32_t size);

  // Lowers the floors of a log to what its digest tells. Requires: at or after
  // the offsets of all floors, the digest tells of every change (reach()).
  void lower(uint32_t log, const Digest& digest);
  // Raises the floors of slots that changed after `heard`, up to `reach`, and
  // by which offset they did. Whatever is as of before is stale.
  void raise(uint32_t log, const Digest& digest, double heard, double reach);

  // `names`: the key, then its tags, each ended by a zero byte, which the last
  // one needs not have. O(size).
  bool stale(const uint8_t* names, uint32_t size, Position as_of,
             Position tags_as_of) const;

 private:
  uint64_t seed(Subject subject, uint32_t log) const;
  bool changed(uint32_t log, uint32_t slot, uint64_t hash,
               Position as_of) const;
  bool stale_name(Subject subject, const uint8_t* name, uint32_t size,
                  Position as_of) const;
  bool stale_prefix(const uint8_t* key, uint32_t size, Position as_of) const;
  void reset(uint32_t log, double epoch, double floor);

  uint64_t seed_;
  GenerationTable young_, old_;
  double epochs_[kLogs];  // -1: of a log that is not followed
  double floors_[kAllSlots];
};

}  // namespace apus::sync

#endif  // APUS_SYNC_GENERATIONS_H_
