// Where a value falls in a base-2 exponential histogram of scale 6, the
// mapping of OpenTelemetry's ExponentialHistogram: bucket i holds the values in
// (b^i, b^(i+1)], b = 2^(1/64). The middle of a bucket is within 0.55% of every
// value in it, so quantiles are within 0.55% of the truth, whatever the data.
//
// Source: OpenTelemetry specification, "Metrics Data Model:
// ExponentialHistogram".
//
// Range: magnitudes in (2^-20, 2^44], that is 1e-6 to 1.7e13; in ms from one
// nanosecond to 557 years. Smaller magnitudes count as zero; larger ones, NaN
// and the infinities are rejected. Negative values mirror the positive ones.
#ifndef APUS_SAMPLER_BUCKET_H_
#define APUS_SAMPLER_BUCKET_H_

#include <cstdint>

namespace apus::sampler {

inline constexpr int kScale = 6;
inline constexpr uint32_t kPerOctave = 1u << kScale;
inline constexpr int kMinExponent = -20;
inline constexpr uint32_t kOctaves = 64;
inline constexpr uint32_t kSide = kOctaves * kPerOctave;  // buckets of one sign
inline constexpr uint32_t kBuckets =
    2 * kSide;  // [0, kSide) positive, then negative
inline constexpr uint32_t kZero = kBuckets;
inline constexpr uint32_t kRejected = kBuckets + 1;

// OpenTelemetry's index of the first bucket, on both sides.
inline constexpr int kFirstIndex = kMinExponent * static_cast<int>(kPerOctave);

// The bucket of `value`, or kZero, or kRejected. O(1): two table reads.
uint32_t bucket_of(double value);

// The value that stands for all in the bucket: of all choices the one whose
// relative error is the same at both ends.
// Requires: bucket < kBuckets.
double bucket_middle(uint32_t bucket);

}  // namespace apus::sampler

#endif  // APUS_SAMPLER_BUCKET_H_
