// The door of the lazy room: numbers in, numbers out. Everything here is
// asked a few times a request at most.
#include <emscripten.h>
#include <emscripten/bind.h>

#include "apus/lazy/circuit_breaker.h"
#include "apus/lazy/endpoint_pool.h"
#include "apus/lazy/latency_window.h"
#include "apus/lazy/schedule.h"
#include "apus/lazy/sliding_window.h"
#include "apus/lazy/token_bucket.h"

using apus::CircuitBreaker;
using apus::EndpointPool;
using apus::LatencyWindow;
using apus::SlidingWindow;
using apus::TokenBucket;
using emscripten::class_;
using emscripten::optional_override;

extern "C" {

EMSCRIPTEN_KEEPALIVE double apus_lazy_next_delay(double base, double cap,
                                                 double budget, double retries,
                                                 uint32_t attempt,
                                                 double random, double elapsed,
                                                 double retry_after) {
  const uint32_t limit =
      retries < UINT32_MAX ? static_cast<uint32_t>(retries) : UINT32_MAX;
  return apus::next_delay({base, cap, budget, limit}, attempt, random, elapsed,
                          retry_after);
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(apus_lazy) {
  class_<TokenBucket>("TokenBucket")
      .constructor<double, double, double>()
      .function("give", &TokenBucket::give)
      .function("take", &TokenBucket::take)
      .function("tokens", &TokenBucket::tokens);

  class_<SlidingWindow>("SlidingWindow")
      .constructor<uint32_t, double>()
      .function("take", &SlidingWindow::take);

  class_<LatencyWindow>("LatencyWindow")
      .constructor<>()
      .function("record", &LatencyWindow::record)
      .function("quantile", &LatencyWindow::quantile)
      .function("count", &LatencyWindow::count);

  class_<CircuitBreaker>("CircuitBreaker")
      .constructor(optional_override(
          [](uint32_t failures, double ratio, uint32_t minimum, double window,
             double share, double min_open, double max_open) {
            return new CircuitBreaker(
                {failures, ratio, minimum, window, share, min_open, max_open});
          }))
      .function("enter", &CircuitBreaker::enter)
      .function("record", &CircuitBreaker::record)
      .function("cancel", &CircuitBreaker::cancel)
      .function("state",
                optional_override([](const CircuitBreaker& self, double now) {
                  return static_cast<uint32_t>(self.state(now));
                }));

  class_<EndpointPool>("EndpointPool")
      .constructor(optional_override([](uint32_t policy, uint32_t failures,
                                        double ejection, double max_ejection,
                                        double fade) {
        return new EndpointPool(static_cast<EndpointPool::Policy>(policy),
                                failures, ejection, max_ejection, fade);
      }))
      .function("add", &EndpointPool::add)
      .function("pick", &EndpointPool::pick)
      .function(
          "record",
          optional_override([](EndpointPool& self, uint32_t index, double now,
                               double latency, uint32_t outcome) {
            self.record(index, now, latency,
                        static_cast<EndpointPool::Outcome>(outcome));
          }))
      .function("setHealthy", &EndpointPool::set_healthy)
      .function("ejectedUntil", &EndpointPool::ejected_until)
      .function("latency", &EndpointPool::latency)
      .function("outstanding", &EndpointPool::outstanding);
}
