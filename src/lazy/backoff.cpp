#include "apus/lazy/backoff.h"

#include <algorithm>
#include <cassert>

namespace apus::lazy {

double backoff_bound(const BackoffOptions& options, uint32_t attempt) {
  // Every practical cap is reached before 2^62.
  const uint32_t doublings = std::min(attempt - 1, 62u);
  return std::min(options.cap,
                  options.base * static_cast<double>(uint64_t{1} << doublings));
}

double next_delay(const BackoffOptions& options, uint32_t attempt,
                  double random, double elapsed, double retry_after) {
  assert(attempt >= 1 && random >= 0 && random < 1);
  const double left = options.budget - elapsed;
  if (attempt > options.retries || left <= 0 || retry_after >= left)
    return kGiveUp;
  return retry_after +
         random * std::min(backoff_bound(options, attempt), left - retry_after);
}

}  // namespace apus::lazy
