// An exact rate limiter: at most `limit` events in any span of `window` ms. It
// keeps the times of the last `limit` events.
//
// Memory: 8 bytes * limit. Every call is O(1). Times are ms on a monotonic
// clock.
#ifndef APUS_LAZY_SLIDING_WINDOW_H_
#define APUS_LAZY_SLIDING_WINDOW_H_

#include <cstdint>
#include <memory>

namespace apus::lazy {

class SlidingWindow {
 public:
  // Requires: 1 <= limit <= kMaxLimit, window >= 0.
  SlidingWindow(uint32_t limit, double window);

  // False when the allocation failed; then no other function may be called.
  bool usable() const { return times_ != nullptr; }

  static constexpr uint32_t kMaxLimit = 1u << 20;

  // Records an event and returns 0. When no event is allowed, records nothing
  // and returns the ms until one is.
  double take(double now);

 private:
  // A ring; the oldest time is at next_.
  std::unique_ptr<double[]> times_;
  uint32_t limit_;
  uint32_t next_ = 0;
  double window_;
};

}  // namespace apus::lazy

#endif  // APUS_LAZY_SLIDING_WINDOW_H_
