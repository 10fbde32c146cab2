#include "apus/store/segment_head.h"

#include <algorithm>

#include "apus/store/xxhash64.h"

namespace apus::store {

Status SegmentHead::open(std::span<const uint8_t> record, Codec& codec) {
  const auto header = Header::read(record);
  if (!header) return header.error();
  header_ = *header;
  if (!header_.fits_head(record.size())) return Status::kCorrupt;
  const auto index = record.subspan(kHeaderBytes);
  if (xxhash64(index) != header_.index_checksum) return Status::kCorrupt;
  const auto hashes = index.first(size_t{8} * header_.entries);
  auto columns = index.subspan(hashes.size());
  if (header_.columns_codec == BlockCodec::kZstd) {
    unpacked_.clear();
    uint8_t* at = unpacked_.extend(header_.columns_raw);
    if (at == nullptr) return Status::kOutOfMemory;
    const Status status = codec.decompress({at, header_.columns_raw}, columns);
    if (status != Status::kOk) return status;
    columns = unpacked_.bytes();
  } else if (columns.size() != header_.columns_raw) {
    return Status::kCorrupt;
  }

  rewind(hashes, columns);
  tag_sets_.clear();
  const uint64_t sets = table_.varint();
  for (uint64_t i = 0; i < sets && !table_.failed(); ++i) {
    const auto text = table_.take(static_cast<size_t>(table_.varint()));
    if (!tag_sets_.push_back(text)) return Status::kOutOfMemory;
  }
  if (table_.failed() || !table_.at_end()) return Status::kCorrupt;

  Entry entry;
  Stamp lowest = ~Stamp{0};
  Stamp highest = 0;
  uint32_t entry_bytes = 0;
  while (next(entry)) {
    if (entry.kind > Kind::kClear || entry.tag_set > tag_sets_.size())
      return Status::kCorrupt;
    lowest = std::min(lowest, entry.stamp);
    highest = std::max(highest, entry.stamp);
    entry_bytes += size_of_class(entry.size_class);
  }
  if (lowest != header_.lowest_stamp || highest != header_.highest_stamp ||
      entry_bytes != header_.entry_bytes) {
    return Status::kCorrupt;
  }
  for (const ByteReader* reader : {&hashes_, &stamps_, &expiries_, &sets_}) {
    if (reader->failed() || !reader->at_end()) return Status::kCorrupt;
  }
  rewind(hashes, columns);
  return Status::kOk;
}

void SegmentHead::rewind(std::span<const uint8_t> hashes,
                         std::span<const uint8_t> columns) {
  ByteReader reader(columns);
  const uint32_t stamps = reader.u32();
  const uint32_t expiries = reader.u32();
  const uint32_t sets = reader.u32();
  hashes_ = ByteReader(hashes);
  fixed_ = reader.take(size_t{5} * header_.entries);
  stamps_ = ByteReader(reader.take(stamps));
  expiries_ = ByteReader(reader.take(expiries));
  sets_ = ByteReader(reader.take(sets));
  table_ = reader;
  at_ = 0;
  time_ = 0;
}

bool SegmentHead::next(Entry& entry) {
  const uint32_t n = header_.entries;
  if (at_ >= n || fixed_.size() < size_t{5} * n) return false;
  const uint8_t* column = fixed_.data() + at_++;
  entry.kind = static_cast<Kind>(column[0]);
  entry.priority = static_cast<int8_t>(column[n]);
  entry.size_class = column[size_t{2} * n];
  const Stamp node = column[size_t{3} * n] | Stamp{column[size_t{4} * n]} << 8;
  time_ += unzigzag(stamps_.varint());
  entry.stamp = time_ << kNodeBits | node;
  entry.hash = hashes_.u64();
  const uint64_t expiry = expiries_.varint();
  entry.expires_ms = expiry == 0 ? 0 : header_.wall_ms + unzigzag(expiry - 1);
  entry.tag_set = static_cast<uint32_t>(sets_.varint());
  return true;
}

}  // namespace apus::store
