// A payload as what changed since an earlier one, for channels whose events are
// alike. The instructions are those of VCDIFF (RFC 3284), COPY and ADD, without
// its caches and code tables:
//
//   delta       = size of the result, then instructions to its end
//   COPY        = length * 2 + 1, offset in the base
//   ADD         = length * 2, then so many bytes
//
// Numbers are varints as those of Protocol Buffers: 7 bits a byte, lowest
// first, the top bit set in all but the last. The gateway writes deltas
// (js/gateway/live/delta.node.js).
#ifndef APUS_SYNC_DELTA_H_
#define APUS_SYNC_DELTA_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace apus::sync {

// Bytes of a payload that is sent as a delta, or that one is based on.
inline constexpr uint32_t kMostDelta = 1 << 16;

inline constexpr uint32_t kBadDelta = UINT32_MAX;

// Writes the result to `out` and returns its size. kBadDelta: the bytes are no
// delta, reach beyond the base, or make another size than they say or than
// there is room for; what `out` holds then is void. O(result). Hostile bytes
// are fine. Requires: `out` overlaps neither of the others.
uint32_t apply_delta(std::span<const uint8_t> base,
                     std::span<const uint8_t> delta, std::span<uint8_t> out);

}  // namespace apus::sync

#endif  // APUS_SYNC_DELTA_H_
