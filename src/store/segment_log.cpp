#include "apus/store/segment_log.h"

#include <algorithm>

namespace apus::store {
namespace {

// An entry with an expiry that was packed further in the future than this
// counts as expired: its age is unknown.
constexpr uint64_t kClockSlackMs = 60'000;

bool is_value(Kind kind) { return kind == Kind::kText || kind == Kind::kRaw; }

}  // namespace

std::expected<uint32_t, Status> SegmentLog::add(std::span<const uint8_t> record,
                                                Codec& codec, uint64_t now_ms) {
  const Status status = head_.open(record, codec);
  if (status != Status::kOk) return std::unexpected(status);
  const Header& header = head_.header();
  if (header.entries > 0 && header.highest_stamp > latest_stamp(now_ms))
    return std::unexpected(Status::kCorrupt);

  // Allocates everything first: one index entry more than there are, for a tag
  // or a clear, and a place for each slot, which remove() needs.
  const size_t sets = head_.tag_sets().size();
  if (!segments_.reserve(segments_.size() + 1) ||
      !free_slots_.reserve(segments_.size() + 1) ||
      !index_.reserve(index_.size() + header.entries + 1) ||
      !set_numbers_.resize(sets + 1)) {
    return std::unexpected(Status::kOutOfMemory);
  }
  set_numbers_[0] = 0;
  for (size_t i = 0; i < sets; ++i) {
    const uint32_t set = tag_sets_.intern(head_.tag_sets()[i]);
    if (set == 0 || !set_hidden_.resize(tag_sets_.size() + size_t{1}))
      return std::unexpected(Status::kOutOfMemory);
    set_numbers_[i + 1] = set;
    look_up_tags(set);
  }

  auto slot = static_cast<uint32_t>(segments_.size());
  if (free_slots_.empty()) {
    segments_.push_back({});
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  segments_[slot] = {.header = header,
                     .live_bytes = 0,
                     .head_bytes = static_cast<uint32_t>(record.size()),
                     .used = true};
  highest_stamp_ = std::max(highest_stamp_,
                            header.entries ? header.highest_stamp : Stamp{0});

  Entry entry;
  for (uint32_t row = 0; head_.next(entry); ++row) {
    IndexEntry at{.hash = entry.hash,
                  .stamp = entry.stamp,
                  .expires_ms = entry.expires_ms,
                  .segment = slot,
                  .row = row,
                  .tag_set = set_numbers_[entry.tag_set],
                  .kind = entry.kind,
                  .size_class = entry.size_class,
                  .priority = entry.priority,
                  .live = is_value(entry.kind)};
    if (at.live && (expired(at, now_ms) || hidden(at))) at.live = false;
    apply(at);
  }
  return slot;
}

// Puts an entry in its key's place unless a newer one has it. Two entries with
// one stamp are copies; the later one stays.
void SegmentLog::apply(const IndexEntry& entry) {
  if (entry.kind == Kind::kClear) cleared_ = std::max(cleared_, entry.stamp);
  const uint32_t at = index_.find(entry.hash);
  if (at == KeyIndex::kNone) {
    index_.insert(entry);
  } else {
    if (index_[at].stamp > entry.stamp) return;
    account(index_[at], false);
    index_[at] = entry;
  }
  account(entry, true);
}

void SegmentLog::account(const IndexEntry& entry, bool enters) {
  if (is_value(entry.kind)) {
    if (!entry.live) return;
    live_entries_ += enters ? 1u : ~0u;
  }
  if (entry.segment == kNoSegment) return;
  const uint64_t bytes = size_of_class(entry.size_class);
  segments_[entry.segment].live_bytes += enters ? bytes : ~bytes + 1;
}

void SegmentLog::make_ghost(IndexEntry& entry) {
  account(entry, false);
  entry.live = false;
}

void SegmentLog::remove(uint32_t slot) {
  for (uint32_t at = index_.size(); at-- > 0;) {
    if (index_[at].segment != slot) continue;
    account(index_[at], false);
    index_.erase(at);
  }
  segments_[slot] = Segment{};
  free_slots_.push_back(slot);
}

void SegmentLog::condemn(uint32_t slot) {
  for (uint32_t at = 0; at < index_.size(); ++at) {
    if (index_[at].live && index_[at].segment == slot) make_ghost(index_[at]);
  }
}

bool SegmentLog::put_control(Kind kind, std::span<const uint8_t> key,
                             Stamp stamp) {
  if (!index_.reserve(index_.size() + 1)) return false;
  highest_stamp_ = std::max(highest_stamp_, stamp);
  apply({.hash = key_hash(kind, key),
         .stamp = stamp,
         .expires_ms = 0,
         .segment = kNoSegment,
         .row = 0,
         .tag_set = 0,
         .kind = kind,
         .size_class = 0,
         .priority = 0,
         .live = false});
  hide();
  return true;
}

bool SegmentLog::clear(Stamp stamp) {
  return put_control(Kind::kClear, {}, stamp);
}

bool SegmentLog::invalidate_tag(std::span<const uint8_t> tag, Stamp stamp) {
  return put_control(Kind::kTag, tag, stamp);
}

void SegmentLog::sweep(uint64_t now_ms) {
  hide();
  for (uint32_t at = 0; at < index_.size(); ++at) {
    if (index_[at].live && expired(index_[at], now_ms)) make_ghost(index_[at]);
  }
}

void SegmentLog::hide() {
  for (uint32_t set = 1; set < set_hidden_.size(); ++set) look_up_tags(set);
  for (uint32_t at = 0; at < index_.size(); ++at) {
    if (index_[at].live && hidden(index_[at])) make_ghost(index_[at]);
  }
}

bool SegmentLog::expired(const IndexEntry& entry, uint64_t now_ms) const {
  if (entry.expires_ms == 0) return false;
  return entry.expires_ms <= now_ms ||
         segments_[entry.segment].header.wall_ms > now_ms + kClockSlackMs;
}

bool SegmentLog::hidden(const IndexEntry& entry) const {
  return entry.stamp <= cleared_ ||
         (entry.tag_set != 0 && entry.stamp <= set_hidden_[entry.tag_set]);
}

// Once per set, not per entry: many entries may share a set of many tags.
void SegmentLog::look_up_tags(uint32_t set) {
  set_hidden_[set] = 0;
  for (const uint64_t hash : tag_sets_.hashes(set)) {
    const uint32_t tag = index_.find(hash);
    if (tag != KeyIndex::kNone)
      set_hidden_[set] = std::max(set_hidden_[set], index_[tag].stamp);
  }
}

const IndexEntry* SegmentLog::find(std::span<const uint8_t> key,
                                   uint64_t now_ms) {
  const uint32_t at = index_.find(key_hash(Kind::kText, key));
  if (at == KeyIndex::kNone || !index_[at].live) return nullptr;
  if (expired(index_[at], now_ms)) {
    make_ghost(index_[at]);
    return nullptr;
  }
  segments_[index_[at].segment].last_hit_ms = now_ms;
  return &index_[at];
}

const IndexEntry* SegmentLog::newest_at(uint64_t hash, uint32_t slot,
                                        uint32_t row) const {
  const uint32_t at = index_.find(hash);
  if (at == KeyIndex::kNone) return nullptr;
  const IndexEntry& entry = index_[at];
  return entry.segment == slot && entry.row == row ? &entry : nullptr;
}

const IndexEntry* SegmentLog::find_at(uint64_t hash, uint32_t slot,
                                      uint32_t row, uint64_t now_ms) {
  const IndexEntry* entry = newest_at(hash, slot, row);
  return entry != nullptr && entry->live && !expired(*entry, now_ms) ? entry
                                                                     : nullptr;
}

void SegmentLog::set_last_hit(uint32_t slot, uint64_t ms) {
  segments_[slot].last_hit_ms = std::max(segments_[slot].last_hit_ms, ms);
}

}  // namespace apus::store
