// Everything of one opened cache that is numbers and bytes: packs batches into
// segments, keeps the log, unpacks bodies into arrays. What JavaScript drives.
//
// Results are left in plain structs whose addresses stay; the memory that they
// point to holds until the next call of the same kind. Not thread-safe.
#ifndef APUS_STORE_ENGINE_H_
#define APUS_STORE_ENGINE_H_

#include <cstdint>
#include <span>

#include "apus/base/array.h"
#include "apus/base/status.h"
#include "apus/store/codec.h"
#include "apus/store/dictionaries.h"
#include "apus/store/rewriter.h"
#include "apus/store/segment_body.h"
#include "apus/store/segment_builder.h"
#include "apus/store/segment_log.h"

namespace apus {

// A batch to pack, as arrays of `entries` each, then text. Lengths are in
// UTF-16 code units, because that is what JavaScript knows without looking.
struct Batch {
  uint32_t entries;
  const double* stamps;    // clock parts: Stamp >> kNodeBits
  const double* expiries;  // ms since 1970, 0 for never
  const uint32_t* key_units;
  const uint32_t* value_units;     // bytes for kRaw
  const uint32_t* meta;            // kind | priority << 8 | tag set << 16
  std::span<const uint8_t> keys;   // a line feed after each
  std::span<const uint8_t> texts;  // a comma after each
  std::span<const uint8_t> raw;
  std::span<const uint8_t> tag_sets;  // u32 bytes and text, each
};

struct Packed {
  const uint8_t* head;
  uint32_t head_bytes;
  const uint8_t* body;
  uint32_t body_bytes;
};

struct Found {
  double expires_ms;  // 0: never
  uint32_t segment;
  uint32_t row;
  uint32_t tag_set;
  int32_t priority;
  double stamp;  // the clock part
};

// A body as arrays of `rows`; ends are in UTF-16 code units into the text of
// all keys or all JSON, or bytes into the raw part.
struct Decoded {
  uint32_t rows;
  const uint8_t* keys;
  uint32_t keys_bytes;
  const uint8_t* texts;
  uint32_t texts_bytes;
  const uint8_t* raw;
  uint32_t raw_bytes;
  const uint32_t* key_ends;    // where the key's line feed is
  const uint32_t* value_ends;  // where the value's comma is, or its bytes end
  const uint32_t* meta;        // place | live << 2 | priority << 8
  const uint32_t* tag_sets;
  const double* expiries;
};

struct EngineStats {
  double segments;
  double entries;       // live
  double stored_bytes;  // heads and bodies
  double raw_bytes;     // the same before compression
  double live_share;    // of the entries' bytes, 1 when there are none
  double last_stamp;    // the clock part of the newest stamp seen
};

class Engine {
 public:
  // `seed` is secret and differs from one opening to the next: whoever chooses
  // the keys must not know where the index puts them.
  explicit Engine(uint32_t node, uint32_t seed = 0);

  SegmentLog& log() { return log_; }
  const SegmentLog& log() const { return log_; }

  // Packs a batch into one segment, left in packed(). kInvalidArgument when the
  // lengths do not fit the text.
  Status pack(const Batch& batch, double wall_ms, int level);

  // Of a segment whose head is lost: packs one, left in packed(), that hides
  // every older value that the lost one may have replaced.
  //
  // A body names the keys: each is gone as of the newest entry. What deleted a
  // key may have invalidated a tag of that name, or, without a name, cleared;
  // it counts as both. Without a body that can be read, nobody knows the keys:
  // all is cleared that is not newer than the stamp with this clock part. A
  // stamp from beyond latest_stamp() counts as one of now.
  Status salvage(std::span<const uint8_t> body, double wall_ms, double clock);

  // Makes a dictionary known, and with `use` the one of bodies to come. Its id.
  uint64_t add_dictionary(std::span<const uint8_t> bytes, bool use);

  // SegmentLog's, with a stamp's clock part.
  bool clear(double stamp);
  bool invalidate_tag(std::span<const uint8_t> tag, double stamp);

  // O(segments).
  EngineStats stats() const;

  // Adds a segment by its head. A slot, or -1 - Status.
  int32_t add(std::span<const uint8_t> head, double now_ms);

  // Where a key's live value is, left in found().
  bool find(std::span<const uint8_t> key, double now_ms);

  // Unpacks a segment's body into decoded(); kCorrupt if it is damaged,
  // kUnsupported if its dictionary is not known.
  Status decode(uint32_t slot, std::span<const uint8_t> body, double now_ms);

  // Segments to compact, to evict until `max_bytes` are left, or that a clear
  // made void, in plan().
  uint32_t plan_removal();
  uint32_t plan_compaction(double target_bytes);
  uint32_t plan_eviction(double max_bytes);
  const uint32_t* plan() const { return plan_.data(); }

  // Rewriter's, over the segments in plan(); what finish() makes is in
  // packed(), of length 0 when nothing is left. `keep_after` is a stamp's clock
  // part.
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
  Stamp stamp_of(double clock) const {
    return static_cast<Stamp>(clock) << kNodeBits | node_;
  }

  uint32_t node_;
  Codec codec_;
  Dictionaries dictionaries_;
  uint64_t dictionary_ = 0;  // of bodies to come
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
};

}  // namespace apus

#endif  // APUS_STORE_ENGINE_H_
