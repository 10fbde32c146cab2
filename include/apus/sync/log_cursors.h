// How far a reader has come in each of the 65 logs. Decides of each event that
// arrives, by whatever way, whether it is the next one: events come once and
// in order, or a gap is seen.
//
// Memory: 25 bytes a log. Every call is O(1).
#ifndef APUS_SYNC_LOG_CURSORS_H_
#define APUS_SYNC_LOG_CURSORS_H_

#include "apus/sync/position.h"

namespace apus::sync {

enum class Verdict : uint8_t {
  kNext,   // it follows the last one
  kOld,    // it, or an epoch after it, was heard before; or nobody follows
  kGap,    // events before it are missing
  kEpoch,  // it begins an epoch: history after some event was lost
};

class LogCursors {
 public:
  bool follows(uint32_t log) const { return cursors_[log].followed; }

  // The last event heard. Of an empty log: its epoch is the newest that is
  // known to have ended, its offset -1.
  Position at(uint32_t log) const { return cursors_[log].at; }
  bool empty(uint32_t log) const { return cursors_[log].empty; }

  // Puts the cursor at an event, whatever was heard before.
  void place(uint32_t log, Position at) { cursors_[log] = {at, true, false}; }

  // Puts the cursor before the first event of a log, which then begins with
  // offset 0 of an epoch later than `ended`.
  void place_empty(uint32_t log, double ended) {
    cursors_[log] = {{ended, -1}, true, true};
  }

  void leave(uint32_t log) { cursors_[log] = {}; }

  // `begins`: it is the event by which an epoch begins. Moves nothing.
  Verdict judge(uint32_t log, Position at, bool begins) const;

 private:
  struct Cursor {
    Position at;
    bool followed = false;
    bool empty = false;
  };

  Cursor cursors_[kLogs];
};

}  // namespace apus::sync

#endif  // APUS_SYNC_LOG_CURSORS_H_
