#include "apus/sync/change_log.h"

namespace apus::sync {

void ChangeLog::place(uint32_t log, Position at) {
  const bool known = cursors_.follows(log) && !cursors_.empty(log) &&
                     cursors_.at(log).epoch == at.epoch;
  if (!known) generations_.begin(log, at);
  cursors_.place(log, at);
}

void ChangeLog::place_empty(uint32_t log, double ended) {
  generations_.begin_empty(log, ended);
  cursors_.place_empty(log, ended);
}

void ChangeLog::leave(uint32_t log) {
  generations_.leave(log);
  cursors_.leave(log);
}

Verdict ChangeLog::hear(uint32_t log, Subject subject, Position at,
                        const uint8_t* name, uint32_t size) {
  const Verdict verdict = cursors_.judge(log, at, false);
  if (verdict != Verdict::kNext) return verdict;
  // The first event of a log: everything that happened in this epoch is heard.
  if (cursors_.empty(log)) generations_.begin(log, {at.epoch, -1});
  generations_.hear(subject, at.offset, name, size);
  cursors_.place(log, at);
  return verdict;
}

Verdict ChangeLog::hear_epoch(uint32_t log, Position at) {
  const Verdict verdict = cursors_.judge(log, at, true);
  if (verdict == Verdict::kEpoch) lose(log, at);
  return verdict;
}

void ChangeLog::lose(uint32_t log, Position at) {
  generations_.begin(log, at);
  cursors_.place(log, at);
}

void ChangeLog::lose_empty(uint32_t log) {
  place_empty(log, cursors_.at(log).epoch);
}

bool ChangeLog::compare(uint32_t log, Position at, const Digest& digest) {
  const Position heard = cursors_.at(log);
  if (!cursors_.follows(log) || cursors_.empty(log) ||
      digest.epoch != at.epoch || digest.epoch != heard.epoch ||
      digest.reach(log) < at.offset)
    return false;
  for (uint32_t slot = 0; slot < digest_slots(log); ++slot)
    lost_[slot] = digest.changed(slot) > heard.offset;
  if (log == kTagsLog)
    lost_[kTagSlots] = digest.prefixes_changed() > heard.offset;
  generations_.raise(log, digest, heard.offset, at.offset);
  cursors_.place(log, at);
  return true;
}

void ChangeLog::lower(uint32_t log, const Digest& digest) {
  const Position heard = cursors_.at(log);
  if (!cursors_.follows(log) || cursors_.empty(log) ||
      digest.epoch != heard.epoch || digest.reach(log) < heard.offset)
    return;
  generations_.lower(log, digest);
}

}  // namespace apus::sync
