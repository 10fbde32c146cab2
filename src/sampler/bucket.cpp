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

namespace {

// The lower bound of the positive bucket `index` at scale 6.
double lower_bound(uint32_t index) {
  using namespace internal;
  const uint64_t exponent =
      index / kPerOctave + static_cast<uint32_t>(kMinExponent + kBias);
  return std::bit_cast<double>(exponent << kMantissaBits |
                               tables.bound[index % kPerOctave]);
}

}  // namespace

double bucket_middle(uint32_t bucket, uint32_t shift) {
  const uint32_t side = kSide >> shift;
  assert(shift <= kMaxShift && bucket < 2 * side);
  const uint32_t index = bucket % side;
  const double low = lower_bound(index << shift);
  const double high = lower_bound((index + 1) << shift);
  const double middle = 2 * low * high / (low + high);
  return bucket < side ? middle : -middle;
}

}  // namespace apus::sampler
