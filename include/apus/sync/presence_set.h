// Who is in a channel: the members as of an offset of its presence stream, and
// the events after it, in whatever order the two arrive. A member's newest
// event decides; a list of all members says nothing about who came or went
// after its offset.
//
// Members are slots, by which the caller keeps their states. While a list is
// on its way, those who left are remembered; otherwise their slots are taken
// again when the table is full.
//
// Memory: 32 bytes a slot, doubled when three quarters are taken. Hashes of 64
// bits with a seed (name_hash.h): members whose hashes collide would be one.
#ifndef APUS_SYNC_PRESENCE_SET_H_
#define APUS_SYNC_PRESENCE_SET_H_

#include "apus/base/flat_array.h"

namespace apus::sync {

class PresenceSet {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;         // it changes nothing
  static constexpr uint32_t kRefused = UINT32_MAX - 1;  // of memory: likewise

  explicit PresenceSet(uint64_t seed) : seed_(seed) {}

  uint32_t count() const { return count_; }

  // An event at `offset`: the member is here, or not. Returns its slot, or
  // kNone if a newer event is known or nothing changes, or kRefused. Requires:
  // events in order. Amortised O(size).
  uint32_t hear(const uint8_t* id, uint32_t size, double offset, bool here);

  // A list of all members was asked for.
  void expect_list() { expected_ = true; }
  // It shows the state at `offset`. Its members follow, by listed(); then gone()
  // until it returns kNone. False if a newer list is known.
  bool begin_list(double offset);
  // Returns the slot of a member, or kNone if a newer event is known, or
  // kRefused.
  uint32_t listed(const uint8_t* id, uint32_t size);
  // The slot of a member that was not listed and is not here any more.
  uint32_t gone();

  // Forgets all, as when an epoch ends.
  void clear();

 private:
  struct Member {
    uint64_t hash;
    double offset;  // of the newest event or list
    uint32_t list;  // the last one that showed it; of a free slot: the next one
    bool here;
  };
  static constexpr Member kFree = {0, -1, kNone, false};

  // Its member, perhaps a new one that is not here. kRefused if memory is.
  uint32_t slot_of(const uint8_t* id, uint32_t size);
  // Where the hash is among places_, or would be.
  uint32_t place(uint64_t hash) const;
  bool make_room();

  uint64_t seed_;
  FlatArray<Member> members_;   // by slot
  FlatArray<uint32_t> places_;  // slot + 1 by hash; 0: free
  uint32_t free_ = kNone;       // the first free slot
  uint32_t taken_ = 0, count_ = 0;
  uint32_t list_ = 0, checked_ = 0;
  bool expected_ = true;
  double as_of_ = -1;  // nothing older is news
};

}  // namespace apus::sync

#endif  // APUS_SYNC_PRESENCE_SET_H_
