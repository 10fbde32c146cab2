// Seeded random numbers: the same seed gives the same outcomes on every
// machine. xoshiro256++ by Blackman and Vigna (2019), its state filled by
// SplitMix64; period 2^256 - 1.
#ifndef APUS_QUANTUM_RANDOM_H_
#define APUS_QUANTUM_RANDOM_H_

#include <bit>
#include <cstdint>

namespace apus::quantum {

class Random {
 public:
  explicit Random(uint64_t seed) {
    for (uint64_t& word : state_) {
      seed += 0x9E3779B97F4A7C15u;
      uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
      word = z ^ (z >> 31);
    }
  }

  uint64_t next() {
    const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // In [0, 1), all multiples of 2^-53 equally likely.
  double uniform() { return double(next() >> 11) * 0x1p-53; }

  // Below `end`; the bias is at most end / 2^53. Requires: end > 0.
  uint32_t below(uint32_t end) {
    return static_cast<uint32_t>(uint64_t(uniform() * end));
  }

 private:
  uint64_t state_[4];
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_RANDOM_H_
