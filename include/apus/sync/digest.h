// What a gateway tells of a whole log at once: for each slot, when it changed
// last. Whoever comes back after its log was trimmed learns which slots to
// compare, and anybody how far back a slot is known to be unchanged.
#ifndef APUS_SYNC_DIGEST_H_
#define APUS_SYNC_DIGEST_H_

#include <algorithm>

#include "apus/sync/position.h"

namespace apus::sync {

struct Digest {
  double epoch;
  // The gateway has heard everything after this offset; -1: the whole epoch.
  double since;
  // digest_slots() of them: the offset of the last change, or -1.
  const double* offsets;

  // Nothing changed in the slot between this offset and reach().
  double changed(uint32_t slot) const { return std::max(since, offsets[slot]); }
  // An offset up to which the gateway has heard, or farther.
  double reach(uint32_t log) const {
    return std::max(since,
                    *std::max_element(offsets, offsets + digest_slots(log)));
  }
  // As changed(), for prefixes: an invalidation of one counts in all slots.
  double prefixes_changed() const {
    return std::max(since, *std::min_element(offsets, offsets + kTagSlots));
  }
};

}  // namespace apus::sync

#endif  // APUS_SYNC_DIGEST_H_
