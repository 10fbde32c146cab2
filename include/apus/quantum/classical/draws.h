// Random numbers of the classical solvers, by SplitMix64 (Steele, Lea, Flood:
// "Fast splittable pseudorandom number generators", OOPSLA 2014). The same seed
// gives the same numbers on every machine.
#ifndef APUS_QUANTUM_CLASSICAL_DRAWS_H_
#define APUS_QUANTUM_CLASSICAL_DRAWS_H_

#include <cstdint>

namespace apus::quantum {

class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  // At least 0 and less than 1, in steps of 2^-53.
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  bool coin() { return next() >> 63 != 0; }

 private:
  uint64_t state_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CLASSICAL_DRAWS_H_
