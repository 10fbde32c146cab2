#include "apus/sync/presence_set.h"

#include <algorithm>

#include "apus/sync/name_hash.h"

namespace apus::sync {

// Frees the slots of members who left and whom no list can show any more. If
// many slots are taken all the same, there will be twice as many.
bool PresenceSet::make_room() {
  const uint32_t before = members_.size();
  uint32_t taken = 0;
  for (const Member& it : members_) taken += it.here || it.offset > as_of_;
  if (taken * 2 >= before) {
    const uint32_t size = std::max(before * 2, 16u);
    if (!members_.resize(size)) return false;
    if (!places_.resize(size * 2)) {
      members_.truncate(before);
      return false;
    }
    std::fill(members_.begin() + before, members_.end(), kFree);
  }
  std::fill(places_.begin(), places_.end(), 0);
  free_ = kNone;
  for (uint32_t slot = members_.size(); slot-- > 0;) {
    Member& member = members_[slot];
    if (member.here || member.offset > as_of_) {
      places_[place(member.hash)] = slot + 1;
    } else {
      member = kFree;
      member.list = free_;
      free_ = slot;
    }
  }
  taken_ = taken;
  return true;
}

uint32_t PresenceSet::place(uint64_t hash) const {
  const uint32_t mask = places_.size() - 1;
  uint32_t at = static_cast<uint32_t>(hash) & mask;
  while (places_[at] != 0 && members_[places_[at] - 1].hash != hash)
    at = (at + 1) & mask;
  return at;
}

uint32_t PresenceSet::slot_of(const uint8_t* id, uint32_t size) {
  NameHash name(seed_);
  for (uint32_t i = 0; i < size; ++i) name.add(id[i]);
  const uint64_t hash = name.value();
  if (taken_ > 0) {
    const uint32_t known = places_[place(hash)];
    if (known != 0) return known - 1;
  }
  if (free_ == kNone && !make_room()) return kRefused;
  const uint32_t slot = free_;
  free_ = members_[slot].list;
  members_[slot] = {hash, -1, list_ - 1, false};
  places_[place(hash)] = slot + 1;
  ++taken_;
  return slot;
}

uint32_t PresenceSet::hear(const uint8_t* id, uint32_t size, double offset,
                           bool here) {
  if (offset <= as_of_) return kNone;
  const uint32_t slot = slot_of(id, size);
  if (slot == kRefused) return slot;
  if (!expected_) as_of_ = offset;
  Member& member = members_[slot];
  if (offset <= member.offset) return kNone;
  member.offset = offset;
  if (!here && !member.here) return kNone;
  count_ += static_cast<uint32_t>(here) - static_cast<uint32_t>(member.here);
  member.here = here;
  return slot;
}

bool PresenceSet::begin_list(double offset) {
  if (offset < as_of_) return false;
  as_of_ = offset;
  ++list_;
  checked_ = 0;
  return true;
}

uint32_t PresenceSet::listed(const uint8_t* id, uint32_t size) {
  const uint32_t slot = slot_of(id, size);
  if (slot == kRefused) return slot;
  Member& member = members_[slot];
  member.list = list_;
  if (member.offset > as_of_) return kNone;
  count_ += !member.here;
  member.here = true;
  return slot;
}

uint32_t PresenceSet::gone() {
  for (; checked_ < members_.size(); ++checked_) {
    Member& member = members_[checked_];
    if (!member.here || member.list == list_ || member.offset > as_of_)
      continue;
    member.here = false;
    --count_;
    return checked_++;
  }
  // Events come in order: no older one is news any more.
  expected_ = false;
  for (const Member& it : members_) as_of_ = std::max(as_of_, it.offset);
  return kNone;
}

void PresenceSet::clear() {
  std::fill(members_.begin(), members_.end(), kFree);
  taken_ = count_ = 0;
  as_of_ = -1;
  expected_ = true;
  free_ = kNone;
}

}  // namespace apus::sync
