// xxHash64: a checksum and hash of 64 bits at several bytes a nanosecond.
// Source: the xxHash specification, "XXH64 algorithm description", by Yann
// Collet. Reads little-endian on every machine, so the numbers are portable.
#ifndef APUS_STORE_XXHASH64_H_
#define APUS_STORE_XXHASH64_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace apus::store {

// O(bytes). Different seeds give unrelated families of hashes.
uint64_t xxhash64(std::span<const uint8_t> bytes, uint64_t seed = 0);

}  // namespace apus::store

#endif  // APUS_STORE_XXHASH64_H_
