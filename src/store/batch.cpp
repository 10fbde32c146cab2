#include "apus/store/batch.h"

#include "apus/store/byte_buffer.h"
#include "apus/store/utf8.h"

namespace apus::store {
namespace {

// Takes texts of known UTF-16 length, each with one separator, off a block.
class TextSplitter {
 public:
  // `units` counts all texts and separators; when it equals the bytes, the
  // block is ASCII.
  TextSplitter(std::span<const uint8_t> block, uint64_t units)
      : rest_(block), ascii_(units == block.size()) {}

  std::span<const uint8_t> take(uint32_t units) {
    const size_t bytes = ascii_ ? units : utf8_bytes(rest_, units);
    if (bytes >= rest_.size())
      return failed_ = true, std::span<const uint8_t>{};
    const auto text = rest_.first(bytes);
    rest_ = rest_.subspan(bytes + 1);
    return text;
  }

  bool exact() const { return !failed_ && rest_.empty(); }

 private:
  std::span<const uint8_t> rest_;
  bool ascii_;
  bool failed_ = false;
};

Kind kind_of(uint32_t meta) { return static_cast<Kind>(meta & 0xff); }

}  // namespace

Batch Batch::at(const uint8_t* at, uint32_t entries, uint32_t texts,
                uint32_t raw, uint32_t keys, uint32_t tag_sets) {
  const uint8_t* raw_at = at + texts;
  const uint8_t* keys_at = raw_at + raw;
  const uint8_t* sets_at = keys_at + keys;
  const uint32_t columns = (texts + raw + keys + tag_sets + 7) & ~7u;
  const auto* doubles = reinterpret_cast<const double*>(at + columns);
  const auto* words =
      reinterpret_cast<const uint32_t*>(doubles + size_t{2} * entries);
  return {entries,           doubles,
          doubles + entries, words,
          words + entries,   words + size_t{2} * entries,
          {keys_at, keys},   {at, texts},
          {raw_at, raw},     {sets_at, tag_sets}};
}

bool Batch::append_to(SegmentBuilder& builder, uint32_t node) const {
  builder.reserve(entries, keys.size(), texts.size(), raw.size());
  ByteReader set_texts(tag_sets);
  while (!set_texts.at_end() && !set_texts.failed())
    builder.add_tag_set(set_texts.take(set_texts.u32()));
  uint64_t all_key_units = 0;
  uint64_t all_text_units = 0;
  for (uint32_t i = 0; i < entries; ++i) {
    all_key_units += key_units[i] + uint64_t{1};
    if (kind_of(meta[i]) == Kind::kText)
      all_text_units += value_units[i] + uint64_t{1};
  }
  TextSplitter key_texts(keys, all_key_units);
  TextSplitter value_texts(texts, all_text_units);
  ByteReader raw_bytes(raw);
  for (uint32_t i = 0; i < entries; ++i) {
    Entry entry;
    entry.kind = kind_of(meta[i]);
    entry.priority = static_cast<int8_t>(meta[i] >> kPriorityShift);
    entry.tag_set = meta[i] >> kTagSetShift;
    entry.stamp = stamp_of(stamps[i], node);
    entry.expires_ms = to_ms(expiries[i]);
    std::span<const uint8_t> value;
    if (entry.kind == Kind::kText) value = value_texts.take(value_units[i]);
    if (entry.kind == Kind::kRaw) value = raw_bytes.take(value_units[i]);
    builder.add(entry, key_texts.take(key_units[i]), value);
  }
  return key_texts.exact() && value_texts.exact() && !raw_bytes.failed() &&
         !set_texts.failed();
}

}  // namespace apus::store
