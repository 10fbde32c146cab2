// Little-endian numbers at any address, whatever the machine's own order.
#ifndef APUS_STORE_ENDIAN_H_
#define APUS_STORE_ENDIAN_H_

#include <bit>
#include <cstdint>
#include <cstring>

namespace apus::store {

// Requires: four (eight) readable bytes at `at`, which need not be aligned.
inline uint32_t load_u32(const uint8_t* at) {
  uint32_t value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::big)
    value = __builtin_bswap32(value);
  return value;
}

inline uint64_t load_u64(const uint8_t* at) {
  uint64_t value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::big)
    value = __builtin_bswap64(value);
  return value;
}

// Requires: four (eight) writable bytes at `at`, which need not be aligned.
inline void store_u32(uint8_t* at, uint32_t value) {
  if constexpr (std::endian::native == std::endian::big)
    value = __builtin_bswap32(value);
  std::memcpy(at, &value, sizeof value);
}

inline void store_u64(uint8_t* at, uint64_t value) {
  if constexpr (std::endian::native == std::endian::big)
    value = __builtin_bswap64(value);
  std::memcpy(at, &value, sizeof value);
}

}  // namespace apus::store

#endif  // APUS_STORE_ENDIAN_H_
