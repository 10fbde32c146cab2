// How a request ended, as the circuit breaker and the endpoint pool count it.
#ifndef APUS_LAZY_OUTCOME_H_
#define APUS_LAZY_OUTCOME_H_

#include <cstdint>

namespace apus::lazy {

enum class Outcome : uint32_t {
  kFailed = 0,
  kOk = 1,
  // Ended before its outcome was known (aborted).
  kCancelled = 2,
};

}  // namespace apus::lazy

#endif  // APUS_LAZY_OUTCOME_H_
