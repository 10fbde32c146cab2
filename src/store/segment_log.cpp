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

  // Allocates everything first, and a place for each slot, which remove() needs.
  const size_t sets = head_.tag_sets().size();
  if (!segments_.reserve(segments_.size() + 1) ||
      !free_slots_.reserve(segments_.size() + 1) ||
      !index_.reserve(index_.size() + header.entries) ||
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
  const bool reuse = !free_slots_.empty();
  const auto slot =
      reuse ? free_slots_.back() : static_cast<uint32_t>(segments_.size());
  Array<uint32_t> blocks;
  if (!add_blocks(slot, blocks)) {
    for (const uint32_t block : blocks) index_.remove_block(block);
    return std::unexpected(Status::kOutOfMemory);
  }

  if (reuse) {
    free_slots_.pop_back();
  } else {
    segments_.push_back({});
  }
  segments_[slot] = {.header = header,
                     .live_bytes = 0,
                     .head_bytes = static_cast<uint32_t>(record.size()),
                     .used = true};
  highest_stamp_ = std::max(highest_stamp_,
                            header.entries ? header.highest_stamp : Stamp{0});
  for (const uint32_t block : blocks) {
    for (uint32_t row = 0; row < index_.block(block)->size(); ++row)
      apply(KeyIndex::place_of(block, row), now_ms);
  }
  return slot;
}

// Leaves the numbers of a segment's blocks, of those before memory was
// exhausted too.
bool SegmentLog::add_blocks(uint32_t slot, Array<uint32_t>& blocks) {
  const uint32_t count = head_.header().entries;
  const uint32_t rows = std::min(count, EntryBlock::kRows);
  if (!blocks.reserve((count + EntryBlock::kRows - 1) / EntryBlock::kRows) ||
      !entries_.reserve(rows))
    return false;
  Entry entry;
  for (uint32_t row = 0; row < count;) {
    entries_.clear();
    while (entries_.size() < rows && head_.next(entry)) {
      entries_.push_back({.hash = entry.hash,
                          .stamp = entry.stamp,
                          .expires_ms = entry.expires_ms,
                          .segment = slot,
                          .row = row++,
                          .tag_set = set_numbers_[entry.tag_set],
                          .kind = entry.kind,
                          .size_class = entry.size_class,
                          .priority = entry.priority,
                          .live = false});
    }
    const uint32_t block = index_.add_block({entries_.data(), entries_.size()});
    if (block == KeyIndex::kNone) return false;
    blocks.push_back(block);
  }
  return true;
}

// Puts an entry in its key's place unless a newer one has it. Two entries with
// one stamp are copies; the later one stays.
void SegmentLog::apply(KeyIndex::Place place, uint64_t now_ms) {
  IndexEntry entry = index_[place];
  if (is_value(entry.kind) && !expired(entry, now_ms) &&
      entry.stamp > hidden_up_to(entry.tag_set)) {
    entry.live = true;
    index_.set_live(place, true);
  }
  if (entry.kind == Kind::kClear) cleared_ = std::max(cleared_, entry.stamp);
  const uint32_t old = index_.find(entry.hash);
  if (old == KeyIndex::kNone) {
    index_.put(place);
  } else {
    const IndexEntry replaced = index_[old];
    if (replaced.stamp > entry.stamp) return;
    account(replaced, false);
    index_.put(place);
    if (replaced.segment == kNoSegment)
      index_.remove_block(KeyIndex::block_of(old));
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

void SegmentLog::make_ghost(KeyIndex::Place place) {
  account(index_[place], false);
  index_.set_live(place, false);
}

// Calls `each(place)` for the current entries of the blocks that `wanted`.
template <typename Wanted, typename Each>
void SegmentLog::for_current(const Wanted& wanted, const Each& each) {
  for (uint32_t number = 0; number < index_.blocks(); ++number) {
    const EntryBlock* block = index_.block(number);
    if (block == nullptr || !wanted(*block)) continue;
    for (uint32_t row = 0; row < block->size(); ++row)
      if (block->current(row))
        each(*block, row, KeyIndex::place_of(number, row));
  }
}

void SegmentLog::remove(uint32_t slot) {
  const auto of_slot = [&](const EntryBlock& block) {
    return block.segment() == slot;
  };
  for_current(of_slot, [&](const EntryBlock&, uint32_t, KeyIndex::Place place) {
    account(index_[place], false);
    index_.erase(place);
  });
  for (uint32_t number = 0; number < index_.blocks(); ++number) {
    const EntryBlock* block = index_.block(number);
    if (block != nullptr && of_slot(*block)) index_.remove_block(number);
  }
  segments_[slot] = Segment{};
  free_slots_.push_back(slot);
}

void SegmentLog::condemn(uint32_t slot) {
  for_current(
      [&](const EntryBlock& block) { return block.segment() == slot; },
      [&](const EntryBlock& block, uint32_t row, KeyIndex::Place place) {
        if (block.live(row)) make_ghost(place);
      });
}

bool SegmentLog::put_control(Kind kind, std::span<const uint8_t> key,
                             Stamp stamp) {
  const IndexEntry entry{.hash = key_hash(kind, key),
                         .stamp = stamp,
                         .expires_ms = 0,
                         .segment = kNoSegment,
                         .row = 0,
                         .tag_set = 0,
                         .kind = kind,
                         .size_class = 0,
                         .priority = 0,
                         .live = false};
  if (!index_.reserve(index_.size() + 1)) return false;
  const uint32_t block = index_.add_block({&entry, 1});
  if (block == KeyIndex::kNone) return false;
  highest_stamp_ = std::max(highest_stamp_, stamp);
  const KeyIndex::Place place = KeyIndex::place_of(block, 0);
  apply(place, 0);
  if (index_.find(entry.hash) != place) index_.remove_block(block);
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
  for_current(
      [](const EntryBlock& block) { return block.expires(); },
      [&](const EntryBlock& block, uint32_t row, KeyIndex::Place place) {
        if (block.live(row) && expired(block[row], now_ms)) make_ghost(place);
      });
}

void SegmentLog::hide() {
  for (uint32_t set = 1; set < set_hidden_.size(); ++set) look_up_tags(set);
  for_current(
      [](const EntryBlock&) { return true; },
      [&](const EntryBlock& block, uint32_t row, KeyIndex::Place place) {
        if (!block.live(row)) return;
        const Stamp stamp = hidden_up_to(block.tag_set(row));
        if (stamp > 0 && block.stamp(row) <= stamp) make_ghost(place);
      });
}

bool SegmentLog::expired(const IndexEntry& entry, uint64_t now_ms) const {
  if (entry.expires_ms == 0) return false;
  return entry.expires_ms <= now_ms ||
         segments_[entry.segment].header.wall_ms > now_ms + kClockSlackMs;
}

Stamp SegmentLog::hidden_up_to(uint32_t tag_set) const {
  return tag_set == 0 ? cleared_ : std::max(cleared_, set_hidden_[tag_set]);
}

// Once per set, not per entry: many entries may share a set of many tags.
void SegmentLog::look_up_tags(uint32_t set) {
  set_hidden_[set] = 0;
  for (const uint64_t hash : tag_sets_.hashes(set)) {
    const uint32_t tag = index_.find(hash);
    if (tag != KeyIndex::kNone)
      set_hidden_[set] = std::max(set_hidden_[set], index_.stamp(tag));
  }
}

std::optional<IndexEntry> SegmentLog::find(std::span<const uint8_t> key,
                                           uint64_t now_ms) {
  const uint32_t at = index_.find(key_hash(Kind::kText, key));
  if (at == KeyIndex::kNone) return std::nullopt;
  const IndexEntry entry = index_[at];
  if (!entry.live) return std::nullopt;
  if (expired(entry, now_ms)) {
    make_ghost(at);
    return std::nullopt;
  }
  segments_[entry.segment].last_hit_ms = now_ms;
  return entry;
}

std::optional<IndexEntry> SegmentLog::newest_at(uint64_t hash, uint32_t slot,
                                                uint32_t row) const {
  const uint32_t at = index_.find(hash);
  if (at == KeyIndex::kNone) return std::nullopt;
  const IndexEntry entry = index_[at];
  if (entry.segment != slot || entry.row != row) return std::nullopt;
  return entry;
}

std::optional<IndexEntry> SegmentLog::find_at(uint64_t hash, uint32_t slot,
                                              uint32_t row,
                                              uint64_t now_ms) const {
  const auto entry = newest_at(hash, slot, row);
  return entry && entry->live && !expired(*entry, now_ms) ? entry
                                                          : std::nullopt;
}

void SegmentLog::set_last_hit(uint32_t slot, uint64_t ms) {
  segments_[slot].last_hit_ms = std::max(segments_[slot].last_hit_ms, ms);
}

}  // namespace apus::store
