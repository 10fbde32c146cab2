#include "apus/store/rewriter.h"

#include <algorithm>

namespace apus::store {

void Rewriter::begin(const SegmentLog& log, std::span<const uint32_t> slots,
                     uint64_t wall_ms, Stamp keep_after) {
  builder_.begin(wall_ms);
  needed_after_ = std::min(log.lowest_stamp_outside(slots), keep_after);
  set_numbers_.clear();
}

Status Rewriter::add(const SegmentLog& log, uint32_t slot,
                     std::span<const uint8_t> head,
                     std::span<const uint8_t> body, bool values, Codec& codec,
                     const Dictionaries& dictionaries) {
  const Status status = head_.open(head, codec);
  if (status != Status::kOk) return status;
  const auto dictionary = dictionaries.find(head_.header().dictionary);
  if (values && !dictionary) return Status::kUnsupported;
  if (set_numbers_.size() <= log.tag_sets().size() &&
      !set_numbers_.resize(log.tag_sets().size() + size_t{1})) {
    return Status::kOutOfMemory;
  }
  const Status opened =
      body_.open(head_.header(), body, codec,
                 dictionary.value_or(std::span<const uint8_t>()));
  if (opened == Status::kOutOfMemory) return opened;
  const bool readable = opened == Status::kOk;
  Entry entry;
  for (uint32_t row = 0; head_.next(entry); ++row) {
    const auto newest = log.newest_at(entry.hash, slot, row);
    if (!newest) continue;
    const auto key = readable ? body_.key(row) : std::span<const uint8_t>{};
    if (newest->live && values && readable) {
      entry.tag_set = 0;
      if (newest->tag_set != 0) {
        uint32_t& number = set_numbers_[newest->tag_set];
        if (number == 0)
          number = builder_.add_tag_set(log.tag_sets().text(newest->tag_set));
        entry.tag_set = number;
      }
      builder_.add(entry, key, body_.value(row));
    } else if (entry.stamp > needed_after_) {
      if (entry.kind <= Kind::kRaw) entry.kind = Kind::kDeleted;
      entry.tag_set = 0;
      entry.expires_ms = 0;
      builder_.add(entry, key, {});
    }
  }
  return Status::kOk;
}

}  // namespace apus::store
