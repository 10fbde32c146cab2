#include "apus/store/segment_body.h"

#include "apus/store/xxhash64.h"

namespace apus::store {

Status SegmentBody::open(const Header& header, std::span<const uint8_t> record,
                         Codec& codec, std::span<const uint8_t> dictionary) {
  rows_.clear();
  if (record.size() != kHeaderBytes + header.body_stored)
    return Status::kCorrupt;
  const auto block = record.subspan(kHeaderBytes);
  if (xxhash64(block) != header.body_checksum) return Status::kCorrupt;
  unpacked_.clear();
  uint8_t* at = unpacked_.extend(header.body_raw);
  if (at == nullptr) return Status::kOutOfMemory;
  if (header.body_codec == BlockCodec::kZstd) {
    const Status status =
        codec.decompress({at, header.body_raw}, block, dictionary);
    if (status != Status::kOk) return status;
  } else if (block.size() == header.body_raw) {
    std::memcpy(at, block.data(), block.size());
  } else {
    return Status::kCorrupt;
  }

  ByteReader reader(unpacked_.bytes());
  const uint32_t lengths_size = reader.u32();
  const uint32_t keys_size = reader.u32();
  const uint32_t texts_size = reader.u32();
  ByteReader lengths(reader.take(lengths_size));
  keys_ = reader.take(keys_size);
  texts_ = reader.take(texts_size);
  if (reader.failed() || lengths_size < size_t{2} * header.entries)
    return Status::kCorrupt;
  const size_t raw_size =
      header.body_raw - size_t{12} - lengths_size - keys_size - texts_size;
  raw_ = reader.take(raw_size);

  if (!rows_.resize(header.entries)) return Status::kOutOfMemory;
  uint64_t key_at = 0;
  for (Row& row : rows_) {
    const uint64_t bytes = lengths.varint();
    if (bytes >= keys_size - key_at || key_at >= keys_size)
      return rows_.clear(), Status::kCorrupt;
    row.key_at = static_cast<uint32_t>(key_at);
    row.key_bytes = static_cast<uint32_t>(bytes);
    key_at += bytes + 1;
  }
  uint64_t text_at = 0;
  uint64_t raw_at = 0;
  for (Row& row : rows_) {
    const uint64_t coded = lengths.varint();
    const uint64_t bytes = coded >> 2;
    row.value_bytes = static_cast<uint32_t>(bytes);
    row.place = static_cast<Place>(coded & 3);
    row.value_at = 0;
    bool fits = false;
    if (row.place == Place::kTexts) {
      row.value_at = static_cast<uint32_t>(text_at);
      fits = text_at < texts_size && bytes < texts_size - text_at;
      text_at += bytes + 1;
    } else if (row.place == Place::kRaw) {
      row.value_at = static_cast<uint32_t>(raw_at);
      fits = bytes <= raw_size - raw_at;
      raw_at += bytes;
    } else {
      fits = coded == 0;
    }
    if (!fits) return rows_.clear(), Status::kCorrupt;
  }
  const bool exact = key_at == keys_size && text_at == texts_size &&
                     raw_at == raw_size && !lengths.failed() &&
                     lengths.at_end();
  if (!exact) return rows_.clear(), Status::kCorrupt;
  return Status::kOk;
}

std::span<const uint8_t> SegmentBody::key(uint32_t at) const {
  return keys_.subspan(rows_[at].key_at, rows_[at].key_bytes);
}

std::span<const uint8_t> SegmentBody::value(uint32_t at) const {
  const Row& row = rows_[at];
  switch (row.place) {
    case Place::kTexts:
      return texts_.subspan(row.value_at, row.value_bytes);
    case Place::kRaw:
      return raw_.subspan(row.value_at, row.value_bytes);
    default:
      return {};
  }
}

}  // namespace apus::store
