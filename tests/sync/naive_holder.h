// What a naive holder of values knows of one log: all that it has heard.
#ifndef APUS_TESTS_SYNC_NAIVE_HOLDER_H_
#define APUS_TESTS_SYNC_NAIVE_HOLDER_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "apus/sync/generations.h"
#include "apus/sync/name_hash.h"
#include "apus/sync/position.h"

namespace apus::sync::testing {

// Also where assert() does nothing.
inline void must(bool holds) {
  if (!holds) std::abort();
}

inline const uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
inline uint32_t hash_of(const std::string& name) {
  return place_hash(bytes_of(name), static_cast<uint32_t>(name.size()));
}

// The text in the first braces is the part that picks the bucket.
inline uint32_t bucket_of(const std::string& key) {
  const size_t open = key.find('{');
  const size_t close = open == key.npos ? key.npos : key.find('}', open);
  const bool tagged = close != key.npos && close > open + 1;
  return hash_of(tagged ? key.substr(open + 1, close - open - 1) : key) % 64;
}

struct Event {
  Position at = {};
  bool begins = false;
  Subject subject = Subject::kKey;
  std::string name = {};

  // The slot in the log's digest; prefixes are in all.
  uint32_t slot() const {
    const uint32_t hash = hash_of(name);
    return subject == Subject::kKey ? hash / 64 % 8 : hash % 64;
  }
  bool in(uint32_t which) const {
    return !begins && (subject == Subject::kPrefix || slot() == which);
  }
};

inline bool matches(const Event& event, const Event& about) {
  if (event.begins || event.subject != about.subject) return false;
  return event.subject == Subject::kPrefix ? about.name.starts_with(event.name)
                                           : about.name == event.name;
}

struct Holder {
  bool followed = false, empty = false;
  Position at = {};
  double floor_epoch = -1;
  std::map<uint32_t, double> floors = {};  // by slot; kTagSlots: prefixes
  std::vector<Event> heard = {};  // also before it left the log and came back

  // All that is as of before `at` is in doubt.
  void doubt(Position at) {
    floor_epoch = at.epoch;
    for (uint32_t slot = 0; slot <= kTagSlots; ++slot) floors[slot] = at.offset;
  }

  bool stale(const Event& about, Position place) const {
    if (!followed) return false;
    if (empty) return place != kStart && place.epoch <= at.epoch;
    if (place == kStart) place = {floor_epoch, -1};
    const uint32_t slot =
        about.subject == Subject::kPrefix ? kTagSlots : about.slot();
    if (place < Position{floor_epoch, floors.at(slot)}) return true;
    return std::ranges::any_of(heard, [&](const Event& event) {
      return event.at.epoch == floor_epoch && event.at > place &&
             matches(event, about);
    });
  }
};

}  // namespace apus::sync::testing

#endif  // APUS_TESTS_SYNC_NAIVE_HOLDER_H_
