#include "apus/sampler/bucket.h"

#include <cassert>
#include <cmath>

namespace apus::sampler {
namespace internal {

Tables::Tables() {
  // 2^(1/2), 2^(1/4) … 2^(1/64). Square roots are rounded correctly everywhere,
  // so the tables are the same on every machine.
  std::array<double, kScale> roots;
  double root = 2;
  for (double& each : roots) each = root = std::sqrt(root);
  for (uint32_t k = 0; k < kPerOctave; ++k) {
    double boundary = 1;
    for (uint32_t bit = 0; bit < kScale; ++bit) {
      if (k & (kPerOctave >> 1 >> bit)) boundary *= roots[bit];
    }
    bound[k] = std::bit_cast<uint64_t>(boundary) & kMantissaMask;
  }
  bound[kPerOctave] = kMantissaMask + 1;
  uint32_t k = 0;
  for (uint32_t cell = 0; cell < kCells; ++cell) {
    const uint64_t start = uint64_t{cell} << (kMantissaBits - kCellBits);
    while (bound[k] < start) ++k;
    below[cell] = static_cast<uint8_t>(k);
  }
}

const Tables tables;

}  // namespace internal

double bucket_middle(uint32_t bucket) {
  using namespace internal;
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
