// The door of the sync room: numbers in, numbers out. Positions are two
// numbers, epoch and offset; names are UTF-8 in the bulk buffer; a digest is
// there as a row of doubles: epoch, since, and the offset of each slot. Codes
// are those of apus/sync/layout.h.
#include <emscripten.h>

#include <new>

#include "apus/sync/change_log.h"
#include "apus/sync/latest.h"

using apus::sync::ChangeLog;
using apus::sync::Subject;

extern "C" {

EMSCRIPTEN_KEEPALIVE ChangeLog* apus_sync_new(uint32_t slots, uint32_t seed,
                                              uint32_t more_seed) {
  auto* log =
      new (std::nothrow) ChangeLog(slots, uint64_t{more_seed} << 32 | seed);
  if (log == nullptr || log->usable()) return log;
  delete log;
  return nullptr;
}

EMSCRIPTEN_KEEPALIVE void apus_sync_delete(ChangeLog* changes) {
  delete changes;
}

EMSCRIPTEN_KEEPALIVE void apus_sync_place(ChangeLog* changes, uint32_t log,
                                          double epoch, double offset) {
  changes->place(log, {epoch, offset});
}

EMSCRIPTEN_KEEPALIVE void apus_sync_place_empty(ChangeLog* changes,
                                                uint32_t log, double ended) {
  changes->place_empty(log, ended);
}

EMSCRIPTEN_KEEPALIVE void apus_sync_leave(ChangeLog* changes, uint32_t log) {
  changes->leave(log);
}

// Returns a verdict.
EMSCRIPTEN_KEEPALIVE uint32_t apus_sync_hear(ChangeLog* changes, uint32_t log,
                                             uint32_t subject, double epoch,
                                             double offset, const uint8_t* name,
                                             uint32_t size) {
  return static_cast<uint32_t>(changes->hear(log, static_cast<Subject>(subject),
                                             {epoch, offset}, name, size));
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_sync_hear_epoch(ChangeLog* changes,
                                                   uint32_t log, double epoch,
                                                   double offset) {
  return static_cast<uint32_t>(changes->hear_epoch(log, {epoch, offset}));
}

EMSCRIPTEN_KEEPALIVE void apus_sync_lose(ChangeLog* changes, uint32_t log,
                                         double epoch, double offset) {
  changes->lose(log, {epoch, offset});
}

EMSCRIPTEN_KEEPALIVE void apus_sync_lose_empty(ChangeLog* changes,
                                               uint32_t log) {
  changes->lose_empty(log);
}

EMSCRIPTEN_KEEPALIVE bool apus_sync_compare(ChangeLog* changes, uint32_t log,
                                            double epoch, double offset,
                                            const double* digest) {
  return changes->compare(log, {epoch, offset},
                          {digest[0], digest[1], digest + 2});
}

EMSCRIPTEN_KEEPALIVE const uint8_t* apus_sync_lost(const ChangeLog* changes) {
  return changes->lost();
}

EMSCRIPTEN_KEEPALIVE void apus_sync_lower(ChangeLog* changes, uint32_t log,
                                          const double* digest) {
  changes->lower(log, {digest[0], digest[1], digest + 2});
}

EMSCRIPTEN_KEEPALIVE bool apus_sync_stale(const ChangeLog* changes,
                                          const uint8_t* names, uint32_t size,
                                          double epoch, double offset,
                                          double tags_epoch,
                                          double tags_offset) {
  return changes->stale(names, size, {epoch, offset},
                        {tags_epoch, tags_offset});
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_sync_latest(const uint8_t* keys,
                                               uint32_t size, uint32_t count,
                                               uint32_t* kept) {
  return apus::sync::latest(keys, size, count, kept);
}

}  // extern "C"
