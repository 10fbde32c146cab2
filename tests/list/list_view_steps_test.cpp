// Steps of the scroller next to a naive model: all rows in a document.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../base/random.h"
#include "apus/list/list_view.h"
#include "scroller.h"

namespace apus::list {
namespace {

constexpr uint32_t kGesture = ListView::kGesture;
constexpr uint32_t kResting = ListView::kResting;

// Where the view is among all rows at their true sizes, px.
double true_place(const Scroller& scroller) {
  double y = 0;
  const auto first = static_cast<uint32_t>(scroller.frame.first);
  for (uint32_t row = 0; row < first; ++row) y += scroller.height(row);
  return y - scroller.place(first);
}

// The whole list at its true sizes.
double true_total(const Scroller& scroller, uint32_t rows) {
  double y = 0;
  for (uint32_t row = 0; row < rows; ++row) y += scroller.height(row);
  return y;
}

struct Setting {
  double estimate;
  double overscan;
  int longest;
};

// Wheel, fingers and keys: the rows move by the pixels of the step, however
// long it is and whatever its rows turn out to be.
TEST(ListView, AStepMovesTheRowsByItsPixels) {
  constexpr uint32_t kRows = 3000;
  for (const Setting& setting : std::vector<Setting>{{8, 0, 120},
                                                     {8, 0, 2400},
                                                     {40, 0, 120},
                                                     {40, 400, 2400},
                                                     {100, 0, 600},
                                                     {800, 0, 120},
                                                     {800, 400, 2400}}) {
    SCOPED_TRACE(testing::Message()
                 << "estimate " << setting.estimate << ", overscan "
                 << setting.overscan << ", steps up to " << setting.longest);
    Random random(7);
    ListView view(kRows, setting.estimate);
    view.set_overscan(setting.overscan);
    Scroller scroller(view);
    scroller.render();
    const double far = true_total(scroller, kRows) - 600;
    for (int i = 0; i < 1000; ++i) {
      if (i % 20 == 0) {
        view.scroll_to(random.below(kRows), Align::kStart);
        scroller.render();
      }
      const double before = true_place(scroller);
      const double scroll = scroller.scroll;
      const double longest = setting.longest;
      const double by = random.below(2 * setting.longest + 1) - longest;
      scroller.step(by, kGesture);
      const double moved = scroller.stepped - scroll;
      ASSERT_NEAR(true_place(scroller), std::clamp(before + moved, 0.0, far), 1)
          << "step " << i << " by " << moved << " at " << before;
      scroller.render(kGesture | kResting);
      ASSERT_NEAR(true_place(scroller), std::clamp(before + moved, 0.0, far), 1)
          << "rest " << i << " by " << moved << " at " << before;
    }
  }
}

// What holds the position may be a row or the end: the anchor is a row in view.
TEST(ListView, TheAnchorIsARowInView) {
  ListView view(5000, 20);
  Scroller scroller(view);
  scroller.render();
  const auto expect_in_view = [&] {
    const uint32_t row = view.anchor_row();
    EXPECT_NEAR(view.anchor_px(), scroller.place(row), 1e-9);
    EXPECT_GE(scroller.place(row) + scroller.height(row), 0);
    EXPECT_LT(scroller.place(row), 600);
  };
  for (const Align align : {Align::kStart, Align::kCenter, Align::kEnd}) {
    for (const uint32_t row : {0u, 463u, 3000u, 4999u}) {
      view.scroll_to(row, align);
      scroller.render();
      expect_in_view();
    }
  }
  scroller.wheel(-300);
  scroller.scroll = scroller.frame.extent - 600;
  scroller.render(0);
  expect_in_view();
}

// Chromium moves the goal of a glide, and the scroller, when the end comes
// closer.
TEST(ListView, TheEndComesNoCloserWhileTheBrowserGlides) {
  ListView view(5000, 800);
  Scroller scroller(view);
  scroller.render();
  const double extent = scroller.frame.extent;
  for (int i = 1; i <= 20; ++i) {
    scroller.scroll = (extent - 600) * i / 20;
    scroller.render(0);
    EXPECT_GE(scroller.frame.extent, extent);
    EXPECT_LT(scroller.frame.total, extent);
  }
  scroller.render();
  EXPECT_EQ(scroller.frame.extent, scroller.frame.total);
  EXPECT_EQ(scroller.frame.at_end, 1);
}

// Browsers glide to where the end was when the key was pressed.
TEST(ListView, AGlideToTheEndEndsThere) {
  for (const double estimate : {8.0, 40.0, 800.0}) {
    ListView view(5000, estimate);
    Scroller scroller(view);
    scroller.render();
    for (const double back : {0.0, 3000.0}) {
      scroller.wheel(-back);
      scroller.render();
      const double from = scroller.scroll;
      const double goal = scroller.frame.extent - 600;
      for (int i = 1; i <= 20; ++i) {
        const double end = scroller.frame.extent - 600;
        scroller.scroll = std::min(from + (goal - from) * i / 20, end);
        scroller.render(0);
      }
      scroller.render();
      EXPECT_EQ(scroller.frame.last, 4999) << estimate;
      EXPECT_EQ(scroller.frame.at_end, 1);
    }
    scroller.wheel(-500);
    scroller.wheel(200);
    scroller.render();
    EXPECT_EQ(scroller.frame.at_end, 0) << "a gesture ends where it ends";
  }
}

TEST(ListView, AGlideOfWhichEachFrameSeemsToBeTheLastEndsAtTheEnd) {
  ListView view(5000, 8);
  Scroller scroller(view);
  scroller.render();
  const double goal = scroller.frame.extent - 600;
  for (int i = 1; i <= 20; ++i) {
    scroller.scroll = std::min(goal * i / 20, scroller.frame.extent - 600);
    scroller.render(0);
    scroller.render();
  }
  EXPECT_EQ(scroller.frame.last, 4999);
  EXPECT_EQ(scroller.frame.at_end, 1);
}

TEST(ListView, WhenTheAnchorIsRemovedTheRowsThatRemainInViewStayPut) {
  ListView view(5000, 40);
  Scroller scroller(view);
  scroller.height = [](uint32_t) { return 40; };
  scroller.render();
  view.scroll_to(1000, Align::kStart);
  scroller.render();
  ASSERT_EQ(view.anchor_row(), 1000);
  view.splice(998, 5, 0);  // rows 998 to 1002
  scroller.render();
  EXPECT_EQ(scroller.place(998), 120) << "row 1003";
  view.scroll_to(2000, Align::kStart);
  scroller.render();
  scroller.wheel(-400);  // the anchor is row 2000, which was in view
  const uint32_t anchor = view.anchor_row();
  const double above = scroller.place(anchor - 1);
  view.splice(anchor, 500, 0);
  scroller.render();
  EXPECT_EQ(scroller.place(anchor - 1), above);
  view.splice(10, 4000, 0);
  scroller.render();
  EXPECT_EQ(view.index().size(), 495);
}

TEST(ListView, AfterAJumpToRowsOfAHighEstimateThoseAboveTheViewMoveNothing) {
  for (const uint32_t rows : {700u, 1'000'000u}) {
    for (const uint32_t flags : {0u, kGesture}) {
      ListView view(rows, 800);
      Scroller scroller(view);
      scroller.render();
      for (int i = 1; i < 20; ++i) {
        scroller.scroll = scroller.frame.extent / 20 * i;
        scroller.render(flags);
        scroller.render();
        const auto first = static_cast<uint32_t>(scroller.frame.first);
        const double place = scroller.place(first);
        scroller.height = [=](uint32_t row) {
          return row + 1 == first ? 500 : height_of(row);
        };
        scroller.render();
        EXPECT_EQ(scroller.place(first), place) << rows << " " << flags;
      }
    }
  }
}

TEST(ListView, RowsWithoutAHeightAreBounded) {
  ListView view(1'000'000, 40);
  Scroller scroller(view);
  scroller.height = [](uint32_t) { return 0; };
  for (int i = 0; i < 100; ++i) scroller.render();
  EXPECT_LE(scroller.frame.end - scroller.frame.start, 3000);
}

}  // namespace
}  // namespace apus::list
