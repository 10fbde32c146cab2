// The codes and limits that js/lazy shares with the core.
#ifndef APUS_LAZY_LAYOUT_H_
#define APUS_LAZY_LAYOUT_H_

#include "apus/base/layout.h"
#include "apus/lazy/backoff.h"
#include "apus/lazy/circuit_breaker.h"
#include "apus/lazy/endpoint_pool.h"
#include "apus/lazy/outcome.h"
#include "apus/lazy/sliding_window.h"

namespace apus::lazy {

// They cross as whole numbers.
static_assert(kGiveUp == static_cast<int32_t>(kGiveUp));

template <typename Code>
constexpr int32_t code(Code value) {
  return static_cast<int32_t>(value);
}

inline constexpr LayoutEntry kLayout[] = {
    {"GIVE_UP", code(kGiveUp)},
    {"BREAKER_CLOSED", code(CircuitBreaker::State::kClosed)},
    {"BREAKER_OPEN", code(CircuitBreaker::State::kOpen)},
    {"BREAKER_HALF_OPEN", code(CircuitBreaker::State::kHalfOpen)},
    {"OUTCOME_FAILED", code(Outcome::kFailed)},
    {"OUTCOME_OK", code(Outcome::kOk)},
    {"OUTCOME_CANCELLED", code(Outcome::kCancelled)},
    {"POOL_ROUND_ROBIN", code(EndpointPool::Policy::kRoundRobin)},
    {"POOL_WEIGHTED", code(EndpointPool::Policy::kWeighted)},
    {"POOL_LEAST_OUTSTANDING", code(EndpointPool::Policy::kLeastOutstanding)},
    {"POOL_POWER_OF_TWO", code(EndpointPool::Policy::kPowerOfTwo)},
    {"POOL_RENDEZVOUS", code(EndpointPool::Policy::kRendezvous)},
    {"POOL_NEAREST", code(EndpointPool::Policy::kNearest)},
    {"POOL_NONE", EndpointPool::kNone},
    {"POOL_MAX_ENDPOINTS", code(EndpointPool::kMaxEndpoints)},
    {"POOL_MAX_WEIGHT", code(EndpointPool::kMaxWeight)},
    {"WINDOW_MAX_LIMIT", code(SlidingWindow::kMaxLimit)},
};

}  // namespace apus::lazy

#endif  // APUS_LAZY_LAYOUT_H_
