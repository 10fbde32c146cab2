#include "apus/sync/log_cursors.h"

namespace apus::sync {

Verdict LogCursors::judge(uint32_t log, Position at, bool begins) const {
  const Cursor& cursor = cursors_[log];
  if (!cursor.followed || at <= cursor.at) return Verdict::kOld;
  if (at.epoch > cursor.at.epoch) {
    if (at.offset != 0) return Verdict::kGap;
    if (begins) return Verdict::kEpoch;
    return cursor.empty ? Verdict::kNext : Verdict::kGap;
  }
  // Of an empty log the epoch has ended.
  if (cursor.empty) return Verdict::kOld;
  return at.offset == cursor.at.offset + 1 && !begins ? Verdict::kNext
                                                      : Verdict::kGap;
}

}  // namespace apus::sync
