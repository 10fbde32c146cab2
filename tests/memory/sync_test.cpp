#include <gtest/gtest.h>

#include "apus/sync/change_log.h"
#include "apus/sync/latest.h"
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

}  // namespace
}  // namespace apus::sync
