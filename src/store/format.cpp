#include "apus/store/format.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "apus/store/endian.h"
#include "apus/store/xxhash64.h"

namespace apus::store {
namespace {

constexpr uint8_t kMagic[4] = {'A', 'p', 'u', 's'};
constexpr size_t kChecked = kHeaderBytes - 8;

// Far above any real segment, and still a sane allocation.
constexpr uint32_t kMaxEntries = 1u << 24;
constexpr uint32_t kMaxColumns = 1u << 28;
constexpr uint32_t kMaxBody = 1u << 30;

// The three lengths that columns and body begin with.
constexpr uint32_t kLeast = 12;

// 2026: no record of this library is older.
constexpr uint64_t kReleaseMs = 1'767'225'600'000;

// Ten years.
constexpr uint64_t kClockSlackMs = 315'576'000'000;

}  // namespace

Stamp wall_stamp(uint64_t ms) {
  const uint64_t since = std::min(ms, uint64_t{1} << 44);
  const uint64_t clock =
      since < kEpochMs ? 0 : (since - kEpochMs) * kStampsPerMs;
  return std::min(clock, kClockLimit - 1) << kNodeBits | 0xffff;
}

uint64_t to_ms(double time) {
  return time > 0 ? static_cast<uint64_t>(std::min(time, 0x1p53)) : 0;
}

Stamp latest_stamp(uint64_t now_ms) {
  return wall_stamp(std::max(std::min(now_ms, uint64_t{1} << 44), kReleaseMs) +
                    kClockSlackMs);
}

void Header::write(uint8_t* to) const {
  std::memcpy(to, kMagic, sizeof kMagic);
  to[4] = static_cast<uint8_t>(kFormatVersion & 0xff);
  to[5] = static_cast<uint8_t>(kFormatVersion >> 8);
  to[6] = static_cast<uint8_t>(columns_codec);
  to[7] = static_cast<uint8_t>(body_codec);
  store_u32(to + 8, entries);
  store_u32(to + 12, columns_stored);
  store_u32(to + 16, columns_raw);
  store_u32(to + 20, body_stored);
  store_u32(to + 24, body_raw);
  store_u32(to + 28, entry_bytes);
  store_u64(to + 32, wall_ms);
  store_u64(to + 40, lowest_stamp);
  store_u64(to + 48, highest_stamp);
  store_u64(to + 56, index_checksum);
  store_u64(to + 64, body_checksum);
  store_u64(to + 72, dictionary);
  store_u64(to + kChecked, xxhash64({to, kChecked}));
}

std::expected<Header, Status> Header::read(std::span<const uint8_t> record) {
  if (record.size() < kHeaderBytes) return std::unexpected(Status::kCorrupt);
  const uint8_t* at = record.data();
  if (std::memcmp(at, kMagic, sizeof kMagic) != 0)
    return std::unexpected(Status::kCorrupt);
  if (load_u64(at + kChecked) != xxhash64(record.first(kChecked))) {
    return std::unexpected(Status::kCorrupt);
  }
  // A newer format keeps the place of magic, version and header checksum.
  if ((at[4] | at[5] << 8) != kFormatVersion)
    return std::unexpected(Status::kUnsupported);
  if (at[6] > 1 || at[7] > 1) return std::unexpected(Status::kUnsupported);
  Header header;
  header.columns_codec = static_cast<BlockCodec>(at[6]);
  header.body_codec = static_cast<BlockCodec>(at[7]);
  header.entries = load_u32(at + 8);
  header.columns_stored = load_u32(at + 12);
  header.columns_raw = load_u32(at + 16);
  header.body_stored = load_u32(at + 20);
  header.body_raw = load_u32(at + 24);
  header.entry_bytes = load_u32(at + 28);
  header.wall_ms = load_u64(at + 32);
  header.lowest_stamp = load_u64(at + 40);
  header.highest_stamp = load_u64(at + 48);
  header.index_checksum = load_u64(at + 56);
  header.body_checksum = load_u64(at + 64);
  header.dictionary = load_u64(at + 72);
  const bool sane = header.entries <= kMaxEntries &&
                    header.columns_raw >= kLeast &&
                    header.columns_raw <= kMaxColumns &&
                    columns_limit(header.entries)
                        .allows(header.columns_raw, header.columns_stored) &&
                    header.body_raw >= kLeast && header.body_raw <= kMaxBody &&
                    kBodyLimit.allows(header.body_raw, header.body_stored);
  if (!sane) return std::unexpected(Status::kCorrupt);
  return header;
}

uint64_t key_hash(Kind kind, std::span<const uint8_t> key) {
  return xxhash64(key, kind == Kind::kTag ? 1 : kind == Kind::kClear ? 2 : 0);
}

// A float of 5 bits of exponent and 3 of mantissa.
uint8_t size_class(uint32_t bytes) {
  if (bytes < 8) return static_cast<uint8_t>(bytes);
  // 1 for 8 to 15.
  const auto exponent = static_cast<unsigned>(std::bit_width(bytes)) - 3;
  const unsigned mantissa = (bytes >> (exponent - 1) & 15) - 8;
  return static_cast<uint8_t>(exponent * 8 + mantissa);
}

uint32_t size_of_class(uint8_t size_class) {
  const unsigned exponent = size_class >> 3;
  if (exponent == 0) return size_class;
  return static_cast<uint32_t>(8 + (size_class & 7)) << (exponent - 1);
}

}  // namespace apus::store
