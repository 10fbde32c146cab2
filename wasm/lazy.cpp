// The door of the lazy room: numbers in, numbers out. A function without a verb
// makes an engine and returns its address, or null when there is no memory.
// apus_lazy_free frees it; a sliding window has its own function. Times are ms,
// random numbers are in [0, 1), codes are those of apus/lazy/layout.h.
#include <emscripten.h>

#include <new>
#include <type_traits>

#include "apus/lazy/backoff.h"
#include "apus/lazy/circuit_breaker.h"
#include "apus/lazy/endpoint_pool.h"
#include "apus/lazy/latency_window.h"
#include "apus/lazy/sliding_window.h"
#include "apus/lazy/token_bucket.h"

using apus::lazy::CircuitBreaker;
using apus::lazy::EndpointPool;
using apus::lazy::LatencyWindow;
using apus::lazy::Outcome;
using apus::lazy::SlidingWindow;
using apus::lazy::TokenBucket;

// apus_lazy_free calls no destructor.
static_assert(std::is_trivially_destructible_v<CircuitBreaker> &&
              std::is_trivially_destructible_v<EndpointPool> &&
              std::is_trivially_destructible_v<LatencyWindow> &&
              std::is_trivially_destructible_v<TokenBucket>);

extern "C" {

EMSCRIPTEN_KEEPALIVE double apus_lazy_next_delay(double base, double cap,
                                                 double budget, double retries,
                                                 uint32_t attempt,
                                                 double random, double elapsed,
                                                 double retry_after) {
  const uint32_t limit =
      retries < UINT32_MAX ? static_cast<uint32_t>(retries) : UINT32_MAX;
  return apus::lazy::next_delay({base, cap, budget, limit}, attempt, random,
                                elapsed, retry_after);
}

EMSCRIPTEN_KEEPALIVE TokenBucket* apus_lazy_tokens(double capacity,
                                                   double per_second,
                                                   double now) {
  return new (std::nothrow) TokenBucket(capacity, per_second, now);
}

// Returns how many tokens there are now.
EMSCRIPTEN_KEEPALIVE double apus_lazy_tokens_give(TokenBucket* tokens,
                                                  double now, double count) {
  tokens->give(now, count);
  return tokens->tokens(now);
}

EMSCRIPTEN_KEEPALIVE double apus_lazy_tokens_take(TokenBucket* tokens,
                                                  double now, double count) {
  return tokens->take(now, count);
}

EMSCRIPTEN_KEEPALIVE SlidingWindow* apus_lazy_window(uint32_t limit,
                                                     double window) {
  auto* events = new (std::nothrow) SlidingWindow(limit, window);
  if (events == nullptr || events->usable()) return events;
  delete events;
  return nullptr;
}

EMSCRIPTEN_KEEPALIVE double apus_lazy_window_take(SlidingWindow* window,
                                                  double now) {
  return window->take(now);
}

EMSCRIPTEN_KEEPALIVE void apus_lazy_window_free(SlidingWindow* window) {
  delete window;
}

EMSCRIPTEN_KEEPALIVE LatencyWindow* apus_lazy_latency() {
  return new (std::nothrow) LatencyWindow();
}

EMSCRIPTEN_KEEPALIVE void apus_lazy_latency_record(LatencyWindow* latency,
                                                   double ms) {
  latency->record(ms);
}

EMSCRIPTEN_KEEPALIVE double apus_lazy_latency_quantile(LatencyWindow* latency,
                                                       double q) {
  return latency->quantile(q);
}

EMSCRIPTEN_KEEPALIVE CircuitBreaker* apus_lazy_breaker(
    uint32_t failures, double ratio, uint32_t minimum, double window,
    double min_open, uint32_t steady, double growth, double max_open) {
  return new (std::nothrow) CircuitBreaker(
      {failures, ratio, minimum, window, min_open, steady, growth, max_open});
}

EMSCRIPTEN_KEEPALIVE double apus_lazy_breaker_enter(CircuitBreaker* breaker,
                                                    double now) {
  return breaker->enter(now);
}

EMSCRIPTEN_KEEPALIVE void apus_lazy_breaker_record(CircuitBreaker* breaker,
                                                   double now, uint32_t outcome,
                                                   double random) {
  breaker->record(now, static_cast<Outcome>(outcome), random);
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_lazy_breaker_state(CircuitBreaker* breaker,
                                                      double now) {
  return static_cast<uint32_t>(breaker->state(now));
}

EMSCRIPTEN_KEEPALIVE EndpointPool* apus_lazy_pool(uint32_t policy,
                                                  uint32_t failures,
                                                  double ejection,
                                                  double max_ejection,
                                                  double fade) {
  return new (std::nothrow)
      EndpointPool(static_cast<EndpointPool::Policy>(policy), failures,
                   ejection, max_ejection, fade);
}

EMSCRIPTEN_KEEPALIVE void apus_lazy_pool_add(EndpointPool* pool,
                                             uint32_t weight, double distance,
                                             uint32_t identity) {
  pool->add(weight, distance, identity);
}

EMSCRIPTEN_KEEPALIVE void apus_lazy_pool_adopt(EndpointPool* pool,
                                               const EndpointPool* other,
                                               uint32_t index, uint32_t weight,
                                               double distance) {
  pool->adopt(*other, index, weight, distance);
}

EMSCRIPTEN_KEEPALIVE int32_t apus_lazy_pool_pick(EndpointPool* pool, double now,
                                                 double random, uint32_t key,
                                                 uint32_t without) {
  return pool->pick(now, random, key, without);
}

EMSCRIPTEN_KEEPALIVE void apus_lazy_pool_record(EndpointPool* pool,
                                                uint32_t index, double now,
                                                double latency,
                                                uint32_t outcome) {
  pool->record(index, now, latency, static_cast<Outcome>(outcome));
}

EMSCRIPTEN_KEEPALIVE void apus_lazy_pool_set_healthy(EndpointPool* pool,
                                                     uint32_t index, double now,
                                                     bool healthy) {
  pool->set_healthy(index, now, healthy);
}

EMSCRIPTEN_KEEPALIVE double apus_lazy_pool_ejected_until(EndpointPool* pool,
                                                         uint32_t index) {
  return pool->ejected_until(index);
}

EMSCRIPTEN_KEEPALIVE double apus_lazy_pool_latency(EndpointPool* pool,
                                                   uint32_t index, double now) {
  return pool->latency(index, now);
}

EMSCRIPTEN_KEEPALIVE void apus_lazy_free(void* engine) {
  ::operator delete(engine);
}

}  // extern "C"
