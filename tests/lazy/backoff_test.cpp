#include "apus/lazy/backoff.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace apus {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Schedule, TheBoundDoublesUpToTheCap) {
  const Patience patience{.base = 100, .cap = 1000};
  EXPECT_EQ(backoff_bound(patience, 1), 100);
  EXPECT_EQ(backoff_bound(patience, 2), 200);
  EXPECT_EQ(backoff_bound(patience, 4), 800);
  EXPECT_EQ(backoff_bound(patience, 5), 1000);
  EXPECT_EQ(backoff_bound(patience, UINT32_MAX), 1000);
}

TEST(Schedule, AnInfiniteCapStaysFinite) {
  const Patience patience{.base = 1, .cap = kInfinity, .budget = kInfinity};
  EXPECT_TRUE(std::isfinite(next_delay(patience, UINT32_MAX, 0.5, 0, 0)));
}

TEST(Schedule, JitterIsFull) {
  const Patience patience{.base = 100, .cap = 1000, .budget = 1e6};
  EXPECT_EQ(next_delay(patience, 3, 0, 0, 0), 0);
  EXPECT_EQ(next_delay(patience, 3, 0.5, 0, 0), 200);
  EXPECT_NEAR(next_delay(patience, 3, std::nextafter(1.0, 0.0), 0, 0), 400,
              1e-9);
}

TEST(Schedule, RetriesAreCountedWhenTheyAreLimited) {
  const Patience patience{.retries = 2};
  EXPECT_GE(next_delay(patience, 1, 0.5, 0, 0), 0);
  EXPECT_GE(next_delay(patience, 2, 0.5, 0, 0), 0);
  EXPECT_EQ(next_delay(patience, 3, 0.5, 0, 0), kGiveUp);
  EXPECT_EQ(next_delay(Patience{.retries = 0}, 1, 0.5, 0, 0), kGiveUp);
}

TEST(Schedule, TheServersWishIsALowerBound) {
  const Patience patience{.base = 100, .cap = 100, .budget = 10000};
  EXPECT_EQ(next_delay(patience, 1, 0, 0, 3000), 3000);
  EXPECT_EQ(next_delay(patience, 1, 0.5, 0, 3000), 3050);
  EXPECT_EQ(next_delay(patience, 1, 0, 8000, 3000), kGiveUp);
}

// Whatever the inputs: either it gives up for a reason, or the attempt starts
// within the budget and not before the server's wish.
TEST(Schedule, NeverLeavesTheBudget) {
  std::mt19937_64 generator(1);
  auto uniform = [&](double high) {
    return std::uniform_real_distribution<double>(0, high)(generator);
  };
  for (int i = 0; i < 100'000; ++i) {
    const double base = uniform(1000);
    const Patience patience{.base = base,
                            .cap = base + uniform(10000),
                            .budget = uniform(20000),
                            .retries = static_cast<uint32_t>(generator() % 20)};
    const auto attempt = static_cast<uint32_t>(1 + generator() % 40);
    const double elapsed = uniform(25000);
    const double retry_after = generator() % 3 == 0 ? uniform(5000) : 0;
    const double delay =
        next_delay(patience, attempt, uniform(1), elapsed, retry_after);
    const bool hopeless = attempt > patience.retries ||
                          elapsed >= patience.budget ||
                          retry_after >= patience.budget - elapsed;
    ASSERT_EQ(delay == kGiveUp, hopeless);
    if (hopeless) continue;
    ASSERT_GE(delay, retry_after);
    ASSERT_LE(delay, retry_after + patience.cap);
    ASSERT_LE(delay, retry_after + base * std::pow(2.0, attempt - 1));
    ASSERT_LE(elapsed + delay, patience.budget + 1e-9);
  }
}

}  // namespace
}  // namespace apus
