// The door of the sync room: numbers in, numbers out. Positions are two
// numbers, epoch and offset; names are UTF-8 in the bulk buffer; a digest is
// there as a row of doubles: epoch, since, and the offset of each slot. Codes
// are those of apus/sync/layout.h.
#include <emscripten.h>

#include <new>

#include "apus/sync/change_log.h"
#include "apus/sync/delta.h"
#include "apus/sync/latest.h"
#include "apus/sync/presence_set.h"
#include "apus/sync/stream_cursor.h"

using apus::sync::ChangeLog;
using apus::sync::PresenceSet;
using apus::sync::StreamCursor;
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

// Returns the size of the result, or -1. Requires: `out` has room for
// SYNC_MOST_DELTA bytes.
EMSCRIPTEN_KEEPALIVE int32_t apus_sync_apply_delta(const uint8_t* base,
                                                   uint32_t base_size,
                                                   const uint8_t* delta,
                                                   uint32_t size,
                                                   uint8_t* out) {
  return static_cast<int32_t>(apus::sync::apply_delta(
      {base, base_size}, {delta, size}, {out, apus::sync::kMostDelta}));
}

EMSCRIPTEN_KEEPALIVE StreamCursor* apus_stream_new(double epoch,
                                                   double offset) {
  return new (std::nothrow) StreamCursor({epoch, offset});
}

EMSCRIPTEN_KEEPALIVE void apus_stream_delete(StreamCursor* cursor) {
  delete cursor;
}

EMSCRIPTEN_KEEPALIVE void apus_stream_place(StreamCursor* cursor, double epoch,
                                            double offset) {
  cursor->place({epoch, offset});
}

// Returns an arrival.
EMSCRIPTEN_KEEPALIVE uint32_t apus_stream_hear(StreamCursor* cursor,
                                               double epoch, double prev,
                                               double last, uint32_t ticket) {
  return static_cast<uint32_t>(cursor->hear({epoch, prev, last}, ticket));
}

// Returns a ticket, or -1.
EMSCRIPTEN_KEEPALIVE int32_t apus_stream_next(StreamCursor* cursor) {
  return static_cast<int32_t>(cursor->next());
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_stream_waiting(const StreamCursor* cursor) {
  return cursor->waiting();
}

EMSCRIPTEN_KEEPALIVE void apus_stream_drop(StreamCursor* cursor) {
  cursor->drop();
}

EMSCRIPTEN_KEEPALIVE PresenceSet* apus_presence_new(uint32_t seed,
                                                    uint32_t more_seed) {
  return new (std::nothrow) PresenceSet(uint64_t{more_seed} << 32 | seed);
}

EMSCRIPTEN_KEEPALIVE void apus_presence_delete(PresenceSet* members) {
  delete members;
}

// Slots; -1: nothing changes; -2: memory is refused.
EMSCRIPTEN_KEEPALIVE int32_t apus_presence_hear(PresenceSet* members,
                                                const uint8_t* id,
                                                uint32_t size, double offset,
                                                bool here) {
  return static_cast<int32_t>(members->hear(id, size, offset, here));
}

EMSCRIPTEN_KEEPALIVE void apus_presence_expect(PresenceSet* members) {
  members->expect_list();
}

EMSCRIPTEN_KEEPALIVE bool apus_presence_begin(PresenceSet* members,
                                              double offset) {
  return members->begin_list(offset);
}

EMSCRIPTEN_KEEPALIVE int32_t apus_presence_listed(PresenceSet* members,
                                                  const uint8_t* id,
                                                  uint32_t size) {
  return static_cast<int32_t>(members->listed(id, size));
}

EMSCRIPTEN_KEEPALIVE int32_t apus_presence_gone(PresenceSet* members) {
  return static_cast<int32_t>(members->gone());
}

EMSCRIPTEN_KEEPALIVE void apus_presence_clear(PresenceSet* members) {
  members->clear();
}

}  // extern "C"
