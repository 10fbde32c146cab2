#include "apus/list/masonry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "../base/random.h"
#include "apus/list/list_view.h"
#include "scroller.h"

namespace apus::list {
namespace {

constexpr uint32_t kResting = ListView::kResting;

// Naive placement: from the first row on, each goes to the shortest lane.
struct Naive {
  std::vector<double> y;
  std::vector<int32_t> lane;

  Naive(uint32_t rows, uint32_t lanes, double gap) {
    std::vector<double> bottom(lanes);
    for (uint32_t row = 0; row < rows; ++row) {
      const auto shortest = std::ranges::min_element(bottom);
      lane.push_back(static_cast<int32_t>(shortest - bottom.begin()));
      y.push_back(*shortest);
      *shortest += height_of(row) + gap;
    }
  }
};

// A visible row: its lane and its distance from the viewport's edge.
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

// Rows follow each other in their lanes without overlap and cover the view.
void expect_sound(const ListView& view, const Scroller& at, uint32_t lanes,
                  double gap) {
  std::map<int32_t, double> top;
  std::map<int32_t, double> bottom;
  for (auto i = at.frame.start; i < at.frame.end; ++i) {
    const auto row = static_cast<uint32_t>(i);
    const int32_t lane = view.lane_of(row);
    const double y = at.place(row);
    ASSERT_GE(lane, 0);
    ASSERT_LT(lane, static_cast<int32_t>(lanes));
    if (bottom.contains(lane)) {
      ASSERT_GE(y, bottom[lane] - 1e-9) << "row " << row << " overlaps";
      ASSERT_LE(y, bottom[lane] + 400) << "row " << row << " left a hole";
    } else {
      top[lane] = y;
    }
    bottom[lane] = y + at.height(row) + gap;
  }
  if (view.index().size() < 10 * lanes) return;
  for (uint32_t l = 0; l < lanes; ++l) {
    const auto lane = static_cast<int32_t>(l);
    if (at.frame.start > 0) {
      ASSERT_LE(top[lane], gap) << lane;
    }
    if (at.frame.end < view.index().size()) {
      ASSERT_GE(bottom[lane], 600) << lane;
    }
  }
}

TEST(Masonry, FollowsTheNaivePlacementFromTheStart) {
  for (const uint32_t lanes : {2u, 3u, 7u}) {
    const Naive naive(6000, lanes, 8);
    ListView view(6000, 40);
    view.set_gap(8);
    view.set_lanes(lanes);
    Scroller scroller(view);
    scroller.render();
    for (int i = 0; i < 400; ++i) {
      // Hidden rows above may differ, since they are placed upwards.
      const auto start = static_cast<uint32_t>(scroller.frame.first);
      for (auto row = start; row < scroller.frame.end; ++row) {
        ASSERT_EQ(view.lane_of(row), naive.lane[row]) << row;
        ASSERT_NEAR(view.offset_px(row) - view.offset_px(start),
                    naive.y[row] - naive.y[start], 1e-9);
        if (scroller.frame.first < Masonry::kReach) {
          ASSERT_NEAR(view.offset_px(row), naive.y[row], 1e-9);
        }
      }
      scroller.wheel(97);
    }
  }
}

TEST(Masonry, EndsWhereTheLowestRowEnds) {
  ListView view(3000, 40);
  view.set_lanes(4);
  Scroller scroller(view);
  scroller.render();
  for (int i = 0; i < 700; ++i) scroller.wheel(211);
  EXPECT_EQ(scroller.frame.last, 2999);
  EXPECT_EQ(scroller.frame.at_end, 1);
  double bottom = 0;
  for (uint32_t row = 2980; row < 3000; ++row) {
    bottom = std::max(bottom, scroller.place(row) + height_of(row));
  }
  EXPECT_NEAR(bottom, 600, 0.02);
}

TEST(Masonry, NothingMovesOnTheWayUpAndTheStartIsEven) {
  for (const uint32_t from : {300u, 700u, 5'000u, 50'000'000u}) {
    ListView view(100'000'000, 40);
    view.set_lanes(3);
    Scroller scroller(view);
    scroller.render();
    view.scroll_to(from, Align::kStart);
    scroller.render();
    EXPECT_NEAR(scroller.place(from), 0, 1e-9);
    auto before = in_view(view, scroller);
    for (int i = 0; i < 2500 && scroller.frame.position > 0; ++i) {
      scroller.wheel(-101);
      const auto now = in_view(view, scroller);
      for (const auto& [row, place] : now) {
        if (!before.contains(row) || scroller.frame.position == 0) continue;
        ASSERT_EQ(place.first, before[row].first) << row;
        ASSERT_NEAR(place.second - before[row].second, 101, 1e-9) << row;
      }
      expect_sound(view, scroller, 3, 0);
      if (testing::Test::HasFatalFailure()) return;
      before = now;
    }
    if (from > 100'000) continue;
    EXPECT_EQ(scroller.frame.position, 0);
    for (uint32_t row = 0; row < 3; ++row) EXPECT_EQ(view.offset_px(row), 0);
  }
}

TEST(Masonry, SizesThatChangeAboveMoveNoVisibleRow) {
  for (const uint32_t from : {400u, 20'000u}) {
    ListView view(100'000, 40);
    view.set_gap(5);
    view.set_lanes(4);
    Scroller scroller(view);
    std::map<uint32_t, double> late;
    scroller.height = [&](uint32_t row) {
      return late.contains(row) ? late[row] : height_of(row);
    };
    scroller.render();
    view.scroll_to(from, Align::kStart);
    scroller.render();
    scroller.wheel(613);
    scroller.wheel(50);
    Random random(from);
    for (int i = 0; i < 300; ++i) {
      const auto before = in_view(view, scroller);
      const auto above =
          static_cast<uint32_t>(scroller.frame.first - scroller.frame.start);
      if (above == 0) break;
      const auto row =
          static_cast<uint32_t>(scroller.frame.start) + random.below(above);
      if (before.contains(row)) continue;
      late[row] = random.below(400);
      scroller.render(ListView::kGesture);
      const auto now = in_view(view, scroller);
      for (const auto& [row, place] : before) {
        ASSERT_TRUE(now.contains(row)) << row;
        ASSERT_EQ(now.at(row).first, place.first);
        ASSERT_NEAR(now.at(row).second, place.second, 1e-9) << row;
      }
      expect_sound(view, scroller, 4, 5);
      if (testing::Test::HasFatalFailure()) return;
      if (i % 10 == 9) scroller.wheel(-70);
    }
  }
}

TEST(Masonry, AVisibleRowThatGrowsMovesOnlyTheRowsBelowInItsLane) {
  ListView view(10'000, 40);
  view.set_lanes(3);
  Scroller scroller(view);
  std::map<uint32_t, double> late;
  scroller.height = [&](uint32_t row) {
    return late.contains(row) ? late[row] : height_of(row);
  };
  scroller.render();
  scroller.wheel(5000);
  scroller.render();
  const auto before = in_view(view, scroller);
  const uint32_t grown = view.anchor_row();
  late[grown] = height_of(grown) + 100;
  scroller.render();
  for (const auto& [row, place] : in_view(view, scroller)) {
    if (!before.contains(row)) continue;
    EXPECT_EQ(place.first, before.at(row).first);
    const bool below = place.first == before.at(grown).first && row > grown;
    EXPECT_NEAR(place.second - before.at(row).second, below ? 100 : 0, 1e-9);
  }
}

TEST(Masonry, ScrollToAlignsOnThePixel) {
  ListView view(1'000'000, 40);
  view.set_lanes(3);
  view.set_gap(4);
  Scroller scroller(view);
  scroller.render();
  Random random(1);
  for (int i = 1; i < 100; ++i) {
    const uint32_t row = i % 2 ? 1000 + random.below(998'000)
                               : view.anchor_row() + random.below(20);
    const double height = height_of(row);
    view.scroll_to(row, Align::kEnd);
    scroller.render();
    ASSERT_NEAR(scroller.place(row) + height, 600, 1e-9) << row;
    view.scroll_to(row, Align::kCenter);
    scroller.render();
    ASSERT_NEAR(scroller.place(row) + height / 2, 300, 1) << row;
    view.scroll_to(row, Align::kStart);
    scroller.render();
    ASSERT_NEAR(scroller.place(row), 0, 1e-9) << row;
    expect_sound(view, scroller, 3, 4);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(Masonry, SplicesAboveMoveNoVisibleRow) {
  ListView view(100'000, 40);
  view.set_lanes(3);
  Scroller scroller(view);
  // Rows keep their sizes when others are inserted before them.
  int64_t by = 0;
  scroller.height = [&](uint32_t row) {
    return height_of(static_cast<uint32_t>(row - by));
  };
  scroller.render();
  view.scroll_to(50'000, Align::kStart);
  scroller.render();
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    const auto before = in_view(view, scroller);
    const uint32_t removed = random.below(5);
    const uint32_t inserted = random.below(9);
    view.splice(random.below(static_cast<uint32_t>(scroller.frame.start)),
                removed, inserted);
    const uint32_t shift = inserted - removed;
    by += static_cast<int32_t>(shift);
    scroller.render();
    const auto now = in_view(view, scroller);
    for (const auto& [row, place] : before) {
      ASSERT_TRUE(now.contains(row + shift)) << row;
      ASSERT_EQ(now.at(row + shift).first, place.first);
      ASSERT_NEAR(now.at(row + shift).second, place.second, 1e-9);
    }
  }
}

TEST(Masonry, StaysSoundAfterAnyOperations) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    Random random(seed);
    ListView view(seed % 2 ? 2000 : 100'000'000, 40);
    uint32_t lanes = 3;
    double gap = 0;
    view.set_lanes(lanes);
    Scroller scroller(view);
    std::map<uint32_t, double> late;
    scroller.height = [&](uint32_t row) {
      return late.contains(row) ? late[row] : height_of(row);
    };
    scroller.render();
    for (int i = 0; i < 2000; ++i) {
      const uint32_t rows = view.index().size();
      switch (random.below(9)) {
        case 0:
          view.scroll_to(random.below(rows),
                         static_cast<Align>(random.below(4)));
          break;
        case 1:
          scroller.scroll = random.below(1000) / 999.0 *
                            std::max(0.0, scroller.frame.extent - 600);
          break;
        case 2:
          view.splice(random.below(rows), 0, random.below(50));
          late.clear();
          break;
        case 3: {
          const uint32_t at = random.below(rows);
          if (rows > 100)
            view.splice(at, std::min(random.below(50), rows - at), 1);
          late.clear();
          break;
        }
        case 4:
          if (random.one_in(10)) view.set_gap(gap = random.below(20));
          if (random.one_in(10)) view.set_lanes(lanes = 2 + random.below(6));
          break;
        case 5:
          late[static_cast<uint32_t>(scroller.frame.start) + random.below(30)] =
              random.below(300);
          break;
        default:
          scroller.wheel(random.below(2000) - 1000.0);
      }
      const auto& frame =
          scroller.render(random.one_in(2) ? kResting : ListView::kGesture);
      expect_sound(view, scroller, lanes, gap);
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << seed << " " << i;
      ASSERT_LE(frame.end, view.index().size());
      ASSERT_GE(frame.position, 0);
      ASSERT_LE(frame.position, std::max(0.0, frame.total - 600) + 1e-9);
      ASSERT_LE(frame.end - frame.start, 2000);
    }
  }
}

}  // namespace
}  // namespace apus::list
