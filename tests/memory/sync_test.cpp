#include <gtest/gtest.h>

#include "apus/sync/change_log.h"
#include "apus/sync/latest.h"
#include "apus/sync/presence_set.h"
#include "refused.h"

namespace apus::sync {
namespace {

TEST(RefusedMemory, MakesAChangeLogUnusable) {
  const uint64_t allocations = refuse_each([] {
    ChangeLog changes(64, 1);
    if (!changes.usable()) return;
    changes.place(3, {1, 0});
    changes.hear(3, Subject::kKey, {1, 1}, nullptr, 0);
  });
  EXPECT_EQ(allocations, 3u);
}

TEST(RefusedMemory, FindsNoLatestMessages) {
  refuse_each([] {
    uint32_t kept[2];
    const uint8_t keys[] = {'a', 0, 'a', 0};
    const uint32_t count = latest(keys, 4, 2, kept);
    EXPECT_TRUE(count == 0 || (count == 1 && kept[0] == 1));
  });
}

TEST(RefusedMemory, KeepsTheMembersThatWereHeard) {
  refuse_each([] {
    PresenceSet members(1);
    EXPECT_TRUE(members.begin_list(-1));
    EXPECT_EQ(members.gone(), PresenceSet::kNone);
    uint32_t heard = 0;
    for (uint8_t id = 0; id < 100; ++id) {
      const uint32_t slot = members.hear(&id, 1, id, true);
      if (slot != PresenceSet::kRefused) ++heard;
      EXPECT_EQ(members.count(), heard);
    }
  });
}

}  // namespace
}  // namespace apus::sync
