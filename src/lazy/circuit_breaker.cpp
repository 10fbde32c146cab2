#include "apus/lazy/circuit_breaker.h"

#include <algorithm>

namespace apus {

double CircuitBreaker::enter(double now) {
  if (!tripped_) return 0;
  if (now < until_) return until_ - now;
  probing_ = true;
  until_ = now + options_.max_open +
           options_.window;  // a lost probe does not block for ever
  return 0;
}

void CircuitBreaker::record(double now, bool ok, double random) {
  count(now, ok);
  if (ok) {
    // Also a late success of a request sent before it opened proves health.
    in_a_row_ = 0;
    failing_since_ = std::numeric_limits<double>::infinity();
    if (tripped_)
      buckets_ = {};  // the outage is over: its failures count no more
    tripped_ = probing_ = false;
    return;
  }
  ++in_a_row_;
  failing_since_ = std::min(failing_since_, now);
  // Failures of requests sent before it opened do not prolong it.
  if (tripped_ ? probing_ : in_a_row_ >= options_.failures || too_many(now))
    open(now, random);
}

void CircuitBreaker::cancel() {
  if (!probing_) return;
  probing_ = false;
  until_ = 0;  // the next one may probe at once
}

CircuitBreaker::State CircuitBreaker::state(double now) const {
  if (!tripped_) return State::kClosed;
  return probing_ || now >= until_ ? State::kHalfOpen : State::kOpen;
}

void CircuitBreaker::open(double now, double random) {
  const double wait =
      std::clamp(options_.share * (now - failing_since_ - options_.grace),
                 options_.min_open, options_.max_open);
  tripped_ = true;
  probing_ = false;
  until_ = now + wait * (0.5 + random / 2);
}

void CircuitBreaker::count(double now, bool ok) {
  const double slice = options_.window / kBuckets;
  const double number = static_cast<double>(static_cast<uint64_t>(now / slice));
  Bucket& bucket = buckets_[static_cast<uint64_t>(number) % kBuckets];
  if (bucket.number != number) bucket = {number, 0, 0};
  ++bucket.total;
  if (!ok) ++bucket.failed;
}

bool CircuitBreaker::too_many(double now) const {
  const double oldest = now / (options_.window / kBuckets) - kBuckets;
  uint32_t total = 0;
  uint32_t failed = 0;
  for (const Bucket& bucket : buckets_) {
    if (bucket.number <= oldest) continue;
    total += bucket.total;
    failed += bucket.failed;
  }
  return total >= options_.minimum && failed > options_.ratio * total;
}

}  // namespace apus
