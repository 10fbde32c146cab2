// Seeded random numbers for the property tests: the same on every machine.
#ifndef APUS_TESTS_STORE_RANDOM_H_
#define APUS_TESTS_STORE_RANDOM_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace apus::store::testing {

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

  // Requires: n > 0. A number below n.
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(next() % n); }

 private:
  uint64_t state_;
};

inline std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string string_of(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace apus::store::testing

#endif  // APUS_TESTS_STORE_RANDOM_H_
