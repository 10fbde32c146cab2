#include "apus/lazy/token_bucket.h"

#include <algorithm>
#include <limits>

namespace apus::lazy {

TokenBucket::TokenBucket(double capacity, double per_second, double now)
    : capacity_(capacity),
      per_ms_(per_second / 1000),
      tokens_(capacity),
      updated_(now) {}

void TokenBucket::refill(double now) {
  if (now <= updated_) return;
  tokens_ = std::min(capacity_, tokens_ + (now - updated_) * per_ms_);
  updated_ = now;
}

void TokenBucket::give(double now, double count) {
  refill(now);
  tokens_ = std::min(capacity_, tokens_ + count);
}

double TokenBucket::take(double now, double count) {
  refill(now);
  // Rounding may end a wait slightly too early; it must not wait again.
  constexpr double kHair = 1e-9;
  if (tokens_ >= count - kHair) {
    tokens_ = std::max(0.0, tokens_ - count);
    return 0;
  }
  if (count > capacity_ || per_ms_ == 0)
    return std::numeric_limits<double>::infinity();
  return (count - tokens_) / per_ms_;
}

double TokenBucket::tokens(double now) {
  refill(now);
  return tokens_;
}

}  // namespace apus::lazy
