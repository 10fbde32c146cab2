// The latencies of the last 128 requests, with exact quantiles over them.
// Recent on purpose: the hedging delay must follow the network of now.
//
// Memory: 516 bytes. record O(1), quantile O(128). Units: ms.
#ifndef APUS_LAZY_LATENCY_WINDOW_H_
#define APUS_LAZY_LATENCY_WINDOW_H_

#include <array>
#include <cstdint>

namespace apus {

class LatencyWindow {
 public:
  static constexpr uint32_t kSize = 128;

  void record(double latency);

  // The smallest latency that at least the share `q` of the window does not
  // exceed; 0 while it is empty. Requires: 0 <= q <= 1.
  double quantile(double q) const;

  uint32_t count() const { return count_ < kSize ? count_ : kSize; }

 private:
  std::array<float, kSize> latencies_{};
  uint32_t count_ = 0;
};

}  // namespace apus

#endif  // APUS_LAZY_LATENCY_WINDOW_H_
