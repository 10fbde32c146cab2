// Seeded random numbers for the property tests: the same on every machine.
#ifndef APUS_TESTS_BASE_RANDOM_H_
#define APUS_TESTS_BASE_RANDOM_H_

#include <cstdint>

namespace apus {

// SplitMix64 (Steele et al., 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  // 32 random bits.
  uint32_t operator()() { return static_cast<uint32_t>(next()); }

  // A number below `end`. Requires: end > 0.
  uint32_t below(uint32_t end) { return static_cast<uint32_t>(next() % end); }

  bool one_in(uint32_t n) { return below(n) == 0; }

 private:
  uint64_t state_;
};

}  // namespace apus

#endif  // APUS_TESTS_BASE_RANDOM_H_
