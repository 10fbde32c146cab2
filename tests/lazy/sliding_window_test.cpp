#include "apus/lazy/sliding_window.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace apus::lazy {
namespace {

TEST(SlidingWindow, AllowsTheLimitInAnyWindow) {
  SlidingWindow window(2, 1000);
  EXPECT_EQ(window.take(0), 0);
  EXPECT_EQ(window.take(600), 0);
  EXPECT_EQ(window.take(700), 300);
  EXPECT_EQ(window.take(1000), 0);
  EXPECT_EQ(window.take(1001), 599);
}

TEST(SlidingWindow, AgreesWithALogOfAllEvents) {
  std::mt19937_64 generator(3);
  for (int round = 0; round < 100; ++round) {
    const auto limit = static_cast<uint32_t>(1 + generator() % 20);
    const double span = static_cast<double>(1 + generator() % 5000);
    SlidingWindow window(limit, span);
    std::deque<double> log;
    double now = 0;
    for (int step = 0; step < 500; ++step) {
      now += static_cast<double>(generator() % 300);
      while (!log.empty() && log.front() + span <= now) log.pop_front();
      const double wait = window.take(now);
      if (log.size() < limit) {
        ASSERT_EQ(wait, 0);
        log.push_back(now);
      } else {
        ASSERT_EQ(wait, log.front() + span - now);
      }
    }
  }
}

}  // namespace
}  // namespace apus::lazy
