// What is on the disk, as far as one tab knows: the segments, and for each key
// the newest entry among them. Newer beats older by stamp, so the order in
// which segments are added makes no difference.
//
// An entry that is out of date, deleted, expired or invalidated keeps its place
// in the index for as long as it must hide older ones of its key ("a ghost").
//
// Times are ms since 1970 and come from outside. Not thread-safe.
#ifndef APUS_STORE_SEGMENT_LOG_H_
#define APUS_STORE_SEGMENT_LOG_H_

#include <cstdint>
#include <expected>
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
    uint64_t live_bytes = 0;   // as size classes count them, ghosts excluded
    uint64_t last_hit_ms = 0;  // find() keeps it; 0 for not yet
    uint32_t head_bytes = 0;
    bool used = false;

    uint64_t stored_bytes() const {
      return uint64_t{head_bytes} + kHeaderBytes + header.body_stored;
    }
  };

  // `seed` is secret: see KeyIndex.
  explicit SegmentLog(uint64_t seed = 0x9E3779B97F4A7C15)
      : index_(seed), tag_sets_(seed) {}

  // Adds a segment by its head and gives its slot; kCorrupt,
  // kUnsupported and kOutOfMemory leave everything as it was. One from beyond
  // latest_stamp() is kCorrupt. A segment with tags or clears in it takes
  // effect on the others at the next sweep(). O(entries).
  std::expected<uint32_t, Status> add(std::span<const uint8_t> head,
                                      Codec& codec, uint64_t now_ms);

  // Forgets a segment and the entries that point to it. O(all entries).
  // Requires: `slot` is in use.
  void remove(uint32_t slot);

  // Gives up a segment's values, because its body is damaged: its live entries
  // become ghosts. O(all entries). Requires: `slot` is in use.
  void condemn(uint32_t slot);

  // Hides, before it is on the disk, what a clear or an invalidated tag hides;
  // entries newer than the stamp stay. Takes effect at once. O(all entries).
  // False when memory is exhausted, and nothing has changed.
  bool clear(Stamp stamp);
  bool invalidate_tag(std::span<const uint8_t> tag, Stamp stamp);

  // Turns entries that have expired, or that a clear or a tag hides, into
  // ghosts. O(all entries).
  void sweep(uint64_t now_ms);

  // The live entry of a key, or nullptr; one that turns out expired becomes a
  // ghost. The pointer holds until the next call that is not const. O(key).
  const IndexEntry* find(std::span<const uint8_t> key, uint64_t now_ms);

  // The entry that the index keeps for a hash if it is row `row` of segment
  // `slot`, live or not; nullptr if a newer one has its place.
  const IndexEntry* newest_at(uint64_t hash, uint32_t slot, uint32_t row) const;

  // When a segment was last hit, as another session saw it.
  // Requires: `slot` is in use.
  void set_last_hit(uint32_t slot, uint64_t ms);

  // Segments worth rewriting as one: those less than half alive, and small
  // ones when there are several; their live entries come to at most about
  // `target_bytes`, and they are 32 at most. Empty when all is well.
  // O(segments log segments).
  Array<uint32_t> plan_compaction(uint64_t target_bytes) const;

  // The segments to drop, those that were not hit for longest first, until at
  // most `max_bytes` are stored. O(segments log segments).
  Array<uint32_t> plan_eviction(uint64_t max_bytes) const;

  // The segments that the last clear made void. O(segments).
  Array<uint32_t> plan_removal() const;

  // The lowest stamp in any segment but these: what says that something is
  // gone, and is older, hides nothing any more. O(segments * slots).
  Stamp lowest_stamp_outside(std::span<const uint32_t> slots) const;

  // The live entry of a key, if it is row `row` of segment `slot`.
  const IndexEntry* find_at(uint64_t hash, uint32_t slot, uint32_t row,
                            uint64_t now_ms);

  const KeyIndex& index() const { return index_; }
  const TagSets& tag_sets() const { return tag_sets_; }
  const Array<Segment>& segments() const {
    return segments_;
  }  // by slot; see `used`
  Stamp highest_stamp() const { return highest_stamp_; }
  uint32_t live_entries() const { return live_entries_; }

 private:
  void apply(const IndexEntry& entry);
  bool put_control(Kind kind, std::span<const uint8_t> key, Stamp stamp);
  bool expired(const IndexEntry& entry, uint64_t now_ms) const;
  bool hidden(const IndexEntry& entry) const;
  void look_up_tags(uint32_t set);
  void hide();
  void account(const IndexEntry& entry, bool enters);
  void make_ghost(IndexEntry& entry);

  KeyIndex index_;
  TagSets tag_sets_;
  SegmentHead head_;
  Array<Segment> segments_;
  Array<uint32_t> free_slots_;
  Array<uint32_t> set_numbers_;  // a segment's tag sets -> ours
  // By tag set: entries up to here are hidden by one of its tags, as of when it
  // was last looked up.
  Array<Stamp> set_hidden_;
  Stamp highest_stamp_ = 0;
  Stamp cleared_ = 0;  // entries up to here are hidden
  uint32_t live_entries_ = 0;
};

}  // namespace apus::store

#endif  // APUS_STORE_SEGMENT_LOG_H_
