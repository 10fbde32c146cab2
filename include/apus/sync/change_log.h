// What a holder of values knows of the change log: how far it has heard each
// log, and whether an answer is older than what it has heard.
//
// The gateway keeps the truth and holds events for a time. The holder follows
// the logs of which it holds keys, and that of tags. Whatever is lost on the
// way shows as a gap. What the gateway has trimmed is compared by a digest.
//
// Not thread-safe; never throws, never reads a clock. Memory: that of
// Generations and 2 KB.
#ifndef APUS_SYNC_CHANGE_LOG_H_
#define APUS_SYNC_CHANGE_LOG_H_

#include "apus/sync/digest.h"
#include "apus/sync/generations.h"
#include "apus/sync/log_cursors.h"
#include "apus/sync/position.h"

namespace apus::sync {

class ChangeLog {
 public:
  // As for Generations. Check usable() before anything else.
  ChangeLog(uint32_t slots, uint64_t seed) : generations_(slots, seed) {}

  bool usable() const { return generations_.usable(); }
  const LogCursors& cursors() const { return cursors_; }

  // Follows a log from a position on, that of what is held of it. Again in the
  // same epoch: takes back events that were heard, which will come again.
  void place(uint32_t log, Position at);
  // The same of a log that was empty; see LogCursors.
  void place_empty(uint32_t log, double ended);
  void leave(uint32_t log);

  // An event of a subject. Only the next one changes anything. O(size).
  Verdict hear(uint32_t log, Subject subject, Position at, const uint8_t* name,
               uint32_t size);
  // The event by which an epoch begins: as lose(), if it is the next one.
  Verdict hear_epoch(uint32_t log, Position at);

  // Goes on at `at`, the log's last event now. Nothing is known of what
  // happened before: all that is held of the log is in doubt.
  void lose(uint32_t log, Position at);
  // The same of a log that has no events any more.
  void lose_empty(uint32_t log);

  // Goes on at `at`, the log's last event now, by what a digest tells: lost()
  // says which slots are in doubt. Returns false, and changes nothing, when the
  // digest is of another epoch than `at` or the cursor, or does not reach `at`.
  bool compare(uint32_t log, Position at, const Digest& digest);
  // 1 for each slot that has changed after the cursor that compare() found; for
  // the log of tags, one more for prefixes.
  const uint8_t* lost() const { return lost_; }

  // Accepts older answers, as far as a digest shows that nothing has changed.
  // One that does not reach the cursor changes nothing.
  void lower(uint32_t log, const Digest& digest);

  // See Generations.
  bool stale(const uint8_t* names, uint32_t size, Position as_of,
             Position tags_as_of) const {
    return generations_.stale(names, size, as_of, tags_as_of);
  }

 private:
  LogCursors cursors_;
  Generations generations_;
  uint8_t lost_[kTagSlots + 1] = {};
};

}  // namespace apus::sync

#endif  // APUS_SYNC_CHANGE_LOG_H_
