#include "apus/cache/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>

#include "../base/random.h"

namespace apus::cache {
namespace {

TEST(TimerWheel, ExpiresLikeAMapOfTimes) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    TimerWheel wheel;
    std::map<SlotIndex, uint32_t> times;
    uint32_t now = 0;
    for (int step = 0; step < 3000; ++step) {
      const SlotIndex slot = random() % 500;
      const uint32_t kind = random() % 8;
      if (kind < 5) {
        const uint32_t ahead = random() >> random() % 32;
        const uint32_t tick =
            ahead > 0xF0000000 - now ? 0xF0000000 : now + ahead;
        ASSERT_TRUE(wheel.schedule(slot, tick));
        times[slot] = tick;
      } else if (kind < 6) {
        wheel.cancel(slot);
        times.erase(slot);
      } else {
        const uint32_t ahead = random() >> (4 + random() % 28);
        now = ahead > 0xE0000000 - now ? now : now + ahead;
        for (;;) {
          uint32_t work = 1 + random() % 5;
          const SlotIndex expired = wheel.expire(now, work);
          if (expired == kMoreRoom) continue;
          if (expired == kNoSlot) break;
          ASSERT_TRUE(times.contains(expired));
          ASSERT_LE(times[expired], now);
          times.erase(expired);
        }
        uint32_t first = TimerWheel::kNever;
        for (const auto& [other, tick] : times) {
          ASSERT_GT(tick, now) << other;
          first = std::min(first, tick);
        }
        ASSERT_LE(wheel.next(), first);
        if (wheel.next() == TimerWheel::kNever) {
          ASSERT_TRUE(times.empty());
        }
      }
    }
  }
}

TEST(TimerWheel, ManyAtOnceComeInBoundedBatches) {
  TimerWheel wheel;
  for (SlotIndex slot = 0; slot < 100'000; ++slot)
    ASSERT_TRUE(wheel.schedule(slot, 1'000'000));
  uint32_t expired = 0;
  uint32_t portions = 0;
  for (;;) {
    uint32_t work = 256;
    SlotIndex slot;
    while ((slot = wheel.expire(2'000'000, work)) < kMoreRoom) ++expired;
    if (slot == kNoSlot) break;
    ++portions;
  }
  EXPECT_EQ(expired, 100'000u);
  EXPECT_GE(portions, 100'000u / 256);
}

}  // namespace
}  // namespace apus::cache
