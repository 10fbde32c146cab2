// An entry's number in all structures of a cache. Slots are reused.
#ifndef APUS_CACHE_SLOT_H_
#define APUS_CACHE_SLOT_H_

#include <cstdint>

namespace apus::cache {

using SlotIndex = uint32_t;

inline constexpr SlotIndex kNoSlot =
    0xFFFFFFFF;  // refused: larger than the budget, or no memory
inline constexpr SlotIndex kMoreRoom =
    0xFFFFFFFE;  // take the victims, then ask again

}  // namespace apus::cache

#endif  // APUS_CACHE_SLOT_H_
