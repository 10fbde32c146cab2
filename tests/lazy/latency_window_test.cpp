#include "apus/lazy/latency_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

namespace apus::lazy {
namespace {

TEST(LatencyWindow, IsZeroWhileEmpty) {
  EXPECT_EQ(LatencyWindow().quantile(0.95), 0);
}

// The definition: the smallest value that at least the share q does not exceed.
TEST(LatencyWindow, AgreesWithTheDefinition) {
  std::mt19937_64 generator(4);
  LatencyWindow window;
  std::deque<float> recent;
  for (int step = 0; step < 3000; ++step) {
    const float latency = static_cast<float>(generator() % 1000);
    window.record(latency);
    recent.push_back(latency);
    if (recent.size() > LatencyWindow::kSize) recent.pop_front();
    ASSERT_EQ(window.count(), recent.size());
    const double q = static_cast<double>(generator() % 101) / 100;
    std::vector<float> sorted(recent.begin(), recent.end());
    std::sort(sorted.begin(), sorted.end());
    const float* expected = nullptr;
    for (const float& candidate : sorted) {
      const auto within =
          std::count_if(sorted.begin(), sorted.end(),
                        [&](float value) { return value <= candidate; });
      if (static_cast<double>(within) >=
          q * static_cast<double>(sorted.size())) {
        expected = &candidate;
        break;
      }
    }
    ASSERT_EQ(window.quantile(q), static_cast<double>(*expected)) << "q " << q;
  }
}

}  // namespace
}  // namespace apus::lazy
