// Maps positions in a list to positions of its scroller, and back. Browsers
// clamp an element's height (Chromium at 33,554,432 px, Firefox near 17.9
// million), and above 16 million their 32-bit floats cannot hold single pixels.
// A list longer than kMaxExtent therefore gets a scroller of that length. The
// map is exact near both ends and squeezes the middle: the thumb reaches every
// row.
//
// A pure function of two lengths; units 1/64 px.
#ifndef APUS_LIST_SCROLL_MAP_H_
#define APUS_LIST_SCROLL_MAP_H_

#include "apus/list/length.h"

namespace apus::list {

class ScrollMap {
 public:
  // The longest scroller.
  static constexpr Offset kMaxExtent = 4'000'000 * kPx;
  // At each end, positions up to here are the scroller's.
  static constexpr Offset kExactEnd = 64'000 * kPx;

  // `extent`: the list's full length; `viewport`: its visible length.
  ScrollMap(Offset extent, Offset viewport)
      : far_(extent > viewport ? extent - viewport : 0),
        shown_far_(squeezed(extent) && far_ > kMaxExtent - viewport
                       ? kMaxExtent - viewport
                       : far_) {}

  static bool squeezed(Offset extent) { return extent > kMaxExtent; }

  // The largest position in the list, and of the scroller.
  Offset far() const { return far_; }
  Offset shown_far() const { return shown_far_; }

  // From a position in the list to the scroller's.
  // Requires: 0 <= position <= far().
  Offset to_shown(Offset position) const {
    return convert(position, far_, shown_far_);
  }
  // And back.
  Offset to_position(Offset shown) const {
    return convert(shown, shown_far_, far_);
  }

 private:
  static Offset convert(Offset x, Offset from, Offset to) {
    const Offset end = from < to ? end_of(from) : end_of(to);
    if (x <= end) return x;
    if (x >= from - end) return to - (from - x);
    const double share =
        static_cast<double>(x - end) / static_cast<double>(from - 2 * end);
    return end + static_cast<Offset>(share * static_cast<double>(to - 2 * end));
  }
  static Offset end_of(Offset far) {
    return far / 4 < kExactEnd ? far / 4 : kExactEnd;
  }

  Offset far_;
  Offset shown_far_;
};

}  // namespace apus::list

#endif  // APUS_LIST_SCROLL_MAP_H_
