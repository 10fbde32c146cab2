// A circuit breaker: keeps requests away from an endpoint that fails, and
// finds out soon, with few requests, that it works again.
//
// Closed: all may go. It opens after so many failures in a row, or when the
// share of failures in a sliding window is too high. Open: none may go for a
// while. Half-open: one may go, the probe; its success closes the breaker,
// its failure opens it again.
//
// Most failures are blips: the first `steady` times it stays open for
// `min_open`. Each time after that it stays open `growth` times as long, up to
// `max_open`. All waits are drawn with jitter. So the end of a blip is noticed
// at once, and an outage of 30 s costs a dozen requests, as few as with
// exponential backoff. (What counts is the number of failed probes, not the
// time that passed: requests that hang tell little in much time.)
//
// Source: M. Nygard, "Release It!"; the window follows Envoy and Resilience4j.
//
// Memory: about 200 bytes. Every call O(1). Times in ms on one clock that
// never goes back; random numbers in [0, 1).
#ifndef APUS_LAZY_CIRCUIT_BREAKER_H_
#define APUS_LAZY_CIRCUIT_BREAKER_H_

#include <array>
#include <cstdint>

namespace apus {

struct BreakerOptions {
  uint32_t failures = 5;  // in a row open it
  double ratio = 0.5;  // as does a share of failures in the window above this
  uint32_t minimum = 20;     // of so many outcomes in the window
  double window = 10'000;    // ms
  double min_open = 180;     // ms that it stays open
  uint32_t steady = 5;       // times; then longer
  double growth = 2.7;       // each time
  double max_open = 15'000;  // ms
};

class CircuitBreaker {
 public:
  enum class State : uint32_t { kClosed = 0, kOpen = 1, kHalfOpen = 2 };

  // Requires: failures >= 1, 0 <= ratio, window > 0, 0 <= min_open <= max_open,
  // growth >= 1.
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
  uint32_t opened_ = 0;  // times in a row
  double wait_ = 0;      // how long the last time, before jitter
};

}  // namespace apus

#endif  // APUS_LAZY_CIRCUIT_BREAKER_H_
