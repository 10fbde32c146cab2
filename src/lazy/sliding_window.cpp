#include "apus/lazy/sliding_window.h"

#include <algorithm>
#include <limits>
#include <new>

namespace apus::lazy {

SlidingWindow::SlidingWindow(uint32_t limit, double window)
    : times_(new(std::nothrow) double[limit]), limit_(limit), window_(window) {
  std::fill_n(times_.get(), usable() ? limit : 0,
              -std::numeric_limits<double>::infinity());
}

double SlidingWindow::take(double now) {
  // When the oldest event leaves the window.
  const double free = times_[next_] + window_;
  if (now < free) return free - now;
  times_[next_] = now;
  next_ = next_ + 1 == limit_ ? 0 : next_ + 1;
  return 0;
}

}  // namespace apus::lazy
