// Glides of a browser to the end of a list on a busy machine: frames are far apart, rows are measured
// late, and rests are reported on the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../base/random.h"
#include "apus/list/list_view.h"
#include "scroller.h"

namespace apus::list {
namespace {

constexpr double kViewport = 800;

// A view in a browser that sends frames when it can.
struct Busy {
  ListView view;
  Random& random;
  double now = 0;
  double scroll = 0;
  ListView::Frame frame = {};

  void ask(uint32_t flags) {
    frame = *view.frame(now, scroll, kViewport, flags);
    if (frame.scroll >= 0) scroll = frame.scroll;
    scroll = std::min(scroll, std::max(0.0, frame.extent - kViewport));
  }

  void render(uint32_t flags, bool late = false) {
    now += 10 + random.below(200);
    ask(flags);
    for (int round = 0; round < 5 && !late; ++round) {
      std::vector<double> pairs;
      for (auto row = frame.start; row < frame.end; ++row) {
        pairs.push_back(row);
        pairs.push_back(height_of(static_cast<uint32_t>(row)));
      }
      view.measure(pairs.data(), static_cast<uint32_t>(pairs.size() / 2));
      ask(flags);
    }
  }
};

TEST(ListView, AGlideToTheEndEndsThereOnABusyMachine) {
  Random random(7);
  int missed = 0;
  for (int run = 0; run < 600; ++run) {
    const double estimate = std::vector{40, 200, 800}[run % 3];
    const uint32_t rows = run % 2 ? 100'000 : 600;
    Busy busy{ListView(rows, estimate), random};
    busy.view.set_overscan(400);
    busy.render(ListView::kResting);
    const double goal = busy.frame.extent - kViewport;
    const auto steps = static_cast<int>(2 + random.below(14));
    for (int k = 1; k <= steps; ++k) {
      const double left = 1 - static_cast<double>(k) / steps;
      const double at = goal * (1 - left * left * left);
      busy.scroll = std::min(at, busy.frame.extent - kViewport);
      const bool rests = random.below(5) == 0;
      busy.render(rests ? ListView::kResting : 0, random.below(10) < 3);
    }
    busy.now += 100;
    busy.render(ListView::kResting);
    busy.render(ListView::kResting);
    const double apart = busy.frame.total - kViewport - busy.frame.position;
    missed += busy.frame.last != rows - 1 || std::abs(apart) > 1;
  }
  EXPECT_EQ(missed, 0);
}

}  // namespace
}  // namespace apus::list
