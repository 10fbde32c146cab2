// The frame that js/list reads in place, and the codes and limits that both
// sides use.
#ifndef APUS_LIST_LAYOUT_H_
#define APUS_LIST_LAYOUT_H_

#include <cstddef>

#include "apus/base/layout.h"
#include "apus/list/list_view.h"

namespace apus::list {

// A frame consists of doubles alone.
static_assert(sizeof(ListView::Frame) == 12 * sizeof(double));

#define APUS_FRAME(name, field) \
  { "FRAME_" name, offsetof(ListView::Frame, field) / sizeof(double) }
inline constexpr LayoutEntry kLayout[] = {
    APUS_FRAME("START", start),
    APUS_FRAME("END", end),
    APUS_FRAME("ORIGIN", origin),
    APUS_FRAME("EXTENT", extent),
    APUS_FRAME("SCROLL", scroll),
    APUS_FRAME("POSITION", position),
    APUS_FRAME("TOTAL", total),
    APUS_FRAME("FIRST", first),
    APUS_FRAME("LAST", last),
    APUS_FRAME("STUCK", stuck),
    APUS_FRAME("PUSH", push),
    APUS_FRAME("AT_END", at_end),
    {"ALIGN_START", static_cast<int32_t>(Align::kStart)},
    {"ALIGN_CENTER", static_cast<int32_t>(Align::kCenter)},
    {"ALIGN_END", static_cast<int32_t>(Align::kEnd)},
    {"ALIGN_NEAREST", static_cast<int32_t>(Align::kNearest)},
    {"MOTION_GESTURE", ListView::kGesture},
    {"MOTION_RESTING", ListView::kResting},
    {"MOTION_OUTSIDE", ListView::kOutside},
    {"LIST_MAX_ROW_PX", kMaxRowPx},
    {"MASONRY_MAX_LANES", Masonry::kMaxLanes},
};
#undef APUS_FRAME

}  // namespace apus::list

#endif  // APUS_LIST_LAYOUT_H_
