// The slots of the entries that were removed, in order. A plain struct,
// because JavaScript reads it in place (layout.h).
#ifndef APUS_CACHE_VICTIMS_H_
#define APUS_CACHE_VICTIMS_H_

#include <cstdint>

#include "apus/cache/slot.h"

namespace apus::cache {

struct Victims {
  static constexpr uint32_t kRoom = 256;

  uint32_t count = 0;
  SlotIndex slots[kRoom];

  bool full() const { return count == kRoom; }
  // Requires: not full.
  void add(SlotIndex slot) { slots[count++] = slot; }
};

}  // namespace apus::cache

#endif  // APUS_CACHE_VICTIMS_H_
