#include "apus/sync/stream_cursor.h"

#include <cassert>

namespace apus::sync {

Arrival StreamCursor::hear(Part part, uint32_t ticket) {
  assert(part.prev <= part.last && ticket != kNone);
  if (Position{part.epoch, part.last} <= at_) return Arrival::kOld;
  if (part.epoch == at_.epoch && part.prev <= at_.offset) {
    at_.offset = part.last;
    return Arrival::kNext;
  }
  if (count_ == kMostWaiting) return Arrival::kFull;
  waiting_[count_++] = {part, ticket};
  return Arrival::kWaits;
}

uint32_t StreamCursor::next() {
  const Waiting* first = nullptr;
  for (uint32_t i = 0; i < count_; ++i) {
    const Waiting& it = waiting_[i];
    if (Position{it.part.epoch, it.part.prev} <= at_ &&
        (first == nullptr || Position{it.part.epoch, it.part.prev} <
                                 Position{first->part.epoch, first->part.prev}))
      first = &it;
  }
  if (first == nullptr) return kNone;
  const uint32_t ticket = first->ticket;
  waiting_[first - waiting_] = waiting_[--count_];
  return ticket;
}

}  // namespace apus::sync
