#include "apus/lazy/token_bucket.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace apus::lazy {
namespace {

TEST(TokenBucket, StartsFullAndRunsDry) {
  TokenBucket bucket(3, 0, 0);
  EXPECT_EQ(bucket.take(0, 1), 0);
  EXPECT_EQ(bucket.take(0, 2), 0);
  EXPECT_EQ(bucket.take(0, 1), std::numeric_limits<double>::infinity());
  bucket.give(0, 0.5);
  bucket.give(0, 0.5);
  EXPECT_EQ(bucket.take(0, 1), 0);
}

TEST(TokenBucket, ReturnsHowLongToWait) {
  TokenBucket bucket(2, 4, 1000);
  EXPECT_EQ(bucket.take(1000, 2), 0);
  EXPECT_EQ(bucket.take(1000, 1), 250);
  EXPECT_EQ(bucket.take(1125, 1), 125);
  EXPECT_EQ(bucket.take(1250, 1), 0);
}

TEST(TokenBucket, NeverHoldsMoreThanItsCapacity) {
  TokenBucket bucket(2, 1000, 0);
  EXPECT_EQ(bucket.tokens(1e9), 2);
  bucket.give(1e9, 100);
  EXPECT_EQ(bucket.tokens(1e9), 2);
}

TEST(TokenBucket, NeverGivesMoreThanItsCapacity) {
  TokenBucket bucket(2, 1000, 0);
  EXPECT_EQ(bucket.take(1e9, 3), std::numeric_limits<double>::infinity());
}

TEST(TokenBucket, AClockThatGoesBackRefillsNothing) {
  TokenBucket bucket(1, 1, 1000);
  EXPECT_EQ(bucket.take(1000, 1), 0);
  EXPECT_EQ(bucket.take(0, 1), 1000);
  EXPECT_EQ(bucket.take(2000, 1), 0);
}

// The model adds up every give() and refill, clipped step by step.
TEST(TokenBucket, AgreesWithANaiveModel) {
  std::mt19937_64 generator(2);
  auto uniform = [&](double high) {
    return std::uniform_real_distribution<double>(0, high)(generator);
  };
  for (int round = 0; round < 200; ++round) {
    const double capacity = 1 + uniform(20);
    const double per_second = generator() % 4 == 0 ? 0 : uniform(50);
    double now = uniform(1000);
    TokenBucket bucket(capacity, per_second, now);
    long double model = capacity;
    double allowed = capacity;
    double taken = 0;
    for (int step = 0; step < 300; ++step) {
      const double gap = uniform(200);
      now += gap;
      model = std::fmin(
          capacity, model + static_cast<long double>(gap) * per_second / 1000);
      allowed += gap * per_second / 1000;
      if (generator() % 3 == 0) {
        const double gift = uniform(1);
        bucket.give(now, gift);
        model = std::fmin(capacity, model + gift);
        allowed += gift;
      } else {
        const double wait = bucket.take(now, 1);
        if (std::fabs(static_cast<double>(model) - 1) > 1e-6) {
          ASSERT_EQ(wait == 0, model >= 1);
        }
        if (wait == 0) {
          model = std::fmax(0, model - 1);
          taken += 1;
        } else if (per_second == 0) {
          ASSERT_TRUE(std::isinf(wait));
        } else {
          ASSERT_NEAR(
              wait, static_cast<double>((1 - model) * 1000 / per_second), 1e-4);
        }
      }
      ASSERT_NEAR(bucket.tokens(now), static_cast<double>(model), 1e-6);
      ASSERT_LE(taken, allowed + 1e-6);
    }
  }
}

}  // namespace
}  // namespace apus::lazy
