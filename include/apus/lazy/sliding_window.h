// A rate limiter that is exact: at most `limit` events in any span of
// `window` ms. It remembers the time of each of the last `limit` events.
//
// Memory: 8 bytes for each event of the limit. Every call O(1). Times in ms
// on one clock that never goes back.
#ifndef APUS_LAZY_SLIDING_WINDOW_H_
#define APUS_LAZY_SLIDING_WINDOW_H_

#include <cstdint>
#include <memory>

namespace apus {

class SlidingWindow {
 public:
  // Requires: 1 <= limit <= kMaxLimit, window >= 0.
  SlidingWindow(uint32_t limit, double window);

  // False when memory was refused: nothing else may be called.
  bool usable() const { return times_ != nullptr; }

  static constexpr uint32_t kMaxLimit = 1u << 20;

  // Records an event and returns 0, or records nothing and returns the ms
  // until one is allowed.
  double take(double now);

 private:
  std::unique_ptr<double[]> times_;  // a ring; the oldest is at next_
  uint32_t limit_;
  uint32_t next_ = 0;
  double window_;
};

}  // namespace apus

#endif  // APUS_LAZY_SLIDING_WINDOW_H_
