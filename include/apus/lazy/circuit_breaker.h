// A circuit breaker: keeps requests away from a failing endpoint, and notices
// soon, with few requests, that the endpoint works again.
//
// Closed: every request may go. The breaker opens after a number of failures
// in a row, or when the share of failures in a sliding window is too high.
// Open: no request may go. Half-open: one request may go, the probe. Its
// success closes the breaker, its failure opens it again.
//
// Most failures are blips. Therefore the breaker stays open for `min_open` the
// first `steady` times, and after that `growth` times as long each time, up to
// `max_open`. Every wait has jitter. The end of a blip is noticed at once, and
// an outage of 30 s costs a dozen requests, as few as with exponential backoff.
// (The wait grows with the number of failed probes, not with the time passed,
// because requests that hang say little in a long time.)
//
// Source: M. Nygard, "Release It!"; the window follows Envoy and Resilience4j.
//
// Memory: about 200 bytes. Every call is O(1). Times are ms on a monotonic
// clock, random numbers are in [0, 1).
#ifndef APUS_LAZY_CIRCUIT_BREAKER_H_
#define APUS_LAZY_CIRCUIT_BREAKER_H_

#include <array>
#include <cstdint>

#include "apus/lazy/outcome.h"

namespace apus::lazy {

struct BreakerOptions {
  // Failures in a row that open the breaker.
  uint32_t failures = 5;
  // It also opens when more than this share of the window's outcomes failed,
  // provided that the window holds at least `minimum` outcomes.
  double ratio = 0.5;
  uint32_t minimum = 20;
  // Length of the sliding window, ms.
  double window = 10'000;
  // How long it stays open at first, ms, and how many times.
  double min_open = 180;
  uint32_t steady = 5;
  // Each later opening lasts this many times as long, up to `max_open` ms.
  double growth = 2.7;
  double max_open = 15'000;
};

class CircuitBreaker {
 public:
  enum class State : uint32_t { kClosed = 0, kOpen = 1, kHalfOpen = 2 };

  // Requires: failures >= 1, 0 <= ratio, window > 0, 0 <= min_open <= max_open,
  // growth >= 1.
  explicit CircuitBreaker(const BreakerOptions& options) : options_(options) {}

  // Asks to send one request. Returns 0 when it may go; record() must then
  // follow. Otherwise returns the ms until the next attempt makes sense; while
  // a probe is in flight, that is the time until the probe counts as lost.
  double enter(double now);

  // Records the outcome of a request that was sent. `random` gives the jitter
  // of the wait if the breaker opens.
  void record(double now, Outcome outcome, double random);

  State state(double now) const;

 private:
  static constexpr uint32_t kBuckets = 8;
  struct Bucket {
    // The time slice that it counts.
    double number = -1;
    uint32_t total = 0;
    uint32_t failed = 0;
  };

  void count(double now, bool ok);
  bool too_many_failures(double now) const;
  void cancel_probe();
  void open(double now, double random);

  BreakerOptions options_;
  std::array<Bucket, kBuckets> buckets_;
  // Failures in a row.
  uint32_t in_a_row_ = 0;
  // Open or half-open.
  bool tripped_ = false;
  // Half-open with the probe in flight.
  bool probing_ = false;
  // While open: when the next request may go. While probing: when the probe
  // counts as lost.
  double until_ = 0;
  // Openings in a row, and how long the last one was, before jitter.
  uint32_t opened_ = 0;
  double wait_ = 0;
};

}  // namespace apus::lazy

#endif  // APUS_LAZY_CIRCUIT_BREAKER_H_
