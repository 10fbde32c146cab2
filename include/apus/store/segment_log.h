// The disk's contents, as far as one tab knows: the segments, and for each key
// the newest entry among them. Stamps decide which entry is newer; the order in
// which segments are added does not matter.
//
// A ghost is an entry that is deleted, expired or invalidated, and keeps its
// place in the index to hide older entries of its key.
//
// Times are ms since 1970 and come from the caller. Not thread-safe.
#ifndef APUS_STORE_SEGMENT_LOG_H_
#define APUS_STORE_SEGMENT_LOG_H_

#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "apus/base/array.h"
#include "apus/store/format.h"
#include "apus/store/key_index.h"
#include "apus/store/segment_head.h"
#include "apus/store/status.h"
#include "apus/store/tag_sets.h"

namespace apus::store {

class SegmentLog {
 public:
  static constexpr uint32_t kNoSegment = 0xffffffff;

  struct Segment {
    Header header;
    // As size classes count them, without ghosts.
    uint64_t live_bytes = 0;
    // find() sets it; 0 for never.
    uint64_t last_hit_ms = 0;
    uint32_t head_bytes = 0;
    bool used = false;

    uint64_t stored_bytes() const {
      return uint64_t{head_bytes} + kHeaderBytes + header.body_stored;
    }
  };

  // `seed` is secret: see KeyIndex.
  explicit SegmentLog(uint64_t seed = 0x9E3779B97F4A7C15)
      : index_(seed), tag_sets_(seed) {}

  // Adds a segment by its head and returns its slot. kCorrupt, kUnsupported and
  // kOutOfMemory change nothing. A segment from beyond latest_stamp() is
  // kCorrupt. Tags and clears in it affect other segments at the next sweep().
  // O(entries).
  std::expected<uint32_t, Status> add(std::span<const uint8_t> head,
                                      Codec& codec, uint64_t now_ms);

  // Forgets a segment and its entries. O(its entries + all blocks).
  // Requires: `slot` is in use.
  void remove(uint32_t slot);

  // Gives up the values of a segment whose body is damaged: its live entries
  // become ghosts. O(its entries + all blocks). Requires: `slot` is in use.
  void condemn(uint32_t slot);

  // Hides at once, before the change is on the disk, the entries that a clear
  // or an invalidated tag hides; entries newer than the stamp stay. O(all
  // entries). False when memory is exhausted; then nothing has changed.
  bool clear(Stamp stamp);
  bool invalidate_tag(std::span<const uint8_t> tag, Stamp stamp);

  // Turns entries that have expired, or that a clear or a tag hides, into
  // ghosts. O(all entries).
  void sweep(uint64_t now_ms);

  // The live entry of a key; an expired one becomes a ghost. O(key).
  std::optional<IndexEntry> find(std::span<const uint8_t> key, uint64_t now_ms);

  // The entry of a hash if it is row `row` of segment `slot`, live or not;
  // none if a newer one has replaced it.
  std::optional<IndexEntry> newest_at(uint64_t hash, uint32_t slot,
                                      uint32_t row) const;

  // Notes when another session last hit a segment.
  // Requires: `slot` is in use.
  void set_last_hit(uint32_t slot, uint64_t ms);

  // Segments worth rewriting as one: those less than half live, and small ones
  // when there are several. At most 32, whose live entries take about
  // `target_bytes` at most.
  // O(segments log segments).
  Array<uint32_t> plan_compaction(uint64_t target_bytes) const;

  // The segments to evict until at most `max_bytes` are stored, least recently
  // hit first. O(segments log segments).
  Array<uint32_t> plan_eviction(uint64_t max_bytes) const;

  // The segments of which the last clear hides every entry. O(segments).
  Array<uint32_t> plan_removal() const;

  // The lowest stamp in any segment but these: an older deletion no longer
  // hides anything. O(segments * slots).
  Stamp lowest_stamp_outside(std::span<const uint32_t> slots) const;

  // The live entry of a key, if it is row `row` of segment `slot`.
  std::optional<IndexEntry> find_at(uint64_t hash, uint32_t slot, uint32_t row,
                                    uint64_t now_ms) const;

  const KeyIndex& index() const { return index_; }
  const TagSets& tag_sets() const { return tag_sets_; }
  // By slot; see `used`.
  const Array<Segment>& segments() const { return segments_; }
  Stamp highest_stamp() const { return highest_stamp_; }
  uint32_t live_entries() const { return live_entries_; }

 private:
  bool add_blocks(uint32_t slot, Array<uint32_t>& blocks);
  void apply(KeyIndex::Place place, uint64_t now_ms);
  bool put_control(Kind kind, std::span<const uint8_t> key, Stamp stamp);
  bool expired(const IndexEntry& entry, uint64_t now_ms) const;
  // Which entries a clear or one of their tags hides.
  Stamp hidden_up_to(uint32_t tag_set) const;
  void look_up_tags(uint32_t set);
  void hide();
  void account(const IndexEntry& entry, bool enters);
  void make_ghost(KeyIndex::Place place);
  template <typename Wanted, typename Each>
  void for_current(const Wanted& wanted, const Each& each);

  KeyIndex index_;
  TagSets tag_sets_;
  SegmentHead head_;
  // Of the block that is being packed.
  Array<IndexEntry> entries_;
  Array<Segment> segments_;
  Array<uint32_t> free_slots_;
  // A segment's tag sets -> ours.
  Array<uint32_t> set_numbers_;
  // By tag set: one of its tags hides entries up to here; current at the last
  // look_up_tags().
  Array<Stamp> set_hidden_;
  Stamp highest_stamp_ = 0;
  // A clear hides entries up to here.
  Stamp cleared_ = 0;
  uint32_t live_entries_ = 0;
};

}  // namespace apus::store

#endif  // APUS_STORE_SEGMENT_LOG_H_
