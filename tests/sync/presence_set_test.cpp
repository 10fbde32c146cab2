#include "apus/sync/presence_set.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "../base/random.h"

namespace apus::sync {
namespace {

// As a caller keeps the members: ids by slot.
class Members {
 public:
  void hear(const std::string& id, double offset, bool here) {
    const uint32_t slot = set_.hear(bytes(id), size(id), offset, here);
    if (slot == PresenceSet::kNone) return;
    if (here)
      slots_[slot] = id;
    else
      slots_.erase(slot);
  }
  void expect() { set_.expect_list(); }
  bool list(const std::set<std::string>& ids, double offset) {
    if (!set_.begin_list(offset)) return false;
    for (const std::string& id : ids) {
      const uint32_t slot = set_.listed(bytes(id), size(id));
      if (slot != PresenceSet::kNone) slots_[slot] = id;
    }
    for (uint32_t slot; (slot = set_.gone()) != PresenceSet::kNone;)
      slots_.erase(slot);
    return true;
  }
  void clear() {
    set_.clear();
    slots_.clear();
  }
  std::set<std::string> ids() const {
    std::set<std::string> ids;
    for (const auto& [slot, id] : slots_) ids.insert(id);
    EXPECT_EQ(ids.size(), slots_.size());
    EXPECT_EQ(ids.size(), set_.count());
    return ids;
  }

 private:
  static const uint8_t* bytes(const std::string& id) {
    return reinterpret_cast<const uint8_t*>(id.data());
  }
  static uint32_t size(const std::string& id) {
    return static_cast<uint32_t>(id.size());
  }

  PresenceSet set_{42};
  std::map<uint32_t, std::string> slots_;
};

using Ids = std::set<std::string>;

TEST(PresenceSet, AListAndTheEventsAfterIt) {
  Members members;
  EXPECT_TRUE(members.list({"a", "b"}, 10));
  members.hear("a", 9, false);
  EXPECT_EQ(members.ids(), (Ids{"a", "b"})) << "the list knew it";
  members.hear("c", 11, true);
  members.hear("a", 12, false);
  EXPECT_EQ(members.ids(), (Ids{"b", "c"}));
  EXPECT_FALSE(members.list({"a"}, 5)) << "an older list";
  EXPECT_TRUE(members.list({"c"}, 13));
  EXPECT_EQ(members.ids(), (Ids{"c"}));
}

TEST(PresenceSet, EventsThatOvertakeTheList) {
  Members members;
  members.hear("a", 11, true);
  members.hear("b", 12, false);
  EXPECT_TRUE(members.list({"b", "c"}, 10));
  EXPECT_EQ(members.ids(), (Ids{"a", "c"}));
}

TEST(PresenceSet, BeginsAnewWithAnEpoch) {
  Members members;
  members.list({"a"}, 50);
  members.clear();
  members.hear("b", 0, true);
  members.list({"c"}, -1);
  EXPECT_EQ(members.ids(), (Ids{"b", "c"}));
}

TEST(PresenceSet, AgreesWithANaiveModel) {
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<Ids> history = {{}};  // as of offset i - 1
    std::vector<std::pair<std::string, bool>> events;
    Members members;
    size_t heard = 0;
    members.list({}, -1);
    bool expected = false;
    for (int step = 0; step < 200; ++step) {
      switch (random.below(8)) {
        case 0:
          members.expect();
          expected = true;
          break;
        case 1:
          if (expected) {  // a list that is new, or a moment old
            const size_t back = random.below(4);
            const size_t at = events.size() - std::min(back, events.size());
            members.list(history[at], static_cast<double>(at) - 1);
            heard = std::max(heard, at);
            expected = false;
          }
          break;
        case 2:
        case 3:
          if (heard < events.size()) {
            const auto& [id, here] = events[heard];
            members.hear(id, static_cast<double>(heard++), here);
          } else if (heard > 0) {  // once more
            const auto& [id, here] = events[heard - 1];
            members.hear(id, static_cast<double>(heard - 1), here);
          }
          break;
        default:
          const std::string id = std::to_string(random.below(30));
          Ids now = history.back();
          const bool here = now.erase(id) == 0;
          if (here) now.insert(id);
          history.push_back(now);
          events.push_back({id, here});
      }
      ASSERT_EQ(members.ids(), history[heard]);
    }
  }
}

}  // namespace
}  // namespace apus::sync
