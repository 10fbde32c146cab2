#include "apus/lazy/latency_window.h"

#include <algorithm>

namespace apus::lazy {

void LatencyWindow::record(double latency) {
  latencies_[count_ % kSize] = static_cast<float>(latency);
  // The count stays below two rounds and never overflows.
  if (++count_ == 2 * kSize) count_ = kSize;
}

double LatencyWindow::quantile(double q) const {
  const uint32_t size = count();
  if (size == 0) return 0;
  // Insertion sort: tiny code for 128 values, called at most a few times a
  // second.
  std::array<float, kSize> sorted;
  for (uint32_t i = 0; i < size; ++i) {
    uint32_t at = i;
    for (; at > 0 && sorted[at - 1] > latencies_[i]; --at)
      sorted[at] = sorted[at - 1];
    sorted[at] = latencies_[i];
  }
  const double rank = q * size;
  uint32_t index = static_cast<uint32_t>(rank);
  if (index == rank && index > 0) --index;
  return static_cast<double>(sorted[std::min(index, size - 1)]);
}

}  // namespace apus::lazy
