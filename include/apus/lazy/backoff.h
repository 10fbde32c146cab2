// When the next attempt of one request may go out: exponential backoff with
// full jitter, bounded by time rather than by count.
//
// A pure function: the caller brings the clock and the random number, so the
// same inputs give the same schedule. Source of the algorithm: "Exponential
// Backoff And Jitter", AWS Architecture Blog: rand(0, min(cap, base * 2^n)).
//
// Units: milliseconds.
#ifndef APUS_LAZY_BACKOFF_H_
#define APUS_LAZY_BACKOFF_H_

#include <cstdint>

namespace apus {

// Requires: 0 <= base, 0 <= cap, 0 <= budget; none is NaN. The budget and the
// cap may be infinite.
struct Patience {
  double base = 100;
  double cap = 5000;
  double budget = 30000;          // for everything, from the first attempt on
  uint32_t retries = UINT32_MAX;  // attempts after the first
};

inline constexpr double kGiveUp = -1;

// The upper bound of the wait before attempt `attempt + 1` (`attempt` >= 1
// have failed). O(1), and exact for any `attempt`.
double backoff_bound(const Patience& patience, uint32_t attempt);

// The wait before the next attempt, or kGiveUp.
//
// `attempt`: how many have failed, at least 1. `random`: in [0, 1). `elapsed`:
// since the first attempt began. `retry_after`: what the server asked for, or
// 0. The server's wish is a lower bound, with jitter above it; when it does
// not fit into the budget there is nothing to wait for. A backoff that does
// not fit is drawn from the time that is left instead, so that the whole
// budget is used.
double next_delay(const Patience& patience, uint32_t attempt, double random,
                  double elapsed, double retry_after);

}  // namespace apus

#endif  // APUS_LAZY_BACKOFF_H_
