#include "apus/sampler/bucket.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace apus::sampler {
namespace {

// OpenTelemetry's definition, by logarithm.
int naive_index(double value) {
  return static_cast<int>(std::ceil(std::log2(std::abs(value)) * kPerOctave)) -
         1;
}

TEST(Bucket, AgreesWithTheLogarithm) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-19.9, 43.9);
  for (int i = 0; i < 200'000; ++i) {
    const double value = std::exp2(exponent(random)) * (i % 2 ? 1 : -1);
    const uint32_t bucket = bucket_of(value);
    ASSERT_LT(bucket, kBuckets);
    EXPECT_EQ(bucket >= kSide, value < 0);
    EXPECT_EQ(static_cast<int>(bucket % kSide) + kFirstIndex,
              naive_index(value))
        << value;
  }
}

TEST(Bucket, PowersOfTwoAreTheUpperBoundOfTheirBucket) {
  for (int e = kMinExponent + 1; e <= 44; ++e) {
    const double value = std::ldexp(1, e);
    EXPECT_EQ(static_cast<int>(bucket_of(value)) + kFirstIndex, e * 64 - 1);
    const double above = std::nextafter(value, HUGE_VAL);
    if (e < 44) {
      EXPECT_EQ(static_cast<int>(bucket_of(above)) + kFirstIndex, e * 64);
    }
  }
}

TEST(Bucket, TheMiddleIsWithinTheGuarantee) {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> exponent(-19.99, 43.99);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double value = std::exp2(exponent(random));
    worst = std::max(worst,
                     std::abs(bucket_middle(bucket_of(value)) - value) / value);
  }
  EXPECT_LT(worst, 0.00545);
  EXPECT_EQ(bucket_middle(bucket_of(-3.0)), -bucket_middle(bucket_of(3.0)));
}

TEST(Bucket, SmallMagnitudesAreZeroAndHugeOnesShareTheLastBucket) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (double value : {0.0, -0.0, 1e-7, -1e-7, 5e-324, std::ldexp(1, -20)}) {
    EXPECT_EQ(bucket_of(value), kZero) << value;
  }
  for (double value : {std::ldexp(1.01, 44), 1e300, 1.7e308}) {
    EXPECT_EQ(bucket_of(value), kSide - 1) << value;
    EXPECT_EQ(bucket_of(-value), 2 * kSide - 1) << value;
  }
  for (double value : {kInfinity, -kInfinity, std::nan("")}) {
    EXPECT_EQ(bucket_of(value), kRejected) << value;
  }
  EXPECT_EQ(bucket_of(std::ldexp(1, 44)), kSide - 1);
}

TEST(Bucket, JoinedNeighboursKeepTheirGuarantee) {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> exponent(-19.99, 43.99);
  for (uint32_t shift = 1; shift <= kMaxShift; ++shift) {
    const double base = std::exp2(1.0 / (kPerOctave >> shift));
    const double guarantee = (base - 1) / (base + 1) + 1e-9;
    for (int i = 0; i < 20'000; ++i) {
      const double value = std::exp2(exponent(random)) * (i % 2 ? 1 : -1);
      const double middle = bucket_middle(bucket_of(value) >> shift, shift);
      ASSERT_LE(std::abs(middle - value) / std::abs(value), guarantee);
    }
  }
}

}  // namespace
}  // namespace apus::sampler
