// Hashes of keys that were evicted recently: the last `capacity` of them, first
// in, first out. A table of buckets of eight with the time of each arrival. An
// arrival replaces the oldest of its bucket, so a few are dropped early (2%
// when full). S3-FIFO's ghost queue.
//
// 16 bytes a ghost. O(1). Owns its memory; when that is refused, it stays
// empty.
#ifndef APUS_CACHE_GHOSTS_H_
#define APUS_CACHE_GHOSTS_H_

#include <cstdint>

#include "apus/base/flat_array.h"

namespace apus::cache {

class Ghosts {
 public:
  // Grows to hold that many. Growing forgets all.
  void ensure(uint32_t capacity);

  void add(uint32_t hash);

  // Removes a hash. Returns whether it was among the last `capacity`.
  bool take(uint32_t hash);

  // Becomes a copy of another. Without memory it stays as it was.
  void copy(const Ghosts& other) {
    if (!table_.copy(other.table_)) return;
    capacity_ = other.capacity_;
    time_ = other.time_;
  }

 private:
  struct Ghost {
    uint32_t hash;
    uint32_t time;  // 0: no ghost
  };
  Ghost* bucket(uint32_t hash);

  FlatArray<Ghost> table_;
  uint32_t capacity_ = 0;
  uint32_t time_ = 0;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_GHOSTS_H_
