#include "apus/lazy/backoff.h"

#include <algorithm>
#include <cassert>

namespace apus {

double backoff_bound(const Patience& patience, uint32_t attempt) {
  // Beyond 2^62 every cap worth the name is reached.
  const uint32_t doublings = std::min(attempt - 1, 62u);
  return std::min(patience.cap, patience.base * static_cast<double>(
                                                    uint64_t{1} << doublings));
}

double next_delay(const Patience& patience, uint32_t attempt, double random,
                  double elapsed, double retry_after) {
  assert(attempt >= 1 && random >= 0 && random < 1);
  const double left = patience.budget - elapsed;
  if (attempt > patience.retries || left <= 0 || retry_after >= left)
    return kGiveUp;
  return retry_after + random * std::min(backoff_bound(patience, attempt),
                                         left - retry_after);
}

}  // namespace apus
