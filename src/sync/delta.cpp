#include "apus/sync/delta.h"

#include <cstring>

namespace apus::sync {
namespace {

// Takes a number off the bytes; kBadDelta if there is none below 2^28.
uint32_t take(std::span<const uint8_t>& bytes) {
  uint32_t number = 0;
  for (uint32_t i = 0; i < 4 && i < bytes.size(); ++i) {
    number |= static_cast<uint32_t>(bytes[i] & 0x7f) << (7 * i);
    if (bytes[i] < 0x80) {
      bytes = bytes.subspan(i + 1);
      return number;
    }
  }
  return kBadDelta;
}

}  // namespace

uint32_t apply_delta(std::span<const uint8_t> base,
                     std::span<const uint8_t> delta, std::span<uint8_t> out) {
  const uint32_t size = take(delta);
  if (size > out.size()) return kBadDelta;
  uint32_t made = 0;
  while (!delta.empty()) {
    const uint32_t step = take(delta);
    if (step == kBadDelta) return kBadDelta;
    const uint32_t length = step >> 1;
    const bool copies = step % 2 == 1;
    const uint32_t from = copies ? take(delta) : 0;
    const std::span<const uint8_t> source = copies ? base : delta;
    if (from > source.size() || length > source.size() - from ||
        length > size - made)
      return kBadDelta;
    if (length > 0)
      std::memcpy(out.data() + made, source.data() + from, length);
    made += length;
    if (!copies) delta = delta.subspan(length);
  }
  return made == size ? size : kBadDelta;
}

}  // namespace apus::sync
