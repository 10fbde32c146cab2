// Hashes of keys that were evicted lately: the last `capacity` of them, first
// in, first out. A table of buckets of eight with the time of each arrival; an
// arrival takes the oldest place in its bucket, so a few go before their time
// (2% when full). S3-FIFO's ghost queue.
//
// 16 bytes a ghost. O(1). Owns its memory; without memory it knows nothing.
#ifndef APUS_CACHE_GHOSTS_H_
#define APUS_CACHE_GHOSTS_H_

#include <cstdint>

#include "apus/base/flat_array.h"

namespace apus::cache {

class Ghosts {
 public:
  // Makes it fit for so many. Forgets all when it has to grow.
  void ensure(uint32_t capacity);

  void add(uint32_t hash);

  // Was it there? It is not any more.
  bool take(uint32_t hash);

  // Takes over what another knows. Without memory it stays as it was.
  void copy(const Ghosts& other) {
    if (!table_.copy(other.table_)) return;
    capacity_ = other.capacity_;
    time_ = other.time_;
  }

 private:
  struct Ghost {
    uint32_t hash;
    uint32_t time;  // 0: nobody
  };
  Ghost* bucket(uint32_t hash);

  FlatArray<Ghost> table_;
  uint32_t capacity_ = 0;
  uint32_t time_ = 0;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_GHOSTS_H_
