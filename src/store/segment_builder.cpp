#include "apus/store/segment_builder.h"

#include <algorithm>
#include <initializer_list>

#include "apus/store/xxhash64.h"

namespace apus::store {
namespace {

// Appends `from` to `to`: compressed where that is shorter, but not so much
// shorter that a reader would take it for hostile. Small blocks stay as they
// are, since zstd's own frame would outweigh the gain.
bool append_block(ByteBuffer& to, std::span<const uint8_t> from, Codec& codec,
                  int level, BlockCodec& used, ShrinkLimit limit,
                  std::span<const uint8_t> dictionary = {}) {
  used = BlockCodec::kStored;
  if (from.size() >= 64) {
    const auto packed = codec.compress(from, level, dictionary);
    if (packed && packed->size() < from.size() &&
        limit.allows(from.size(), packed->size())) {
      from = *packed;
      used = BlockCodec::kZstd;
    }
  }
  to.append(from);
  return !to.failed();
}

}  // namespace

void SegmentBuilder::begin(uint64_t wall_ms) {
  header_ = Header{};
  header_.wall_ms = wall_ms;
  header_.lowest_stamp = ~Stamp{0};
  last_stamp_ = 0;
  tag_set_count_ = 0;
  for (ByteBuffer* buffer :
       {&hashes_, &kinds_, &priorities_, &sizes_, &nodes_low_, &nodes_high_,
        &stamps_, &expiries_, &tag_sets_, &tag_table_, &key_lengths_,
        &value_lengths_, &keys_, &texts_, &raw_, &head_, &body_}) {
    buffer->clear();
  }
}

void SegmentBuilder::reserve(size_t entries, size_t keys, size_t texts,
                             size_t raw) {
  hashes_.reserve(8 * entries);
  keys_.reserve(keys);
  texts_.reserve(texts);
  raw_.reserve(raw);
}

uint32_t SegmentBuilder::add_tag_set(std::span<const uint8_t> text) {
  tag_table_.append_varint(text.size());
  tag_table_.append(text);
  return ++tag_set_count_;
}

void SegmentBuilder::add(Entry entry, std::span<const uint8_t> key,
                         std::span<const uint8_t> value) {
  const auto bytes = static_cast<uint32_t>(key.size() + value.size() + 16);
  entry.size_class = size_class(bytes);
  header_.entry_bytes += size_of_class(entry.size_class);
  header_.entries += 1;
  header_.lowest_stamp = std::min(header_.lowest_stamp, entry.stamp);
  header_.highest_stamp = std::max(header_.highest_stamp, entry.stamp);

  hashes_.append_u64(entry.hash != 0 ? entry.hash : key_hash(entry.kind, key));
  kinds_.push(static_cast<uint8_t>(entry.kind));
  priorities_.push(static_cast<uint8_t>(entry.priority));
  sizes_.push(entry.size_class);
  nodes_low_.push(static_cast<uint8_t>(entry.stamp));
  nodes_high_.push(static_cast<uint8_t>(entry.stamp >> 8));
  const Stamp time = entry.stamp >> kNodeBits;
  stamps_.append_varint(zigzag(time - last_stamp_));
  last_stamp_ = time;
  expiries_.append_varint(entry.expires_ms == 0
                              ? 0
                              : zigzag(entry.expires_ms - header_.wall_ms) + 1);
  tag_sets_.append_varint(entry.tag_set);

  key_lengths_.append_varint(key.size());
  keys_.append(key);
  keys_.push('\n');
  const unsigned place = entry.kind == Kind::kText  ? 1
                         : entry.kind == Kind::kRaw ? 2
                                                    : 0;
  value_lengths_.append_varint(uint64_t{value.size()} * 4 + place);
  if (place == 1) {
    texts_.append(value);
    texts_.push(',');
  } else if (place == 2) {
    raw_.append(value);
  }
}

Status SegmentBuilder::finish(Codec& codec, int level,
                              const Dictionaries& dictionaries,
                              uint64_t dictionary) {
  bool failed = tag_table_.failed();
  ByteBuffer& block = codec.block();

  // The head, after space for the header.
  block.clear();
  block.append_u32(static_cast<uint32_t>(stamps_.size()));
  block.append_u32(static_cast<uint32_t>(expiries_.size()));
  block.append_u32(static_cast<uint32_t>(tag_sets_.size()));
  for (const ByteBuffer* column :
       {&kinds_, &priorities_, &sizes_, &nodes_low_, &nodes_high_, &stamps_,
        &expiries_, &tag_sets_}) {
    failed |= column->failed();
    block.append(column->bytes());
  }
  block.append_varint(tag_set_count_);
  block.append(tag_table_.bytes());
  failed |= block.failed() || hashes_.failed();
  head_.clear();
  head_.extend(kHeaderBytes);
  head_.append(hashes_.bytes());
  const size_t columns_at = head_.size();
  if (failed ||
      !append_block(head_, block.bytes(), codec, level, header_.columns_codec,
                    columns_limit(header_.entries))) {
    return Status::kOutOfMemory;
  }
  header_.columns_raw = static_cast<uint32_t>(block.size());
  header_.columns_stored = static_cast<uint32_t>(head_.size() - columns_at);

  block.clear();
  block.reserve(size_t{12} + key_lengths_.size() + value_lengths_.size() +
                size());
  block.append_u32(
      static_cast<uint32_t>(key_lengths_.size() + value_lengths_.size()));
  block.append_u32(static_cast<uint32_t>(keys_.size()));
  block.append_u32(static_cast<uint32_t>(texts_.size()));
  for (const ByteBuffer* part :
       {&key_lengths_, &value_lengths_, &keys_, &texts_, &raw_}) {
    failed |= part->failed();
    block.append(part->bytes());
  }
  body_.clear();
  body_.extend(kHeaderBytes);
  if (failed || block.failed() ||
      !append_block(
          body_, block.bytes(), codec, level, header_.body_codec, kBodyLimit,
          dictionaries.find(dictionary).value_or(std::span<const uint8_t>()))) {
    return Status::kOutOfMemory;
  }
  header_.dictionary =
      header_.body_codec == BlockCodec::kStored ? 0 : dictionary;
  header_.body_raw = static_cast<uint32_t>(block.size());
  const auto stored = body_.bytes().subspan(kHeaderBytes);
  header_.body_stored = static_cast<uint32_t>(stored.size());

  header_.body_checksum = xxhash64(stored);
  header_.index_checksum = xxhash64(head_.bytes().subspan(kHeaderBytes));
  header_.write(head_.data());
  header_.write(body_.data());
  return Status::kOk;
}

}  // namespace apus::store
