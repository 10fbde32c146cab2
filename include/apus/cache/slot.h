// An entry's number in all structures of a cache. Slots are reused.
#ifndef APUS_CACHE_SLOT_H_
#define APUS_CACHE_SLOT_H_

#include <cstdint>

namespace apus::cache {

using SlotIndex = uint32_t;

// Refused: larger than the budget, or no memory.
inline constexpr SlotIndex kNoSlot = 0xFFFFFFFF;
// Take the victims, then call again.
inline constexpr SlotIndex kMoreRoom = 0xFFFFFFFE;

}  // namespace apus::cache

#endif  // APUS_CACHE_SLOT_H_
