#include "apus/store/engine.h"

#include <algorithm>

#include "apus/store/endian.h"
#include "apus/store/utf8.h"
#include "apus/store/xxhash64.h"

namespace apus::store {
namespace {

// The most rows that a salvaged body may claim. No head confirms the number,
// and more would take far more memory than the body itself.
constexpr uint32_t kMostSalvaged = 1u << 16;

uint64_t mixed(uint32_t seed) {
  uint8_t bytes[4];
  store_u32(bytes, seed);
  return xxhash64(bytes);
}

}  // namespace

Engine::Engine(uint32_t node, uint32_t seed) : node_(node), log_(mixed(seed)) {}

Status Engine::pack(const Batch& batch, double wall_ms, int level) {
  builder_.begin(to_ms(wall_ms));
  if (!batch.append_to(builder_, node_)) return Status::kInvalidArgument;
  const Status status =
      builder_.finish(codec_, level, dictionaries_, dictionary_);
  set_packed(builder_);
  return status;
}

uint64_t Engine::add_dictionary(std::span<const uint8_t> bytes, bool use) {
  const uint64_t id = dictionaries_.add(bytes);
  if (use) dictionary_ = id;
  return id;
}

Status Engine::open_body(const Header& header,
                         std::span<const uint8_t> record) {
  const auto dictionary = dictionaries_.find(header.dictionary);
  if (!dictionary) return Status::kUnsupported;
  return body_.open(header, record, codec_, *dictionary);
}

Status Engine::salvage(std::span<const uint8_t> record, double wall_ms,
                       double clock) {
  const uint64_t now = to_ms(wall_ms);
  const Stamp latest = latest_stamp(now);
  const Stamp present = std::max(wall_stamp(now), log_.highest_stamp());
  builder_.begin(now);
  Entry entry;
  const auto header = Header::read(record);
  const bool readable = header && header->entries <= kMostSalvaged &&
                        open_body(*header, record) == Status::kOk;
  if (readable) {
    entry.stamp = header->highest_stamp;
  } else {
    entry.stamp = clock >= 0 && clock < 0x1p48 ? stamp_of(clock, node_) | 0xffff
                                               : ~Stamp{0};
  }
  if (entry.stamp > latest) entry.stamp = present;
  if (!readable) {
    entry.kind = Kind::kClear;
    builder_.add(entry, {}, {});
  }
  for (uint32_t row = 0; readable && row < body_.entries(); ++row) {
    const auto key = body_.key(row);
    entry.kind = Kind::kDeleted;
    builder_.add(entry, key, {});
    if (body_.place(row) != SegmentBody::Place::kNowhere) continue;
    entry.kind = key.empty() ? Kind::kClear : Kind::kTag;
    builder_.add(entry, key, {});
  }
  packed_ = {};
  const Status finished = builder_.finish(codec_, 1);
  if (finished == Status::kOk) set_packed(builder_);
  return finished;
}

void Engine::set_packed(const SegmentBuilder& segment) {
  packed_ = {
      segment.head().data(), static_cast<uint32_t>(segment.head().size()),
      segment.body().data(), static_cast<uint32_t>(segment.body().size())};
}

uint32_t Engine::plan_compaction(double target_bytes) {
  plan_ = log_.plan_compaction(static_cast<uint64_t>(target_bytes));
  const auto left =
      std::remove_if(plan_.begin(), plan_.end(), [&](uint32_t slot) {
        return !dictionaries_.find(log_.segments()[slot].header.dictionary);
      });
  plan_.truncate(static_cast<size_t>(left - plan_.begin()));
  return static_cast<uint32_t>(plan_.size());
}

uint32_t Engine::plan_removal() {
  plan_ = log_.plan_removal();
  return static_cast<uint32_t>(plan_.size());
}

uint32_t Engine::plan_eviction(double max_bytes) {
  plan_ =
      log_.plan_eviction(max_bytes < 0 ? 0 : static_cast<uint64_t>(max_bytes));
  return static_cast<uint32_t>(plan_.size());
}

void Engine::rewrite_begin(double wall_ms, double keep_after) {
  rewriter_.begin(log_, plan_, to_ms(wall_ms), stamp_of(keep_after, node_));
}

Status Engine::rewrite_add(uint32_t slot, std::span<const uint8_t> head,
                           std::span<const uint8_t> body, bool values) {
  return rewriter_.add(log_, slot, head, body, values, codec_, dictionaries_);
}

Status Engine::rewrite_finish(int level) {
  packed_ = {};
  if (rewriter_.entries() == 0) return Status::kOk;
  const Status status =
      rewriter_.finish(codec_, level, dictionaries_, dictionary_);
  set_packed(rewriter_.segment());
  return status;
}

bool Engine::clear(double stamp) { return log_.clear(stamp_of(stamp, node_)); }

bool Engine::invalidate_tag(std::span<const uint8_t> tag, double stamp) {
  return log_.invalidate_tag(tag, stamp_of(stamp, node_));
}

void Engine::set_last_hit(uint32_t slot, double ms) {
  if (ms > 0 && ms < 0x1p53) log_.set_last_hit(slot, static_cast<uint64_t>(ms));
}

const Stats& Engine::stats() {
  Stats& stats = stats_ = {};
  uint64_t live = 0;
  uint64_t all = 0;
  for (const auto& segment : log_.segments()) {
    if (!segment.used) continue;
    const Header& header = segment.header;
    stats.segments += 1;
    stats.stored_bytes += static_cast<double>(segment.stored_bytes());
    stats.raw_bytes += static_cast<double>(
        uint64_t{segment.head_bytes} - header.columns_stored +
        header.columns_raw + header.body_raw);
    live += segment.live_bytes;
    all += header.entry_bytes;
  }
  stats.entries = log_.live_entries();
  stats.live_share =
      all == 0 ? 1 : static_cast<double>(live) / static_cast<double>(all);
  stats.last_stamp = static_cast<double>(log_.highest_stamp() >> kNodeBits);
  return stats;
}

int32_t Engine::add(std::span<const uint8_t> head, double now_ms) {
  const auto slot = log_.add(head, codec_, to_ms(now_ms));
  return slot ? static_cast<int32_t>(*slot)
              : -1 - static_cast<int32_t>(slot.error());
}

bool Engine::find(std::span<const uint8_t> key, double now_ms) {
  const auto entry = log_.find(key, to_ms(now_ms));
  if (!entry) return false;
  found_ = {static_cast<double>(entry->expires_ms),
            entry->segment,
            entry->row,
            entry->tag_set,
            entry->priority,
            static_cast<double>(entry->stamp >> kNodeBits)};
  return true;
}

Status Engine::decode(uint32_t slot, std::span<const uint8_t> record,
                      double now_ms) {
  const auto& segments = log_.segments();
  if (slot >= segments.size() || !segments[slot].used)
    return Status::kInvalidArgument;
  const Status status = open_body(segments[slot].header, record);
  if (status != Status::kOk) return status;
  const uint32_t rows = body_.entries();
  if (!numbers_.resize(size_t{4} * rows) || !expiries_.resize(rows))
    return Status::kOutOfMemory;
  uint32_t* key_ends = numbers_.data();
  uint32_t* value_ends = key_ends + rows;
  uint32_t* meta = value_ends + rows;
  uint32_t* sets = meta + rows;
  const bool ascii_keys = utf16_units(body_.keys()) == body_.keys().size();
  const bool ascii_texts = utf16_units(body_.texts()) == body_.texts().size();
  uint32_t key_at = 0;
  uint32_t text_at = 0;
  uint32_t raw_at = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    const auto key = body_.key(row);
    key_ends[row] = key_at + (ascii_keys ? static_cast<uint32_t>(key.size())
                                         : utf16_units(key));
    key_at = key_ends[row] + 1;
    const auto value = body_.value(row);
    const auto bytes = static_cast<uint32_t>(value.size());
    const auto place = body_.place(row);
    value_ends[row] = 0;
    if (place == SegmentBody::Place::kTexts) {
      value_ends[row] = text_at + (ascii_texts ? bytes : utf16_units(value));
      text_at = value_ends[row] + 1;
    } else if (place == SegmentBody::Place::kRaw) {
      value_ends[row] = raw_at += bytes;
    }
    std::optional<IndexEntry> entry;
    if (place != SegmentBody::Place::kNowhere) {
      entry =
          log_.find_at(key_hash(Kind::kText, key), slot, row, to_ms(now_ms));
    }
    meta[row] = static_cast<uint32_t>(place);
    sets[row] = 0;
    expiries_[row] = 0;
    if (entry) {
      meta[row] |=
          Decoded::kLive | uint32_t{static_cast<uint8_t>(entry->priority)}
                               << Decoded::kPriorityShift;
      sets[row] = entry->tag_set;
      expiries_[row] = static_cast<double>(entry->expires_ms);
    }
  }
  const auto size = [](std::span<const uint8_t> bytes) {
    return static_cast<uint32_t>(bytes.size());
  };
  decoded_ = {rows,
              body_.keys().data(),
              size(body_.keys()),
              body_.texts().data(),
              size(body_.texts()),
              body_.raw().data(),
              size(body_.raw()),
              key_ends,
              value_ends,
              meta,
              sets,
              expiries_.data()};
  return Status::kOk;
}

}  // namespace apus::store
