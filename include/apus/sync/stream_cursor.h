// How far a reader has come in the stream of a channel. The parts of a stream
// arrive by whatever way, late, twice or in another order, each covering the
// offsets (prev, last]: the reader gets each offset once and in order, or sees
// that a part is missing. Parts that are ahead wait, so that only what is
// missing must be asked for again; the caller keeps them by tickets.
//
// Memory: 1 KB a stream, no allocation. Every call is O(kMostWaiting).
#ifndef APUS_SYNC_STREAM_CURSOR_H_
#define APUS_SYNC_STREAM_CURSOR_H_

#include "apus/sync/position.h"

namespace apus::sync {

enum class Arrival : uint8_t {
  kNext,   // it begins at the cursor or before it, which moved to its end
  kOld,    // all of it was heard before
  kWaits,  // parts before it are missing: keep it under its ticket
  kFull,   // the same, but too much waits: drop it
};

// Offsets after `prev`, up to and including `last`.
struct Part {
  double epoch, prev, last;
};

class StreamCursor {
 public:
  static constexpr uint32_t kMostWaiting = 32;
  static constexpr uint32_t kNone = UINT32_MAX;

  explicit StreamCursor(Position at) : at_(at) {}

  // The last offset heard; -1 before the first.
  Position at() const { return at_; }
  uint32_t waiting() const { return count_; }

  // Goes on after `at`, whatever was heard before. What waits stays.
  void place(Position at) { at_ = at; }

  // Requires: prev <= last; ticket != kNone, and not that of a waiting part.
  // A later epoch waits until place(): history was lost.
  Arrival hear(Part part, uint32_t ticket);

  // Takes out a part that need not wait any longer, to be heard again, the one
  // that begins first. Returns its ticket, or kNone.
  uint32_t next();

  // Forgets what waits.
  void drop() { count_ = 0; }

 private:
  struct Waiting {
    Part part;
    uint32_t ticket;
  };

  Position at_;
  uint32_t count_ = 0;
  Waiting waiting_[kMostWaiting];
};

}  // namespace apus::sync

#endif  // APUS_SYNC_STREAM_CURSOR_H_
