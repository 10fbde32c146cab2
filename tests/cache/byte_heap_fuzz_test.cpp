// A short run of the fuzz target on random operations; longer with
// APUS_FUZZ_SECONDS. Under sanitizers it finds writes out of bounds.
#include "byte_heap_fuzz.cpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "../base/random.h"

namespace apus::cache {
namespace {

TEST(ByteHeap, KeepsItsPromisesUnderArbitraryOperations) {
  using Clock = std::chrono::steady_clock;
  const char* seconds = std::getenv("APUS_FUZZ_SECONDS");
  const auto end =
      Clock::now() + std::chrono::seconds(seconds ? std::atoi(seconds) : 0);
  Random random(1);
  uint32_t round = 0;
  do {
    std::vector<uint8_t> input(random() % 4000);
    for (uint8_t& byte : input) byte = static_cast<uint8_t>(random());
    LLVMFuzzerTestOneInput(input.data(), input.size());
  } while (++round < 100 || Clock::now() < end);
}

}  // namespace
}  // namespace apus::cache
