#include "apus/sampler/bucket.h"

#include <array>
#include <bit>
#include <cassert>
#include <cmath>

namespace apus::sampler {
namespace {

constexpr int kMantissaBits = 52;
constexpr uint64_t kMantissaMask = (uint64_t{1} << kMantissaBits) - 1;
constexpr int kBias = 1023;

// An octave is cut into 128 equal cells; the narrowest bucket is wider than a
// cell, so at most one boundary lies in each, and one comparison decides.
constexpr int kCellBits = 7;
constexpr uint32_t kCells = 1u << kCellBits;

struct Tables {
  std::array<uint64_t, kPerOctave + 1>
      bound;  // mantissa bits of 2^(k/64); the last: past all
  std::array<uint8_t, kCells>
      below;  // boundaries at or before the cell's start

  Tables() {
    // 2^(1/2), 2^(1/4) … 2^(1/64): square roots round correctly everywhere, so
    // the tables are the same on every machine.
    std::array<double, kScale> roots;
    double root = 2;
    for (double& each : roots) each = root = std::sqrt(root);
    for (uint32_t k = 0; k < kPerOctave; ++k) {
      double bound_value = 1;
      for (uint32_t bit = 0; bit < kScale; ++bit) {
        if (k & (kPerOctave >> 1 >> bit)) bound_value *= roots[bit];
      }
      bound[k] = std::bit_cast<uint64_t>(bound_value) & kMantissaMask;
    }
    bound[kPerOctave] = kMantissaMask + 1;
    uint32_t k = 0;
    for (uint32_t cell = 0; cell < kCells; ++cell) {
      const uint64_t start = uint64_t{cell} << (kMantissaBits - kCellBits);
      while (bound[k] < start) ++k;
      below[cell] = static_cast<uint8_t>(k);
    }
  }
};

const Tables tables;

}  // namespace

uint32_t bucket_of(double value) {
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  const int exponent = static_cast<int>(bits >> kMantissaBits & 0x7ff) - kBias;
  if (exponent < kMinExponent) return kZero;
  const uint64_t mantissa = bits & kMantissaMask;
  const uint32_t cell =
      static_cast<uint32_t>(mantissa >> (kMantissaBits - kCellBits));
  uint32_t k = tables.below[cell];
  k += tables.bound[k] < mantissa ? 1 : 0;
  // Upper bounds belong to their bucket: hence the 1.
  const int index = (exponent - kMinExponent) * static_cast<int>(kPerOctave) +
                    static_cast<int>(k) - 1;
  if (index < 0) return kZero;
  if (index >= static_cast<int>(kSide))
    return kRejected;  // NaN and infinities too
  return static_cast<uint32_t>(index) + (bits >> 63 ? kSide : 0);
}

double bucket_middle(uint32_t bucket) {
  assert(bucket < kBuckets);
  const uint32_t index = bucket % kSide;
  const uint32_t k = index % kPerOctave;
  const uint64_t exponent =
      index / kPerOctave + static_cast<uint32_t>(kMinExponent + kBias);
  const double low =
      std::bit_cast<double>(exponent << kMantissaBits | tables.bound[k]);
  const double high =
      std::bit_cast<double>((exponent << kMantissaBits) + tables.bound[k + 1]);
  const double middle = 2 * low * high / (low + high);
  return bucket < kSide ? middle : -middle;
}

}  // namespace apus::sampler
