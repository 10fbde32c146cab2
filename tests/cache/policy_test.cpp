#include "apus/cache/policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "../base/random.h"
#include "naive_policy.h"

namespace apus::cache {
namespace {

// Takes the victims so far.
std::vector<SlotIndex> taken(Victims& victims) {
  const uint32_t count = std::exchange(victims.count, 0);
  return {victims.slots, victims.slots + count};
}

// Random operations on the core and on the model. Uses reach the core in
// batches, before its next decision, as from JavaScript.
void compare(PolicyKind kind, uint32_t seed, bool changing) {
  Random random(seed);
  // S3-FIFO's ghosts are exact while they fit one bucket.
  const uint32_t most = changing || kind == PolicyKind::kS3Fifo ? 8 : 50;
  const Budget budget{1 + random() % most,
                      seed % 3 == 0 ? UINT64_MAX : 100 + random() % 2000};
  Victims victims;
  Policy policy(kind, budget, &victims);
  NaivePolicy naive(kind, budget);
  std::vector<SlotIndex> uses;
  const auto decide = [&] {
    policy.touch(uses.data(), static_cast<uint32_t>(uses.size()));
    uses.clear();
  };
  for (int step = 0; step < 3000; ++step) {
    const uint32_t bytes = random() % 120;
    const auto priority = static_cast<uint8_t>(seed % 2 ? random() % 3 : 0);
    const uint32_t operation = random() % 16;
    if (operation < 6 || naive.size() == 0) {
      uint32_t hash;  // of an absent key
      do {
        hash = random() % 100 * 0x9E3779B9;
      } while (naive.knows(hash));
      decide();
      const SlotIndex slot = policy.insert(hash, bytes, priority);
      if (bytes > budget.bytes) {
        ASSERT_EQ(slot, kNoSlot);
        ASSERT_EQ(victims.count, 0u);
        continue;
      }
      ASSERT_EQ(taken(victims), naive.make_room(1, bytes));
      naive.insert(slot, hash, bytes, priority);
    } else if (operation < 8) {
      const SlotIndex slot = naive.any(random());
      decide();
      if (bytes > budget.bytes) continue;
      ASSERT_EQ(policy.update(slot, bytes, priority), slot);
      ASSERT_EQ(taken(victims), naive.update(slot, bytes, priority));
    } else if (operation == 8) {
      const SlotIndex slot = naive.any(random());
      decide();
      policy.remove(slot);
      naive.remove(slot);
    } else if (operation == 9 && changing) {
      kind = static_cast<PolicyKind>(random() % 5);
      decide();
      policy.set_kind(kind);
      naive.set_kind(kind);
    } else {
      uses.push_back(naive.any(random()));
      naive.touch(uses.back());
    }
    ASSERT_EQ(policy.size(), naive.size());
    ASSERT_EQ(policy.bytes(), naive.bytes());
  }
  decide();
  std::vector<SlotIndex> order(policy.size());
  policy.order(order.data());
  EXPECT_EQ(order, naive.order());
}

TEST(Policy, EachDecidesLikeItsModel) {
  for (uint32_t kind = 0; kind < 5; ++kind) {
    for (uint32_t seed = 0; seed < 30; ++seed) {
      SCOPED_TRACE(testing::Message() << "kind " << kind << " seed " << seed);
      compare(static_cast<PolicyKind>(kind), seed, false);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Policy, DecidesLikeItsModelWhenTheKindChanges) {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    compare(PolicyKind::kLru, seed, true);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(FrequencySketch, NeverCountsTooLittleAndHalvesInTime) {
  FrequencySketch sketch;
  sketch.ensure(100);
  Random random(1);
  std::map<uint32_t, uint32_t> counts;
  uint32_t high = 0;
  for (uint32_t i = 0; i < 1000; ++i) {
    const uint32_t hash = random() % 200 * 0x9E3779B9;
    // Ten times as many counts as entries: all are halved.
    EXPECT_GE(sketch.frequency(hash), std::min(15u, counts[hash]));
    high += sketch.frequency(hash) > counts[hash];
    sketch.increment(hash);
    ++counts[hash];
  }
  EXPECT_LT(high, 50u);
  for (const auto& [hash, count] : counts)
    EXPECT_GE(sketch.frequency(hash), std::min(15u, count) / 2);
}

TEST(Policy, AnEntryLargerThanTheBudgetIsRefusedAndEvictsNothing) {
  Victims victims;
  Policy policy(PolicyKind::kLru, {10, 100}, &victims);
  const SlotIndex slot = policy.insert(0, 60, 0);
  EXPECT_EQ(policy.insert(0, 101, 0), kNoSlot);
  EXPECT_EQ(policy.update(slot, 101, 0), kNoSlot);
  EXPECT_EQ(victims.count, 0u);
  EXPECT_EQ(policy.bytes(), 60u);
}

TEST(Policy, EntriesEscapeEvictionAsOftenAsTheirPrioritySays) {
  Victims victims;
  Policy policy(PolicyKind::kLru, {2, UINT64_MAX}, &victims);
  const SlotIndex important = policy.insert(0, 1, 2);
  bool evicted = false;
  for (int i = 0; i < 4; ++i) {
    ASSERT_FALSE(evicted) << i;
    ASSERT_NE(policy.insert(0, 1, 0), kNoSlot);
    for (const SlotIndex victim : taken(victims))
      evicted |= victim == important;
  }
  EXPECT_TRUE(evicted);
}

TEST(Policy, ManyVictimsComeInBatches) {
  Victims victims;
  Policy policy(PolicyKind::kLru, {1000, UINT64_MAX}, &victims);
  for (int i = 0; i < 1000; ++i) ASSERT_NE(policy.insert(0, 1, 0), kNoSlot);
  uint32_t evicted = 0;
  SlotIndex more;
  do {
    more = policy.resize({10, UINT64_MAX});
    evicted += static_cast<uint32_t>(taken(victims).size());
  } while (more == kMoreRoom);
  EXPECT_EQ(evicted, 990u);
  EXPECT_EQ(policy.size(), 10u);
}

}  // namespace
}  // namespace apus::cache
