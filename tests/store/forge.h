// Segments as a hostile page could make them: any columns, any body, any
// header, with correct lengths and checksums.
#ifndef APUS_TESTS_STORE_FORGE_H_
#define APUS_TESTS_STORE_FORGE_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "apus/store/codec.h"
#include "apus/store/endian.h"
#include "apus/store/format.h"
#include "apus/store/xxhash64.h"

namespace apus::store::testing {

using Bytes = std::vector<uint8_t>;

// A segment, unpacked.
struct Forged {
  Header header;  // seal() sets lengths, checksums and the number of entries
  Bytes hashes;   // 8 an entry
  Bytes columns;  // raw
  Bytes body;     // raw
};

struct Sealed {
  Bytes head, body;
};

// A block in the codec of its header: packed where it is marked as packed.
inline Bytes pack_block(Codec& codec, BlockCodec how, const Bytes& raw) {
  if (how == BlockCodec::kStored) return raw;
  const auto packed = codec.compress(raw, 1).value();
  return {packed.begin(), packed.end()};
}

inline Sealed seal(const Forged& forged, Codec& codec) {
  Header header = forged.header;
  const Bytes columns = pack_block(codec, header.columns_codec, forged.columns);
  const Bytes body = pack_block(codec, header.body_codec, forged.body);
  Sealed sealed;
  sealed.head.resize(kHeaderBytes);
  sealed.head.insert(sealed.head.end(), forged.hashes.begin(),
                     forged.hashes.end());
  sealed.head.insert(sealed.head.end(), columns.begin(), columns.end());
  sealed.body.resize(kHeaderBytes);
  sealed.body.insert(sealed.body.end(), body.begin(), body.end());
  header.entries = static_cast<uint32_t>(forged.hashes.size() / 8);
  header.columns_stored = static_cast<uint32_t>(columns.size());
  header.columns_raw = static_cast<uint32_t>(forged.columns.size());
  header.body_stored = static_cast<uint32_t>(body.size());
  header.body_raw = static_cast<uint32_t>(forged.body.size());
  header.index_checksum =
      xxhash64(std::span(sealed.head).subspan(kHeaderBytes));
  header.body_checksum = xxhash64(body);
  header.write(sealed.head.data());
  header.write(sealed.body.data());
  return sealed;
}

// The parts of a segment's records; nullopt where they cannot be unpacked.
inline std::optional<Forged> unseal(std::span<const uint8_t> head,
                                    std::span<const uint8_t> body,
                                    Codec& codec) {
  const auto header = Header::read(head);
  if (!header || !header->fits_head(head.size()) ||
      body.size() != kHeaderBytes + header->body_stored) {
    return std::nullopt;
  }
  const auto unpack = [&](BlockCodec how, std::span<const uint8_t> block,
                          uint32_t raw) -> std::optional<Bytes> {
    if (how == BlockCodec::kStored) return Bytes(block.begin(), block.end());
    Bytes unpacked(raw);
    if (codec.decompress(unpacked, block) != Status::kOk) return std::nullopt;
    return unpacked;
  };
  const auto hashes = head.subspan(kHeaderBytes, size_t{8} * header->entries);
  auto columns =
      unpack(header->columns_codec, head.subspan(kHeaderBytes + hashes.size()),
             header->columns_raw);
  auto values =
      unpack(header->body_codec, body.subspan(kHeaderBytes), header->body_raw);
  if (!columns || !values) return std::nullopt;
  return Forged{*header,
                {hashes.begin(), hashes.end()},
                std::move(*columns),
                std::move(*values)};
}

inline void append_varint(Bytes& to, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    to.push_back(static_cast<uint8_t>(value | 0x80));
  to.push_back(static_cast<uint8_t>(value));
}

// Columns of `stamps.size()` entries of one kind and tag set, with the table
// that follows; the header's stamps and bytes match them.
inline Forged forge(Kind kind, const std::vector<Stamp>& stamps,
                    uint64_t tag_set, const Bytes& table) {
  Forged forged;
  Bytes fixed, times, expiries, sets;
  Stamp last = 0;
  for (const Stamp stamp : stamps) {
    const uint64_t step = (stamp >> kNodeBits) - last;
    last = stamp >> kNodeBits;
    append_varint(times, (step << 1) ^ (step >> 63 ? ~uint64_t{0} : 0));
    append_varint(expiries, 0);
    append_varint(sets, tag_set);
  }
  const size_t count = stamps.size();
  fixed.resize(5 * count);
  for (size_t i = 0; i < count; ++i) {
    fixed[i] = static_cast<uint8_t>(kind);
    fixed[3 * count + i] = static_cast<uint8_t>(stamps[i]);
    fixed[4 * count + i] = static_cast<uint8_t>(stamps[i] >> 8);
  }
  forged.columns.resize(12);
  store_u32(forged.columns.data(), static_cast<uint32_t>(times.size()));
  store_u32(forged.columns.data() + 4, static_cast<uint32_t>(expiries.size()));
  store_u32(forged.columns.data() + 8, static_cast<uint32_t>(sets.size()));
  for (const Bytes& part : {fixed, times, expiries, sets, table})
    forged.columns.insert(forged.columns.end(), part.begin(), part.end());
  forged.hashes.resize(8 * count);
  for (size_t i = 0; i < count; ++i)
    store_u64(forged.hashes.data() + 8 * i,
              kind == Kind::kClear ? key_hash(kind, {}) : i + 1);
  forged.header.wall_ms = 1'600'000'000'000;
  const auto [low, high] = std::ranges::minmax(stamps);
  forged.header.lowest_stamp = low;
  forged.header.highest_stamp = high;
  // A body of that many empty keys without values.
  forged.body.resize(12 + 3 * count);
  store_u32(forged.body.data(), static_cast<uint32_t>(2 * count));
  store_u32(forged.body.data() + 4, static_cast<uint32_t>(count));
  std::fill(forged.body.end() - static_cast<ptrdiff_t>(count),
            forged.body.end(), '\n');
  forged.header.body_codec = forged.header.columns_codec = BlockCodec::kZstd;
  return forged;
}

}  // namespace apus::store::testing

#endif  // APUS_TESTS_STORE_FORGE_H_
