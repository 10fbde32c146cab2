// Seeded numbers for the property tests.
#ifndef APUS_TESTS_LIST_RANDOM_H_
#define APUS_TESTS_LIST_RANDOM_H_

#include <cstdint>
#include <random>

namespace apus {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  // Below `end`. Requires: end > 0.
  uint32_t below(uint32_t end) {
    return static_cast<uint32_t>(engine_()) % end;
  }
  bool one_in(uint32_t n) { return below(n) == 0; }

 private:
  std::mt19937 engine_;
};

}  // namespace apus

#endif  // APUS_TESTS_LIST_RANDOM_H_
