// The codes that js/sync shares with the core.
#ifndef APUS_SYNC_LAYOUT_H_
#define APUS_SYNC_LAYOUT_H_

#include "apus/base/layout.h"
#include "apus/sync/change_log.h"
#include "apus/sync/delta.h"
#include "apus/sync/stream_cursor.h"

namespace apus::sync {

// They cross as whole numbers.
static_assert(static_cast<int32_t>(Verdict::kNext) == 0);

template <typename Code>
constexpr int32_t code(Code value) {
  return static_cast<int32_t>(value);
}

inline constexpr LayoutEntry kLayout[] = {
    {"VERDICT_NEXT", code(Verdict::kNext)},
    {"VERDICT_OLD", code(Verdict::kOld)},
    {"VERDICT_GAP", code(Verdict::kGap)},
    {"VERDICT_EPOCH", code(Verdict::kEpoch)},
    {"SUBJECT_KEY", code(Subject::kKey)},
    {"SUBJECT_TAG", code(Subject::kTag)},
    {"SUBJECT_PREFIX", code(Subject::kPrefix)},
    {"ARRIVAL_NEXT", code(Arrival::kNext)},
    {"ARRIVAL_OLD", code(Arrival::kOld)},
    {"ARRIVAL_WAITS", code(Arrival::kWaits)},
    {"SYNC_MOST_DELTA", kMostDelta},
    {"SYNC_MAX_NAME", code(GenerationTable::kMaxName)},
};

}  // namespace apus::sync

#endif  // APUS_SYNC_LAYOUT_H_
