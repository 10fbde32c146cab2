// Units of the list engine: 1/64 px, Blink's LayoutUnit, so that a browser's
// fractional heights are kept exactly and sums never round.
#ifndef APUS_LIST_LENGTH_H_
#define APUS_LIST_LENGTH_H_

#include <cstdint>

namespace apus {

using Length = uint32_t;  // one row: below 2^31, 33.5 million px
using Offset = int64_t;   // sums and positions

inline constexpr double kUnitsPerPx = 64;
inline constexpr double kMaxRowPx = 33'554'431;

// The nearest unit. Requires: |px| < 2^56.
inline Offset to_units(double px) {
  return static_cast<Offset>(px * kUnitsPerPx + (px < 0 ? -0.5 : 0.5));
}

inline double to_px(Offset units) {
  return static_cast<double>(units) / kUnitsPerPx;
}

}  // namespace apus

#endif  // APUS_LIST_LENGTH_H_
