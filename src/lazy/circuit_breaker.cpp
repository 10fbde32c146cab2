#include "apus/lazy/circuit_breaker.h"

#include <algorithm>

namespace apus::lazy {

double CircuitBreaker::enter(double now) {
  if (!tripped_) return 0;
  if (now < until_) return until_ - now;
  probing_ = true;
  // A lost probe does not block for ever.
  until_ = now + options_.max_open + options_.window;
  return 0;
}

void CircuitBreaker::record(double now, Outcome outcome, double random) {
  if (outcome == Outcome::kCancelled) return cancel_probe();
  const bool ok = outcome == Outcome::kOk;
  count(now, ok);
  if (ok) {
    // A late success of a request sent before the opening proves health too.
    in_a_row_ = 0;
    // The outage is over: its failures no longer count.
    if (tripped_) buckets_ = {};
    tripped_ = probing_ = false;
    return;
  }
  ++in_a_row_;
  // Failures of requests sent before it opened do not prolong it.
  if (tripped_ ? probing_
               : in_a_row_ >= options_.failures || too_many_failures(now))
    open(now, random);
}

void CircuitBreaker::cancel_probe() {
  if (!probing_) return;
  probing_ = false;
  // The next request may probe at once.
  until_ = 0;
}

CircuitBreaker::State CircuitBreaker::state(double now) const {
  if (!tripped_) return State::kClosed;
  return probing_ || now >= until_ ? State::kHalfOpen : State::kOpen;
}

void CircuitBreaker::open(double now, double random) {
  if (!tripped_) {
    opened_ = 0;
    wait_ = options_.min_open;
  }
  if (++opened_ > options_.steady)
    wait_ = std::min(wait_ * options_.growth, options_.max_open);
  tripped_ = true;
  probing_ = false;
  until_ = now + wait_ * (0.5 + random / 2);
}

void CircuitBreaker::count(double now, bool ok) {
  const double slice = options_.window / kBuckets;
  const double number = static_cast<double>(static_cast<uint64_t>(now / slice));
  Bucket& bucket = buckets_[static_cast<uint64_t>(number) % kBuckets];
  if (bucket.number != number) bucket = {number, 0, 0};
  ++bucket.total;
  if (!ok) ++bucket.failed;
}

bool CircuitBreaker::too_many_failures(double now) const {
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

}  // namespace apus::lazy
