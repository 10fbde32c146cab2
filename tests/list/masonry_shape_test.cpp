// Settings of masonry that change, or are set again as they were: visible rows
// keep their lanes.
#include <gtest/gtest.h>

#include <map>

#include "apus/list/list_view.h"
#include "scroller.h"

namespace apus::list {
namespace {

// The visible rows: their lanes and places.
std::map<uint32_t, std::pair<int32_t, double>> in_view(const ListView& view,
                                                       const Scroller& at) {
  std::map<uint32_t, std::pair<int32_t, double>> rows;
  for (auto i = at.frame.start; i < at.frame.end; ++i) {
    const auto row = static_cast<uint32_t>(i);
    const double y = at.place(row);
    if (y < 600 && y + at.height(row) > 0) rows[row] = {view.lane_of(row), y};
  }
  return rows;
}

TEST(Masonry, SettingsThatDoNotChangeMoveNothing) {
  for (const double place : {300.0, 5000.0, 50'000.0}) {
    ListView view(10'000, 40);
    view.set_gap(6);
    view.set_lanes(3);
    Scroller scroller(view);
    scroller.render();
    view.go(place);
    scroller.render();
    for (int i = 0; i < 20; ++i) scroller.wheel(35);
    scroller.render();
    const auto before = in_view(view, scroller);
    view.set_gap(6);
    view.set_lanes(3);
    scroller.render();
    EXPECT_EQ(in_view(view, scroller), before) << place;
    for (const double overscan : {0.0, 700.0, 90.0}) {
      view.set_overscan(overscan);
      scroller.render();
      EXPECT_EQ(in_view(view, scroller), before) << place << " " << overscan;
    }
  }
}

TEST(Masonry, AnotherGapLeavesVisibleRowsInTheirLanes) {
  for (const double place : {300.0, 5000.0, 50'000.0}) {
    ListView view(10'000, 40);
    view.set_gap(6);
    view.set_lanes(3);
    Scroller scroller(view);
    scroller.render();
    view.go(place);
    scroller.render();
    for (int i = 0; i < 20; ++i) scroller.wheel(35);
    scroller.render();
    for (const double gap : {20.0, 0.0, 7.0}) {
      const auto before = in_view(view, scroller);
      view.set_gap(gap);
      scroller.render();
      std::map<int32_t, double> bottom;
      for (const auto& [row, at] : in_view(view, scroller)) {
        const auto [lane, y] = at;
        // Not those that the edge cuts: they may be hidden now.
        if (!before.contains(row) || before.at(row).second < 0) continue;
        EXPECT_EQ(lane, before.at(row).first);
        if (bottom.contains(lane)) {
          EXPECT_EQ(y, bottom[lane] + gap);
        }
        bottom[lane] = y + scroller.height(row);
      }
    }
  }
}

}  // namespace
}  // namespace apus::list
