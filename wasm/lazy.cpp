// The door of the lazy room: numbers in, numbers out.
#include <emscripten.h>

#include "apus/lazy/schedule.h"

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
