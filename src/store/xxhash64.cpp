#include "apus/store/xxhash64.h"

#include <algorithm>
#include <bit>

#include "apus/store/endian.h"

namespace apus::store {
namespace {

constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87u;
constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Fu;
constexpr uint64_t kPrime3 = 0x165667B19E3779F9u;
constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63u;
constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5u;

uint64_t round(uint64_t lane, uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

uint64_t merge(uint64_t hash, uint64_t lane) {
  return (hash ^ round(0, lane)) * kPrime1 + kPrime4;
}

}  // namespace

XxHash64::XxHash64(uint64_t seed)
    : lanes_{seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1},
      seed_(seed) {}

const uint8_t* XxHash64::stripes(const uint8_t* at, size_t count) {
  auto [a, b, c, d] = lanes_;
  for (; count > 0; --count, at += 32) {
    a = round(a, load_u64(at));
    b = round(b, load_u64(at + 8));
    c = round(c, load_u64(at + 16));
    d = round(d, load_u64(at + 24));
  }
  lanes_[0] = a;
  lanes_[1] = b;
  lanes_[2] = c;
  lanes_[3] = d;
  return at;
}

void XxHash64::update(std::span<const uint8_t> bytes) {
  const size_t had = size_ % 32;
  size_ += bytes.size();
  if (had + bytes.size() < 32) {
    std::copy(bytes.begin(), bytes.end(), rest_ + had);
    return;
  }
  if (had > 0) {
    std::copy_n(bytes.begin(), 32 - had, rest_ + had);
    bytes = bytes.subspan(32 - had);
    stripes(rest_, 1);
  }
  const uint8_t* left = stripes(bytes.data(), bytes.size() / 32);
  std::copy_n(left, bytes.size() % 32, rest_);
}

uint64_t XxHash64::digest() const {
  uint64_t hash = seed_ + kPrime5;
  if (size_ >= 32) {
    const auto& [a, b, c, d] = lanes_;
    hash =
        std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
    hash = merge(merge(merge(merge(hash, a), b), c), d);
  }
  hash += size_;
  const uint8_t* at = rest_;
  size_t left = size_ % 32;
  for (; left >= 8; left -= 8, at += 8) {
    hash = std::rotl(hash ^ round(0, load_u64(at)), 27) * kPrime1 + kPrime4;
  }
  if (left >= 4) {
    hash = std::rotl(hash ^ load_u32(at) * kPrime1, 23) * kPrime2 + kPrime3;
    left -= 4;
    at += 4;
  }
  for (; left > 0; --left, ++at) {
    hash = std::rotl(hash ^ *at * kPrime5, 11) * kPrime1;
  }
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

uint64_t xxhash64(std::span<const uint8_t> bytes, uint64_t seed) {
  XxHash64 hash(seed);
  hash.update(bytes);
  return hash.digest();
}

}  // namespace apus::store
