#include "apus/cache/policy.h"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <vector>

#include "random.h"

namespace apus {
namespace {

// Exact LRU over lists, as plain as can be.
struct NaiveLru {
  Budget budget;
  std::list<SlotIndex> order;  // newest first
  std::map<SlotIndex, uint32_t> sizes;
  uint64_t bytes = 0;

  void touch(SlotIndex slot) {
    order.remove(slot);
    order.push_front(slot);
  }
  void remove(SlotIndex slot) {
    order.remove(slot);
    bytes -= sizes[slot];
    sizes.erase(slot);
  }
  std::vector<SlotIndex> make_room(uint32_t entries, uint64_t more,
                                   SlotIndex keep) {
    std::vector<SlotIndex> victims;
    while (order.size() + entries > budget.entries ||
           bytes + more > budget.bytes) {
      auto last = std::prev(order.end());
      if (*last == keep) --last;
      victims.push_back(*last);
      remove(victims.back());
    }
    return victims;
  }
};

std::vector<SlotIndex> victims_of(const Policy& policy) {
  return {policy.victims(), policy.victims() + policy.victim_count()};
}

TEST(Policy, EvictsExactlyTheLeastRecentlyUsed) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    const Budget budget{1 + random() % 50, 100 + random() % 2000};
    Policy policy(PolicyKind::kLru, budget);
    NaiveLru naive{budget, {}, {}, 0};
    for (int step = 0; step < 5000; ++step) {
      const uint32_t bytes = random() % 120;
      const bool some = !naive.order.empty();
      SlotIndex slot = kNoSlot;
      if (some) {
        slot = *std::next(naive.order.begin(),
                          static_cast<long>(random() % naive.order.size()));
      }
      switch (random() % 8) {
        case 0:
        case 1:
        case 2: {
          const SlotIndex made = policy.insert(0, bytes, 0);
          if (bytes > budget.bytes) {
            ASSERT_EQ(made, kNoSlot);
            ASSERT_EQ(policy.victim_count(), 0u);
            break;
          }
          ASSERT_EQ(victims_of(policy), naive.make_room(1, bytes, kNoSlot));
          ASSERT_FALSE(naive.sizes.contains(made));
          naive.order.push_front(made);
          naive.sizes[made] = bytes;
          naive.bytes += bytes;
          break;
        }
        case 3:
          if (some && bytes <= budget.bytes) {
            ASSERT_EQ(policy.update(slot, bytes, 0), slot);
            naive.bytes = naive.bytes + bytes - naive.sizes[slot];
            naive.sizes[slot] = bytes;
            naive.touch(slot);
            ASSERT_EQ(victims_of(policy), naive.make_room(0, 0, slot));
          }
          break;
        case 4:
          if (some) {
            policy.remove(slot);
            naive.remove(slot);
          }
          break;
        default:
          if (some) {
            policy.touch(&slot, 1);
            naive.touch(slot);
          }
      }
      ASSERT_EQ(policy.size(), naive.order.size());
      ASSERT_EQ(policy.bytes(), naive.bytes);
    }
    std::vector<SlotIndex> order(policy.size());
    policy.order(order.data());
    EXPECT_EQ(order,
              std::vector<SlotIndex>(naive.order.begin(), naive.order.end()));
  }
}

TEST(Policy, AnEntryLargerThanTheBudgetIsRefusedAndEvictsNothing) {
  Policy policy(PolicyKind::kLru, {10, 100});
  const SlotIndex slot = policy.insert(0, 60, 0);
  EXPECT_EQ(policy.insert(0, 101, 0), kNoSlot);
  EXPECT_EQ(policy.update(slot, 101, 0), kNoSlot);
  EXPECT_EQ(policy.victim_count(), 0u);
  EXPECT_EQ(policy.bytes(), 60u);
}

TEST(Policy, PriorityEscapesEvictionThatManyTimes) {
  Policy policy(PolicyKind::kLru, {2, UINT64_MAX});
  const SlotIndex important = policy.insert(0, 1, 2);
  bool evicted = false;
  for (int i = 0; i < 4; ++i) {
    ASSERT_FALSE(evicted) << i;
    ASSERT_NE(policy.insert(0, 1, 0), kNoSlot);
    for (uint32_t v = 0; v < policy.victim_count(); ++v)
      evicted |= policy.victims()[v] == important;
  }
  EXPECT_TRUE(evicted);
}

TEST(Policy, ManyVictimsComeInPortions) {
  Policy policy(PolicyKind::kLru, {1000, UINT64_MAX});
  for (int i = 0; i < 1000; ++i) ASSERT_NE(policy.insert(0, 1, 0), kNoSlot);
  uint32_t evicted = 0;
  SlotIndex more;
  do {
    more = policy.resize({10, UINT64_MAX});
    evicted += policy.victim_count();
  } while (more == kMoreRoom);
  EXPECT_EQ(evicted, 990u);
  EXPECT_EQ(policy.size(), 10u);
}

}  // namespace
}  // namespace apus
