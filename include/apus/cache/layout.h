// The fields that js/cache reads and writes in place, and the codes it passes.
#ifndef APUS_CACHE_LAYOUT_H_
#define APUS_CACHE_LAYOUT_H_

#include <cstddef>
#include <type_traits>

#include "apus/base/layout.h"
#include "apus/cache/cache_core.h"

namespace apus::cache {

static_assert(std::is_standard_layout_v<CacheCore::Shared>);
static_assert(std::is_standard_layout_v<Victims>);
static_assert(offsetof(CacheCore::Shared, victims) == 0);
static_assert(offsetof(Victims, count) % 4 == 0);
static_assert(offsetof(Victims, slots) % 4 == 0);
static_assert(offsetof(CacheCore::Shared, ring) % 4 == 0);
static_assert(offsetof(CacheCore::Shared, record) % 4 == 0);
static_assert(offsetof(CacheCore::Shared, deadline) % 8 == 0);
// JavaScript reads pointers and slots as 32-bit words, signed for results.
static_assert(sizeof(SlotIndex) == 4);
static_assert(static_cast<int32_t>(kNoSlot) == -1);

// An offset in words of 32 bits from the CacheCore's address.
#define APUS_WORD(name, offset) \
  { "CACHE_" name, (offset) / 4 }
#define APUS_RECORD(name, field)                        \
  APUS_WORD(name, offsetof(CacheCore::Shared, record) + \
                      offsetof(ByteHeap::Record, field))
#define APUS_CODE(name, value) \
  { "CACHE_" name, static_cast<int32_t>(value) }
inline constexpr LayoutEntry kLayout[] = {
    APUS_WORD("VICTIM_COUNT", offsetof(Victims, count)),
    APUS_WORD("VICTIMS", offsetof(Victims, slots)),
    APUS_WORD("RING", offsetof(CacheCore::Shared, ring)),
    APUS_RECORD("KEY", key),
    APUS_RECORD("KEY_SIZE", key_size),
    APUS_RECORD("VALUE", value),
    APUS_RECORD("VALUE_SIZE", value_size),
    // In doubles.
    {"CACHE_DEADLINE", offsetof(CacheCore::Shared, deadline) / 8},

    APUS_CODE("RING_SIZE", CacheCore::kRing),
    APUS_CODE("ABOUT_TAGS", CacheCore::kAboutTags),
    APUS_CODE("REFUSED", kNoSlot),
    APUS_CODE("MORE", kMoreRoom),
    APUS_CODE("NEVER", TimerWheel::kNever),

    APUS_CODE("JAVASCRIPT", CacheCore::Storage::kJavaScript),
    APUS_CODE("BYTES", CacheCore::Storage::kBytes),
    APUS_CODE("TEXTS", CacheCore::Storage::kTexts),

    APUS_CODE("NUMBER_BYTES", CacheCore::Number::kBytes),
    APUS_CODE("NUMBER_ENTRIES", CacheCore::Number::kEntries),
    APUS_CODE("NUMBER_POLICY", CacheCore::Number::kPolicy),
    APUS_CODE("NUMBER_NEXT_EXPIRY", CacheCore::Number::kNextExpiry),

    APUS_CODE("LRU", PolicyKind::kLru),
    APUS_CODE("FIFO", PolicyKind::kFifo),
    APUS_CODE("SIEVE", PolicyKind::kSieve),
    APUS_CODE("S3_FIFO", PolicyKind::kS3Fifo),
    APUS_CODE("W_TINY_LFU", PolicyKind::kWTinyLfu),
    APUS_CODE("ADAPTIVE", Engine::kAdaptive),
    // From this policy on, policies remember the hashes of evicted keys.
    APUS_CODE("HASHED", PolicyKind::kS3Fifo),
};
#undef APUS_WORD
#undef APUS_RECORD
#undef APUS_CODE

}  // namespace apus::cache

#endif  // APUS_CACHE_LAYOUT_H_
