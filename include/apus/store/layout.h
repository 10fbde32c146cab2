// The records that js/store reads in place, and the codes and bits that cross.
#ifndef APUS_STORE_LAYOUT_H_
#define APUS_STORE_LAYOUT_H_

#include <cstddef>

#include "apus/base/layout.h"
#include "apus/store/engine.h"

namespace apus::store {

// A field's offset in units of the view that reads it.
template <size_t offset, size_t unit>
constexpr int32_t in_units() {
  static_assert(offset % unit == 0);
  return static_cast<int32_t>(offset / unit);
}

// Stats are nothing but doubles.
static_assert(sizeof(Stats) == 6 * sizeof(double));

#define APUS_WORD(type, field) in_units<offsetof(type, field), 4>()
#define APUS_DOUBLE(type, field) in_units<offsetof(type, field), 8>()
#define APUS_CODE(value) static_cast<int32_t>(value)
inline constexpr LayoutEntry kLayout[] = {
    {"PACKED_HEAD", APUS_WORD(Packed, head)},
    {"PACKED_HEAD_BYTES", APUS_WORD(Packed, head_bytes)},
    {"PACKED_BODY", APUS_WORD(Packed, body)},
    {"PACKED_BODY_BYTES", APUS_WORD(Packed, body_bytes)},

    {"FOUND_EXPIRES", APUS_DOUBLE(Found, expires_ms)},
    {"FOUND_SEGMENT", APUS_WORD(Found, segment)},
    {"FOUND_ROW", APUS_WORD(Found, row)},
    {"FOUND_TAG_SET", APUS_WORD(Found, tag_set)},
    {"FOUND_PRIORITY", APUS_WORD(Found, priority)},
    {"FOUND_STAMP", APUS_DOUBLE(Found, stamp)},

    {"DECODED_ROWS", APUS_WORD(Decoded, rows)},
    {"DECODED_KEYS", APUS_WORD(Decoded, keys)},
    {"DECODED_KEYS_BYTES", APUS_WORD(Decoded, keys_bytes)},
    {"DECODED_TEXTS", APUS_WORD(Decoded, texts)},
    {"DECODED_TEXTS_BYTES", APUS_WORD(Decoded, texts_bytes)},
    {"DECODED_RAW", APUS_WORD(Decoded, raw)},
    {"DECODED_RAW_BYTES", APUS_WORD(Decoded, raw_bytes)},
    {"DECODED_KEY_ENDS", APUS_WORD(Decoded, key_ends)},
    {"DECODED_VALUE_ENDS", APUS_WORD(Decoded, value_ends)},
    {"DECODED_META", APUS_WORD(Decoded, meta)},
    {"DECODED_TAG_SETS", APUS_WORD(Decoded, tag_sets)},
    {"DECODED_EXPIRIES", APUS_WORD(Decoded, expiries)},

    {"ROW_PLACE_MASK", APUS_CODE(Decoded::kPlaceMask)},
    {"ROW_LIVE", APUS_CODE(Decoded::kLive)},
    {"ROW_PRIORITY_SHIFT", APUS_CODE(Decoded::kPriorityShift)},
    {"PLACE_NOWHERE", APUS_CODE(SegmentBody::Place::kNowhere)},
    {"PLACE_TEXTS", APUS_CODE(SegmentBody::Place::kTexts)},
    {"PLACE_RAW", APUS_CODE(SegmentBody::Place::kRaw)},

    {"STORE_STATS_SEGMENTS", APUS_DOUBLE(Stats, segments)},
    {"STORE_STATS_ENTRIES", APUS_DOUBLE(Stats, entries)},
    {"STORE_STATS_STORED_BYTES", APUS_DOUBLE(Stats, stored_bytes)},
    {"STORE_STATS_RAW_BYTES", APUS_DOUBLE(Stats, raw_bytes)},
    {"STORE_STATS_LIVE_SHARE", APUS_DOUBLE(Stats, live_share)},
    {"STORE_STATS_LAST_STAMP", APUS_DOUBLE(Stats, last_stamp)},

    {"KIND_TEXT", APUS_CODE(Kind::kText)},
    {"KIND_RAW", APUS_CODE(Kind::kRaw)},
    {"KIND_DELETED", APUS_CODE(Kind::kDeleted)},
    {"KIND_TAG", APUS_CODE(Kind::kTag)},
    {"KIND_CLEAR", APUS_CODE(Kind::kClear)},

    {"BATCH_PRIORITY_SHIFT", APUS_CODE(Batch::kPriorityShift)},
    {"BATCH_TAG_SET_SHIFT", APUS_CODE(Batch::kTagSetShift)},

    {"STATUS_OK", APUS_CODE(Status::kOk)},
    {"STATUS_OUT_OF_MEMORY", APUS_CODE(Status::kOutOfMemory)},
    {"STATUS_CORRUPT", APUS_CODE(Status::kCorrupt)},
    {"STATUS_UNSUPPORTED", APUS_CODE(Status::kUnsupported)},

    {"STAMP_EPOCH_S", APUS_CODE(kEpochMs / 1000)},
    {"STAMPS_PER_MS", APUS_CODE(kStampsPerMs)},
    {"STAMP_CLOCK_BITS", APUS_CODE(kClockBits)},
    // In units of 2^32.
    {"STAMP_CLOCK_LIMIT", APUS_CODE(kClockLimit >> 32)},
};
#undef APUS_WORD
#undef APUS_DOUBLE
#undef APUS_CODE

}  // namespace apus::store

#endif  // APUS_STORE_LAYOUT_H_
