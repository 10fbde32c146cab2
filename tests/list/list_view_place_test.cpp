// Which place the view takes and keeps: set, held, at an end, beyond the list.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "apus/list/list_view.h"
#include "scroller.h"

namespace apus::list {
namespace {

constexpr uint32_t kResting = ListView::kResting;
constexpr uint32_t kOutside = ListView::kOutside;

// At the end of rows of 40 px, where a glide has brought it.
Scroller at_end(ListView& view) {
  Scroller scroller(view);
  scroller.height = [](uint32_t) { return 40; };
  scroller.render();
  scroller.step(1e9, 0);
  return scroller;
}

TEST(ListView, AGlideToTheEndHoldsNothingAgainstWhatComesAfterwards) {
  ListView view(1000, 40);
  Scroller scroller = at_end(view);
  ASSERT_EQ(scroller.place(999), 560);
  view.scroll_to(10, Align::kStart);
  scroller.render();
  EXPECT_EQ(scroller.place(10), 0);
  view.go(20'000);
  scroller.render();
  scroller.render();
  EXPECT_EQ(scroller.frame.position, 20'000);
}

TEST(ListView, RowsAppendedAtTheEndMoveNothing) {
  ListView view(1000, 40);
  Scroller scroller = at_end(view);
  for (int i = 0; i < 3; ++i) {
    view.splice(1000, 0, 10);
    scroller.render();
    EXPECT_EQ(scroller.place(999), 560);
  }
}

TEST(ListView, WhatTheEndHasMovedDoesNotMoveBack) {
  ListView view(1000, 40);
  Scroller scroller(view);
  double last = 100;
  double other = 40;
  scroller.height = [&](uint32_t row) {
    return row == 999 ? last : row == 995 ? other : 40;
  };
  scroller.render();
  view.scroll_to(999, Align::kEnd);
  scroller.render();
  scroller.wheel(-10);
  scroller.render();
  ASSERT_EQ(scroller.place(990), 150);
  last = 50;  // the end comes up
  scroller.render();
  ASSERT_EQ(scroller.place(990), 190);
  other = 140;
  scroller.render();
  EXPECT_EQ(scroller.place(990), 190);
}

TEST(ListView, AViewportThatGrowsAtTheEndStaysThere) {
  ListView view(1000, 40);
  view.frame(0, 0, 400, kResting);
  view.go(39'600);
  view.frame(16, 0, 400, kResting);
  view.frame(32, 39'600, 400, kResting);
  EXPECT_EQ(view.frame(48, 39'586, 414, 0)->position, 39'586);
  EXPECT_EQ(view.frame(64, 39'586, 414, kResting)->position, 39'586);
}

TEST(ListView, AHeldPlaceIsTakenOnceRowsMakeItPossible) {
  ListView view(1000, 40);
  Scroller scroller(view);
  double image = 0;
  scroller.height = [&](uint32_t row) { return row == 999 ? image : 40; };
  view.hold(990, 100);
  scroller.render();
  scroller.render();
  ASSERT_GT(scroller.place(990), 100);
  image = 500;
  scroller.render();
  EXPECT_EQ(scroller.place(990), 100);
}

TEST(ListView, AScrollerThatRoundsItsPositionIsSetOnce) {
  for (const double step : {0.8, 1.0, 2.0, 4.0}) {
    ListView view(1000, 40.95);
    double scroll = 0;
    int sets = 0;
    for (const int place : {0, 1, 2, 3}) {
      view.go(20'000 + place * 100.99);
      for (int i = 0; i < 50; ++i) {
        const auto& frame = *view.frame(16 * i, scroll, 600, kResting);
        if (frame.scroll < 0) continue;
        ++sets;
        scroll = std::floor(frame.scroll / step) * step;
      }
    }
    EXPECT_LE(sets, 8) << step;
  }
}

// A window of 600 px with content before and after the list.
struct Window {
  explicit Window(ListView& view) : view_(view) {}

  double scroll = 0;  // from the list's start
  double height = 40;
  ListView::Frame frame;

  void render(uint32_t flags = kResting) {
    for (int i = 0; i < 4; ++i) {
      frame = *view_.frame(now_ += 16, scroll, 600, flags | kOutside);
      if (frame.scroll != -1) scroll = frame.scroll;
      for (auto row = frame.start; row < frame.end; ++row) {
        const double pair[] = {row, height};
        view_.measure(pair, 1);
      }
    }
  }
  // From the window's edge.
  double place(uint32_t row) const {
    return frame.origin + view_.offset_px(row) -
           view_.offset_px(static_cast<uint32_t>(frame.start)) - scroll;
  }

 private:
  ListView& view_;
  double now_ = 0;
};

TEST(ListView, AWindowBeyondTheListsEndStaysWhereItIs) {
  ListView view(1000, 40);
  Window window(view);
  window.height = 37;  // the end comes nearer
  window.render();
  window.scroll = window.frame.extent - 600 + 250;
  window.render(0);
  window.render();
  EXPECT_NEAR(window.place(999) + 37, 350, 1);
}

TEST(ListView, AWindowAboveTheListIsNotMovedByIt) {
  ListView view(1000, 40);
  Window window(view);
  window.scroll = -300;
  window.render();
  view.go(0);
  view.resume();
  window.render();
  EXPECT_EQ(window.scroll, -300);
  view.scroll_to(0, Align::kStart);
  window.render();
  EXPECT_EQ(window.scroll, 0);
}

TEST(ListView, AWindowThatLostItsPlaceReturnsToTheListsStart) {
  ListView view(1000, 40);
  Window window(view);
  window.render();
  window.scroll = -173;  // the list was hidden, and the document short
  view.resume();
  window.render();
  EXPECT_EQ(window.scroll, 0);
}

TEST(ListView, APlaceAboveAListInAWindowIsRestored) {
  for (const double place : {-300.0, -1.0, 0.0, 5000.0}) {
    ListView view(1000, 40);
    Window window(view);
    window.scroll = place;
    window.render(0);
    window.render();
    const uint32_t row = view.anchor_row();
    const double px = view.anchor_px();
    EXPECT_EQ(px, view.offset_px(row) - place);
    view.scroll_to(500, Align::kStart);
    window.render();
    ASSERT_EQ(window.scroll, 20'000);
    view.hold(row, px);
    EXPECT_EQ(view.anchor_px(), px);
    window.render();
    EXPECT_NEAR(window.scroll, place, 0.5);
    EXPECT_NEAR(view.anchor_px(), px, 0.5);
  }
}

TEST(ListView, AWindowScrolledAwayFromARestoredPlaceStaysWhereItIs) {
  ListView view(1000, 40);
  Window window(view);
  window.render();
  view.hold(995, 300);  // 100 px beyond the end
  window.render();
  EXPECT_EQ(window.place(995), 300);
  window.scroll += 150;
  window.render(0);
  window.render();
  EXPECT_EQ(window.place(995), 150);
  view.resume();
  window.render();
  EXPECT_EQ(window.place(995), 150);
}

TEST(ListView, AWindowGoesToARowCloseToTheEndWhateverSizesItsRowsHave) {
  for (const double height : {10.0, 36.0, 120.0}) {
    ListView view(930, 40);
    Window window(view);
    window.height = height;
    window.render();
    view.scroll_to(924, Align::kCenter);
    window.render();
    EXPECT_EQ(window.place(924), std::max(300 - height / 2, 600 - 6 * height))
        << height;
  }
}

TEST(ListView, AWindowBeyondTheEndStaysThereWhenItIsSetAFrameLater) {
  ListView view(1000, 40);
  Window window(view);
  window.render();
  window.scroll = window.frame.extent - 600 + 250;
  window.render(0);
  window.render();
  const uint32_t anchor = view.anchor_row();
  const double before = window.place(anchor);
  const double pair[] = {anchor - 1.0, 140};
  view.measure(pair, 1);
  // The document is not as long yet: the window cannot go there.
  const auto& frame = *view.frame(1e6, window.scroll, 600, kResting | kOutside);
  EXPECT_EQ(frame.scroll, window.scroll + 100);
  view.resume();
  const auto& next =
      *view.frame(1e6 + 16, window.scroll, 600, kResting | kOutside);
  EXPECT_EQ(next.scroll, window.scroll + 100);
  window.scroll = next.scroll;
  window.frame = next;
  EXPECT_EQ(window.place(anchor), before);
}

TEST(ListView, RowsAboveAWindowBeyondTheEndMoveNothing) {
  ListView view(1000, 40);
  Window window(view);
  window.render();
  view.hold(990, 100);  // 100 px beyond the end
  window.render();
  window.scroll += 150;
  window.render(0);
  window.render();
  const double before = window.place(999);
  const double pair[] = {990, 140};
  view.measure(pair, 1);
  const auto& frame = *view.frame(1e6, window.scroll, 600, kResting | kOutside);
  window.scroll = frame.scroll;
  window.frame = frame;
  EXPECT_EQ(window.place(999), before);
}

}  // namespace
}  // namespace apus::list
