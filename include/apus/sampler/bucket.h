// Maps a value to its bucket in a base-2 exponential histogram of scale 6, as
// OpenTelemetry's ExponentialHistogram does: bucket i holds the values in
// (b^i, b^(i+1)], b = 2^(1/64). The middle of a bucket is within 0.55% of every
// value in it, and so are all quantiles, whatever the data.
//
// Source: OpenTelemetry specification, "Metrics Data Model:
// ExponentialHistogram".
//
// Range: magnitudes in (2^-20, 2^44], that is 1e-6 to 1.7e13; in ms from one
// nanosecond to 557 years. Smaller magnitudes count as zero. Larger ones share
// the last bucket. NaN and the infinities are rejected. Negative values mirror
// the positive ones.
//
// Scales below 6 join 2, 4 … 64 neighbours (`shift` 1 to 6), exactly as
// OpenTelemetry's do: the bucket of a value is bucket_of(value) >> shift. A
// middle is then within 1.09, 2.17, 4.34, 8.67, 17.2 or 33.4%.
#ifndef APUS_SAMPLER_BUCKET_H_
#define APUS_SAMPLER_BUCKET_H_

#include <array>
#include <bit>
#include <cstdint>

namespace apus::sampler {

inline constexpr int kScale = 6;
inline constexpr uint32_t kPerOctave = 1u << kScale;
inline constexpr int kMinExponent = -20;
inline constexpr uint32_t kOctaves = 64;
// Buckets of one sign.
inline constexpr uint32_t kSide = kOctaves * kPerOctave;
// [0, kSide) are of positive values, the rest of negative ones.
inline constexpr uint32_t kBuckets = 2 * kSide;
// The largest magnitude that has a bucket.
inline constexpr double kLargest = 0x1p44;
// How often neighbours can be joined.
inline constexpr uint32_t kMaxShift = 6;
// The results of bucket_of() for values without a bucket.
inline constexpr uint32_t kZero = kBuckets;
inline constexpr uint32_t kRejected = kBuckets + 1;

// OpenTelemetry's index of the first bucket, the same for both signs.
inline constexpr int kFirstIndex = kMinExponent * static_cast<int>(kPerOctave);

namespace internal {

inline constexpr int kMantissaBits = 52;
inline constexpr uint64_t kMantissaMask = (uint64_t{1} << kMantissaBits) - 1;
inline constexpr int kBias = 1023;

// An octave is cut into 128 equal cells. The narrowest bucket is wider than a
// cell, so each cell holds at most one boundary, and one comparison decides.
inline constexpr int kCellBits = 7;
inline constexpr uint32_t kCells = 1u << kCellBits;

struct Tables {
  Tables();
  // Mantissas of 2^(k/64); the last entry is larger than any mantissa.
  std::array<uint64_t, kPerOctave + 1> bound;
  // How many of these boundaries lie before the start of each cell.
  std::array<uint8_t, kCells> below;
};
extern const Tables tables;

}  // namespace internal

// Returns the bucket of `value`, kZero or kRejected. O(1): two table reads and
// one branch for values in range.
inline uint32_t bucket_of(double value) {
  using namespace internal;
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  const uint32_t exponent =
      static_cast<uint32_t>(bits >> kMantissaBits) & 0x7ff;
  const uint64_t mantissa = bits & kMantissaMask;
  uint32_t k = tables.below[mantissa >> (kMantissaBits - kCellBits)];
  k += tables.bound[k] < mantissa ? 1 : 0;
  // The 1 is there because upper bounds belong to their bucket. Values below
  // the range wrap around.
  constexpr uint32_t kFirst =
      static_cast<uint32_t>(kMinExponent + kBias) * kPerOctave + 1;
  const uint32_t index = exponent * kPerOctave + k - kFirst;
  if (index < kSide) return index + static_cast<uint32_t>(bits >> 63) * kSide;
  if (index > 0x80000000) return kZero;
  // NaN and the infinities have the largest exponent.
  if (exponent == 0x7ff) return kRejected;
  return kSide - 1 + static_cast<uint32_t>(bits >> 63) * kSide;
}

// Returns the value that represents all values of the bucket. Its relative
// error is the same at both ends.
// Requires: shift <= kMaxShift; bucket < kBuckets >> shift.
double bucket_middle(uint32_t bucket, uint32_t shift = 0);

}  // namespace apus::sampler

#endif  // APUS_SAMPLER_BUCKET_H_
