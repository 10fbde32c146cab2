#include <gtest/gtest.h>

#include "apus/lazy/sliding_window.h"
#include "refused.h"

namespace apus::lazy {
namespace {

TEST(RefusedMemory, MakesASlidingWindowUnusable) {
  const uint64_t allocations = refuse_each([] {
    SlidingWindow window(1000, 60'000);
    if (window.usable()) window.take(1);
  });
  EXPECT_EQ(allocations, 2u);
}

}  // namespace
}  // namespace apus::lazy
