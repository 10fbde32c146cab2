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

// The same of bytes that come in pieces. Not thread-safe.
class XxHash64 {
 public:
  explicit XxHash64(uint64_t seed = 0);

  // O(bytes).
  void update(std::span<const uint8_t> bytes);

  // Of all bytes so far; more may follow.
  uint64_t digest() const;

 private:
  const uint8_t* stripes(const uint8_t* at, size_t count);

  uint64_t lanes_[4];
  uint64_t seed_;
  uint64_t size_ = 0;
  // What does not fill a stripe of 32 bytes yet: size_ % 32 of them.
  uint8_t rest_[32];
};

}  // namespace apus::store

#endif  // APUS_STORE_XXHASH64_H_
