// Any bytes as a base and a delta: the result has the size that is said, or the
// delta is refused. A libFuzzer target.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "apus/sync/delta.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t split = (size - 1) * data[0] / 255;
  // Copies of their own, so that a read beyond the end is seen.
  const std::vector<uint8_t> base(data + 1, data + 1 + split);
  const std::vector<uint8_t> delta(data + 1 + split, data + size);
  std::vector<uint8_t> out(1024);
  const uint32_t made = apus::sync::apply_delta(base, delta, out);
  if (made != apus::sync::kBadDelta && made > out.size()) abort();
  return 0;
}
