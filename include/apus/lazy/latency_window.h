// The latencies of the last 128 requests, with exact quantiles over them.
// Few on purpose: the hedging delay must follow the network as it is now.
//
// Memory: 516 bytes. record is O(1), quantile is O(128^2). Units: ms.
#ifndef APUS_LAZY_LATENCY_WINDOW_H_
#define APUS_LAZY_LATENCY_WINDOW_H_

#include <array>
#include <cstdint>

namespace apus::lazy {

class LatencyWindow {
 public:
  static constexpr uint32_t kSize = 128;

  void record(double latency);

  // The smallest latency that is at least as high as the share `q` of the
  // window; 0 while the window is empty. Requires: 0 <= q <= 1.
  double quantile(double q) const;

  uint32_t count() const { return count_ < kSize ? count_ : kSize; }

 private:
  std::array<float, kSize> latencies_{};
  uint32_t count_ = 0;
};

}  // namespace apus::lazy

#endif  // APUS_LAZY_LATENCY_WINDOW_H_
