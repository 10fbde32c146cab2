// How long to wait before the next attempt of one request: exponential backoff
// with full jitter, bounded by time rather than by count.
//
// Pure functions: the caller passes the time and the random number, so the
// same inputs give the same waits. Source: "Exponential Backoff And Jitter",
// AWS Architecture Blog: rand(0, min(cap, base * 2^n)).
//
// Units: milliseconds.
#ifndef APUS_LAZY_BACKOFF_H_
#define APUS_LAZY_BACKOFF_H_

#include <cstdint>

namespace apus::lazy {

// Requires: 0 <= base, 0 <= cap, 0 <= budget; none is NaN. The budget and the
// cap may be infinite.
struct BackoffOptions {
  // The bound of the first wait; it doubles up to `cap`.
  double base = 100;
  double cap = 5000;
  // For all attempts and waits, from the start of the first attempt.
  double budget = 30000;
  // Attempts after the first.
  uint32_t retries = UINT32_MAX;
};

inline constexpr double kGiveUp = -1;

// The upper bound of the wait after `attempt` >= 1 failed attempts. O(1), and
// exact for any `attempt`.
double backoff_bound(const BackoffOptions& options, uint32_t attempt);

// The wait before the next attempt, or kGiveUp.
//
// `attempt`: how many attempts have failed, at least 1. `random`: in [0, 1).
// `elapsed`: since the first attempt began. `retry_after`: the wait that the
// server asked for, or 0. It is a lower bound, with jitter above it; if it
// exceeds the rest of the budget, the result is kGiveUp. A backoff that exceeds
// the rest of the budget is drawn from that rest instead, so that the whole
// budget is used.
double next_delay(const BackoffOptions& options, uint32_t attempt,
                  double random, double elapsed, double retry_after);

}  // namespace apus::lazy

#endif  // APUS_LAZY_BACKOFF_H_
