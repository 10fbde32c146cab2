#include "apus/lazy/endpoint_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace apus::lazy {
namespace {

using Policy = EndpointPool::Policy;

EndpointPool pool_of(Policy policy, const std::vector<uint32_t>& weights) {
  EndpointPool pool(policy, 5, 1000, 60'000, 10'000);
  for (uint32_t i = 0; i < weights.size(); ++i)
    pool.add(weights[i], 100.0 - i, i + 1);
  return pool;
}

// Picks, succeeds at once, and counts the picks.
std::map<int32_t, int> count(EndpointPool& pool, int picks,
                             uint32_t without = 0) {
  std::mt19937_64 generator(7);
  std::map<int32_t, int> counts;
  for (int i = 0; i < picks; ++i) {
    const double random =
        std::uniform_real_distribution<double>(0, 1)(generator);
    const int32_t index =
        pool.pick(0, random, static_cast<uint32_t>(generator()), without);
    ++counts[index];
    if (index >= 0)
      pool.record(static_cast<uint32_t>(index), 0, 10, Outcome::kOk);
  }
  return counts;
}

TEST(EndpointPool, RoundRobinTakesTurns) {
  EndpointPool pool = pool_of(Policy::kRoundRobin, {1, 1, 1});
  EXPECT_EQ(count(pool, 300),
            (std::map<int32_t, int>{{0, 100}, {1, 100}, {2, 100}}));
}

TEST(EndpointPool, WeightedFollowsTheWeightsSmoothly) {
  EndpointPool pool = pool_of(Policy::kWeighted, {5, 1, 1});
  std::vector<int32_t> order;
  for (int i = 0; i < 7; ++i) order.push_back(pool.pick(0, 0, 0, 0));
  EXPECT_EQ(order, (std::vector<int32_t>{0, 0, 1, 0, 2, 0, 0}));
}

TEST(EndpointPool, LeastOutstandingPrefersTheIdle) {
  EndpointPool pool = pool_of(Policy::kLeastOutstanding, {1, 1, 2});
  EXPECT_EQ(pool.pick(0, 0, 0, 0), 0);
  EXPECT_EQ(pool.pick(0, 0, 0, 0), 1);
  EXPECT_EQ(pool.pick(0, 0, 0, 0), 2);
  EXPECT_EQ(pool.pick(0, 0, 0, 0), 2) << "it has twice the weight";
  pool.record(1, 0, 1, Outcome::kOk);
  EXPECT_EQ(pool.pick(0, 0, 0, 0), 1);
}

TEST(EndpointPool, PowerOfTwoAvoidsTheSlowEndpointAndTriesItAgain) {
  EndpointPool pool = pool_of(Policy::kPowerOfTwo, {1, 1, 1});
  std::mt19937_64 generator(8);
  std::map<int32_t, int> counts;
  double now = 0;
  for (int i = 0; i < 3000; ++i) {
    now += 100;
    const double random =
        std::uniform_real_distribution<double>(0, 1)(generator);
    const int32_t index = pool.pick(now, random, 0, 0);
    ++counts[index];
    pool.record(static_cast<uint32_t>(index), now, index == 1 ? 300 : 30,
                Outcome::kOk);
  }
  EXPECT_LT(counts[1], 60) << "2%";
  EXPECT_GE(counts[1], 2);
}

TEST(EndpointPool, RendezvousKeepsAKeyAtItsEndpoint) {
  EndpointPool all = pool_of(Policy::kRendezvous, {1, 1, 1, 1});
  int moved = 0;
  for (uint32_t key = 0; key < 1000; ++key) {
    const int32_t home = all.pick(0, 0, key, 0);
    EXPECT_EQ(all.pick(0, 0.9, key, 0), home);
    const int32_t other = all.pick(0, 0, key, 1u << 2);
    EXPECT_NE(other, 2);
    if (home == 2) {
      ++moved;
    } else {
      EXPECT_EQ(other, home) << "only the keys of the missing endpoint move";
    }
  }
  EXPECT_NEAR(moved, 250, 60);
}

TEST(EndpointPool, RendezvousFollowsTheWeights) {
  EndpointPool pool = pool_of(Policy::kRendezvous, {3, 1});
  EXPECT_NEAR(count(pool, 10'000)[0], 7500, 200);
}

TEST(EndpointPool, NearestTakesTheSmallestDistance) {
  EndpointPool pool = pool_of(Policy::kNearest, {1, 1, 1});
  EXPECT_EQ(pool.pick(0, 0, 0, 0), 2);
  EXPECT_EQ(pool.pick(0, 0, 0, 1u << 2), 1);
}

TEST(EndpointPool, EjectsAfterFailuresInARowForLongerEachTime) {
  EndpointPool pool = pool_of(Policy::kRoundRobin, {1, 1});
  for (int i = 0; i < 5; ++i) pool.record(0, 100, 1, Outcome::kFailed);
  EXPECT_TRUE(pool.ejected(0, 100));
  EXPECT_EQ(pool.ejected_until(0), 1100);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(pool.pick(200, 0, 0, 0), 1);
  EXPECT_FALSE(pool.ejected(0, 1100));
  pool.record(0, 1200, 1,
              Outcome::kFailed);  // the first request after its return
  EXPECT_EQ(pool.ejected_until(0), 3200);
  pool.record(0, 3300, 1, Outcome::kOk);
  pool.record(0, 3400, 1, Outcome::kFailed);
  EXPECT_FALSE(pool.ejected(0, 3400)) << "a success clears the failures";
}

TEST(EndpointPool, SendsOneRequestAtATimeAfterAnEjection) {
  EndpointPool pool = pool_of(Policy::kRoundRobin, {1, 1});
  pool.set_healthy(0, 0, false);
  EXPECT_EQ(pool.pick(2000, 0, 0, 0), 0);
  EXPECT_EQ(pool.pick(2000, 0, 0, 0), 1);
  EXPECT_EQ(pool.pick(2000, 0, 0, 0), 1);
  pool.record(0, 2100, 1, Outcome::kOk);
  std::map<int32_t, int> counts = count(pool, 10);
  EXPECT_EQ(counts[0], 5);
}

TEST(EndpointPool, PicksTheFirstToReturnWhenAllAreEjected) {
  EndpointPool pool = pool_of(Policy::kPowerOfTwo, {1, 1, 1});
  pool.set_healthy(0, 0, false);
  pool.set_healthy(1, 10, false);
  pool.set_healthy(2, 20, false);
  EXPECT_EQ(pool.pick(30, 0.5, 0, 0), 0);
  EXPECT_EQ(pool.pick(30, 0.5, 0, 1), 1);
  EXPECT_EQ(pool.pick(30, 0.5, 0, 7), EndpointPool::kNone);
}

// Over any stream of events: a picked endpoint is not excluded, and ejected
// only when no other was left; the counts of requests in flight are right.
TEST(EndpointPool, AdoptsWhatAnotherPoolHasLearned) {
  EndpointPool old(EndpointPool::Policy::kRoundRobin, 1, 1000, 10'000, 10'000);
  old.add(1, 0, 1);
  old.add(1, 0, 2);
  old.pick(0, 0, 0, 1);
  old.record(1, 0, 80, Outcome::kFailed);
  old.pick(0, 0, 0, 2);
  EndpointPool pool(EndpointPool::Policy::kRoundRobin, 1, 1000, 10'000, 10'000);
  pool.add(1, 0, 3);
  EXPECT_EQ(pool.adopt(old, 1, 5, 7), 1u);
  EXPECT_EQ(pool.adopt(old, 0, 1, 0), 2u);
  EXPECT_TRUE(pool.ejected(1, 10));
  EXPECT_EQ(pool.latency(1, 0), old.latency(1, 0));
  EXPECT_EQ(pool.outstanding(1), 0u);
  EXPECT_EQ(pool.outstanding(2), 1u);
  EXPECT_FALSE(pool.ejected(2, 10));
}

TEST(EndpointPool, HoldsItsInvariantsUnderRandomEvents) {
  std::mt19937_64 generator(9);
  auto random = [&] {
    return std::uniform_real_distribution<double>(0, 1)(generator);
  };
  for (uint32_t round = 0; round < 300; ++round) {
    const auto size = static_cast<uint32_t>(1 + generator() % 6);
    std::vector<uint32_t> weights;
    for (uint32_t i = 0; i < size; ++i) {
      weights.push_back(static_cast<uint32_t>(1 + generator() % 9));
    }
    EndpointPool pool = pool_of(static_cast<Policy>(round % 6), weights);
    std::vector<uint32_t> flying(size);
    double now = 0;
    for (int step = 0; step < 300; ++step) {
      now += random() * 400;
      const auto without = static_cast<uint32_t>(generator() % (1u << size));
      const auto some = static_cast<uint32_t>(generator() % size);
      if (random() < 0.5) {
        const int32_t index = pool.pick(
            now, random(), static_cast<uint32_t>(generator()), without);
        if (without == (1u << size) - 1) {
          ASSERT_EQ(index, EndpointPool::kNone);
          continue;
        }
        ASSERT_GE(index, 0);
        const auto chosen = static_cast<uint32_t>(index);
        ASSERT_LT(chosen, size);
        ASSERT_EQ(without >> chosen & 1, 0u);
        if (pool.ejected(chosen, now)) {
          for (uint32_t i = 0; i < size; ++i) {
            if ((without >> i & 1) != 0 || i == chosen) continue;
            ASSERT_TRUE(pool.ejected(i, now) || flying[i] > 0);
          }
        }
        ++flying[chosen];
      } else if (flying[some] > 0) {
        pool.record(some, now, random() * 500,
                    static_cast<Outcome>(generator() % 3));
        --flying[some];
      }
      for (uint32_t i = 0; i < size; ++i) {
        ASSERT_EQ(pool.outstanding(i), flying[i]);
        ASSERT_GE(pool.latency(i, now), 0);
      }
    }
  }
}

}  // namespace
}  // namespace apus::lazy
