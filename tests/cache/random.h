// A seeded generator with 32-bit results: the same numbers everywhere.
#ifndef APUS_TESTS_CACHE_RANDOM_H_
#define APUS_TESTS_CACHE_RANDOM_H_

#include <cstdint>
#include <random>

namespace apus::cache {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  uint32_t operator()() { return static_cast<uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

}  // namespace apus::cache

#endif  // APUS_TESTS_CACHE_RANDOM_H_
