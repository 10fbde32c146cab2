// One open store, without its I/O: packs batches into segments, keeps the log,
// unpacks bodies into arrays. JavaScript drives it (js/store/engine.js).
//
// Results are left in plain structs whose addresses never change; the memory
// they point to is valid until the next call of the same kind. Not thread-safe.
#ifndef APUS_STORE_ENGINE_H_
#define APUS_STORE_ENGINE_H_

#include <cstdint>
#include <span>

#include "apus/base/array.h"
#include "apus/store/batch.h"
#include "apus/store/codec.h"
#include "apus/store/dictionaries.h"
#include "apus/store/rewriter.h"
#include "apus/store/segment_body.h"
#include "apus/store/segment_builder.h"
#include "apus/store/segment_log.h"
#include "apus/store/status.h"

namespace apus::store {

struct Packed {
  const uint8_t* head;
  uint32_t head_bytes;
  const uint8_t* body;
  uint32_t body_bytes;
};

struct Found {
  // ms since 1970, 0 for never.
  double expires_ms;
  uint32_t segment;
  uint32_t row;
  uint32_t tag_set;
  int32_t priority;
  // The clock part.
  double stamp;
};

// A body as arrays of `rows`. Ends are in UTF-16 code units into the text of
// all keys or all JSON, or in bytes into the raw part.
struct Decoded {
  // An entry's meta: its Place in the low two bits, whether it is live, and its
  // priority above.
  static constexpr uint32_t kPlaceMask = 3;
  static constexpr uint32_t kLive = 4;
  static constexpr unsigned kPriorityShift = 8;

  uint32_t rows;
  const uint8_t* keys;
  uint32_t keys_bytes;
  const uint8_t* texts;
  uint32_t texts_bytes;
  const uint8_t* raw;
  uint32_t raw_bytes;
  // Where a key's line feed is.
  const uint32_t* key_ends;
  // Where a text's comma is, or where raw bytes end.
  const uint32_t* value_ends;
  const uint32_t* meta;
  const uint32_t* tag_sets;
  const double* expiries;
};

struct Stats {
  double segments;
  // Live ones.
  double entries;
  // Of heads and bodies.
  double stored_bytes;
  // The same before compression.
  double raw_bytes;
  // Of the entries' bytes; 1 for an empty store.
  double live_share;
  // The clock part of the newest stamp seen.
  double last_stamp;
};

class Engine {
 public:
  // `node` are the tab's 16 bits of a stamp. `seed` is secret and differs from
  // one opening to the next: someone who chooses the keys must not know where
  // the index puts them.
  explicit Engine(uint32_t node, uint32_t seed = 0);

  SegmentLog& log() { return log_; }
  const SegmentLog& log() const { return log_; }

  // Packs a batch into one segment, left in packed(). kInvalidArgument when the
  // lengths do not fit the text.
  Status pack(const Batch& batch, double wall_ms, int level);

  // For a segment whose head is lost: packs a segment, left in packed(), that
  // hides every older value that the lost one may have replaced.
  //
  // A readable body names the keys: each is deleted at the newest entry's
  // stamp. An entry without a value may have invalidated a tag of that name or,
  // without a name, cleared the store; it counts as both. When the body cannot
  // be read, everything is cleared up to the stamp with this clock part. A
  // stamp beyond latest_stamp() counts as the present.
  Status salvage(std::span<const uint8_t> body, double wall_ms, double clock);

  // Registers a dictionary and returns its id. With `use`, later bodies are
  // compressed with it.
  uint64_t add_dictionary(std::span<const uint8_t> bytes, bool use);

  // As in SegmentLog, with a stamp's clock part.
  bool clear(double stamp);
  bool invalidate_tag(std::span<const uint8_t> tag, double stamp);

  // Notes when a segment was last hit; ignores a time that is not one.
  void set_last_hit(uint32_t slot, double ms);

  // O(segments). Valid until the next call.
  const Stats& stats();

  // Adds a segment by its head. Returns its slot, or -1 - Status.
  int32_t add(std::span<const uint8_t> head, double now_ms);

  // Finds a key's live value and leaves its place in found().
  bool find(std::span<const uint8_t> key, double now_ms);

  // Unpacks a segment's body into decoded(). kCorrupt when it is damaged,
  // kUnsupported when its dictionary is unknown.
  Status decode(uint32_t slot, std::span<const uint8_t> body, double now_ms);

  // Leave slots in plan() and return how many: segments that the last clear
  // hides, segments to compact, segments to evict until `max_bytes` are left.
  uint32_t plan_removal();
  uint32_t plan_compaction(double target_bytes);
  uint32_t plan_eviction(double max_bytes);
  const uint32_t* plan() const { return plan_.data(); }

  // As in Rewriter, over the segments in plan(). rewrite_finish() leaves the
  // new segment in packed(), of length 0 when no entry is left. `keep_after` is
  // a stamp's clock part.
  void rewrite_begin(double wall_ms, double keep_after);
  Status rewrite_add(uint32_t slot, std::span<const uint8_t> head,
                     std::span<const uint8_t> body, bool values);
  Status rewrite_finish(int level);

  const Packed& packed() const { return packed_; }
  const Found& found() const { return found_; }
  const Decoded& decoded() const { return decoded_; }

 private:
  Status open_body(const Header& header, std::span<const uint8_t> record);
  void set_packed(const SegmentBuilder& segment);

  uint32_t node_;
  Codec codec_;
  Dictionaries dictionaries_;
  // That of later bodies.
  uint64_t dictionary_ = 0;
  SegmentLog log_;
  SegmentBuilder builder_;
  SegmentBody body_;
  Rewriter rewriter_;
  Array<uint32_t> plan_;
  Array<uint32_t> numbers_;
  Array<double> expiries_;
  Packed packed_{};
  Found found_{};
  Decoded decoded_{};
  Stats stats_{};
};

}  // namespace apus::store

#endif  // APUS_STORE_ENGINE_H_
