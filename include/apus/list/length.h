// The list engine counts in 1/64 px, Blink's LayoutUnit: it keeps a browser's
// fractional heights exactly, and sums never round.
#ifndef APUS_LIST_LENGTH_H_
#define APUS_LIST_LENGTH_H_

#include <cstdint>

namespace apus::list {

// The size of one row: below 2^31, 33.5 million px.
using Length = uint32_t;
// Sums and positions.
using Offset = int64_t;

// Units of a CSS px.
inline constexpr Offset kPx = 64;
// The largest row.
inline constexpr int32_t kMaxRowPx = 33'554'431;

// The nearest unit. Requires: |px| < 2^56.
inline Offset to_units(double px) {
  return static_cast<Offset>(px * static_cast<double>(kPx) +
                             (px < 0 ? -0.5 : 0.5));
}

inline double to_px(Offset units) {
  return static_cast<double>(units) / static_cast<double>(kPx);
}

}  // namespace apus::list

#endif  // APUS_LIST_LENGTH_H_
