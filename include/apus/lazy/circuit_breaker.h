// A circuit breaker: keeps requests away from an endpoint that fails, and
// finds out soon, with few requests, that it works again.
//
// Closed: all may go. It opens after so many failures in a row, or when the
// share of failures in a sliding window is too high. Open: none may go for a
// while. Half-open: one may go, the probe; its success closes the breaker,
// its failure opens it again.
//
// How long it stays open depends on how long the endpoint has been failing.
// Most failures are blips: for the first `grace` ms it probes steadily. What
// lasts longer is an outage: from then on the wait is a multiple of the time
// beyond the grace, up to a bound, drawn with jitter. So the end of a blip is
// noticed at once, and an outage of 30 s costs a dozen requests, as few as
// with exponential backoff, half of them in its first second.
//
// Source: M. Nygard, "Release It!"; the window follows Envoy and Resilience4j.
//
// Memory: about 200 bytes. Every call O(1). Times in ms on one clock that
// never goes back; random numbers in [0, 1).
#ifndef APUS_LAZY_CIRCUIT_BREAKER_H_
#define APUS_LAZY_CIRCUIT_BREAKER_H_

#include <array>
#include <cstdint>
#include <limits>

namespace apus {

struct BreakerOptions {
  uint32_t failures = 5;  // in a row open it
  double ratio = 0.5;  // as does a share of failures in the window above this
  uint32_t minimum = 20;     // of so many outcomes in the window
  double window = 10'000;    // ms
  double grace = 700;        // ms of failing that are a blip
  double share = 3;          // of the time beyond the grace, it stays open
  double min_open = 200;     // ms
  double max_open = 12'000;  // ms
};

class CircuitBreaker {
 public:
  enum class State : uint32_t { kClosed = 0, kOpen = 1, kHalfOpen = 2 };

  // Requires: failures >= 1, 0 <= ratio, window > 0, 0 <= min_open <= max_open.
  explicit CircuitBreaker(const BreakerOptions& options) : options_(options) {}

  // Asks to send one request. 0: it may go, and its outcome must be reported.
  // Else the ms until it makes sense to ask again; while a probe is under way
  // that is the time until it counts as lost.
  double enter(double now);

  // The outcome of a request that went. `random` chooses how long it opens.
  void record(double now, bool ok, double random);

  // A request that went ended without an outcome (aborted).
  void cancel();

  State state(double now) const;

  // Since when it has been failing; infinite while it does not.
  double failing_since() const { return failing_since_; }

 private:
  static constexpr uint32_t kBuckets = 8;
  struct Bucket {
    double number = -1;  // of the time slice
    uint32_t total = 0;
    uint32_t failed = 0;
  };

  void count(double now, bool ok);
  bool too_many(double now) const;
  void open(double now, double random);

  BreakerOptions options_;
  std::array<Bucket, kBuckets> buckets_;
  uint32_t in_a_row_ = 0;
  bool tripped_ = false;  // open or half-open
  bool probing_ = false;  // half-open, the probe is under way
  double until_ =
      0;  // tripped: no request before; probing: when the probe is lost
  double failing_since_ = std::numeric_limits<double>::infinity();
};

}  // namespace apus

#endif  // APUS_LAZY_CIRCUIT_BREAKER_H_
