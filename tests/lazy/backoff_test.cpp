#include "apus/lazy/backoff.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace apus::lazy {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Backoff, TheBoundDoublesUpToTheCap) {
  const BackoffOptions options{.base = 100, .cap = 1000};
  EXPECT_EQ(backoff_bound(options, 1), 100);
  EXPECT_EQ(backoff_bound(options, 2), 200);
  EXPECT_EQ(backoff_bound(options, 4), 800);
  EXPECT_EQ(backoff_bound(options, 5), 1000);
  EXPECT_EQ(backoff_bound(options, UINT32_MAX), 1000);
}

TEST(Backoff, AnInfiniteCapStaysFinite) {
  const BackoffOptions options{
      .base = 1, .cap = kInfinity, .budget = kInfinity};
  EXPECT_TRUE(std::isfinite(next_delay(options, UINT32_MAX, 0.5, 0, 0)));
}

TEST(Backoff, JitterIsFull) {
  const BackoffOptions options{.base = 100, .cap = 1000, .budget = 1e6};
  EXPECT_EQ(next_delay(options, 3, 0, 0, 0), 0);
  EXPECT_EQ(next_delay(options, 3, 0.5, 0, 0), 200);
  EXPECT_NEAR(next_delay(options, 3, std::nextafter(1.0, 0.0), 0, 0), 400,
              1e-9);
}

TEST(Backoff, RetriesAreCountedWhenTheyAreLimited) {
  const BackoffOptions options{.retries = 2};
  EXPECT_GE(next_delay(options, 1, 0.5, 0, 0), 0);
  EXPECT_GE(next_delay(options, 2, 0.5, 0, 0), 0);
  EXPECT_EQ(next_delay(options, 3, 0.5, 0, 0), kGiveUp);
  EXPECT_EQ(next_delay(BackoffOptions{.retries = 0}, 1, 0.5, 0, 0), kGiveUp);
}

TEST(Backoff, RetryAfterIsALowerBound) {
  const BackoffOptions options{.base = 100, .cap = 100, .budget = 10000};
  EXPECT_EQ(next_delay(options, 1, 0, 0, 3000), 3000);
  EXPECT_EQ(next_delay(options, 1, 0.5, 0, 3000), 3050);
  EXPECT_EQ(next_delay(options, 1, 0, 8000, 3000), kGiveUp);
}

// For any input: either it gives up for a reason, or the next attempt starts
// within the budget and no earlier than the server asked.
TEST(Backoff, NeverLeavesTheBudget) {
  std::mt19937_64 generator(1);
  auto uniform = [&](double high) {
    return std::uniform_real_distribution<double>(0, high)(generator);
  };
  for (int i = 0; i < 100'000; ++i) {
    const double base = uniform(1000);
    const BackoffOptions options{
        .base = base,
        .cap = base + uniform(10000),
        .budget = uniform(20000),
        .retries = static_cast<uint32_t>(generator() % 20)};
    const auto attempt = static_cast<uint32_t>(1 + generator() % 40);
    const double elapsed = uniform(25000);
    const double retry_after = generator() % 3 == 0 ? uniform(5000) : 0;
    const double delay =
        next_delay(options, attempt, uniform(1), elapsed, retry_after);
    const bool hopeless = attempt > options.retries ||
                          elapsed >= options.budget ||
                          retry_after >= options.budget - elapsed;
    ASSERT_EQ(delay == kGiveUp, hopeless);
    if (hopeless) continue;
    ASSERT_GE(delay, retry_after);
    ASSERT_LE(delay, retry_after + options.cap);
    ASSERT_LE(delay, retry_after + base * std::pow(2.0, attempt - 1));
    ASSERT_LE(elapsed + delay, options.budget + 1e-9);
  }
}

}  // namespace
}  // namespace apus::lazy
