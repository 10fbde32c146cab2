#include "apus/list/list_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../base/random.h"
#include "scroller.h"

namespace apus::list {
namespace {

constexpr uint32_t kGesture = ListView::kGesture;
constexpr uint32_t kResting = ListView::kResting;

TEST(ScrollMap, IsTheIdentityWhereTheBrowserDoesNotClamp) {
  const ScrollMap map(1'000'000 * 64, 600 * 64);
  EXPECT_EQ(map.far(), map.shown_far());
  EXPECT_EQ(map.to_shown(12'345), 12'345);
}

TEST(ScrollMap, BothEndsAreExactAndTheMiddleMonotone) {
  const Offset extent = Offset{100'000'000} * 64 * 50;
  const ScrollMap map(extent, 600 * 64);
  EXPECT_EQ(map.shown_far(), ScrollMap::kMaxExtent - 600 * 64);
  EXPECT_EQ(map.to_shown(0), 0);
  EXPECT_EQ(map.to_shown(1000), 1000);
  EXPECT_EQ(map.to_shown(map.far()), map.shown_far());
  EXPECT_EQ(map.to_position(map.shown_far() - 777), map.far() - 777);
  Offset before = -1;
  for (Offset shown = 0; shown <= map.shown_far();
       shown += map.shown_far() / 997) {
    const Offset position = map.to_position(shown);
    EXPECT_GT(position, before);
    EXPECT_NEAR(static_cast<double>(map.to_shown(position)),
                static_cast<double>(shown), 2);
    before = position;
  }
}

TEST(ListView, RendersTheViewportAndItsOverscan) {
  ListView view(1000, 50);
  view.set_overscan(100);
  const auto& frame = *view.frame(0, 0, 500, kResting);
  EXPECT_EQ(frame.start, 0);
  EXPECT_EQ(frame.end, 13);
  EXPECT_EQ(frame.extent, 50'000);
  EXPECT_EQ(frame.scroll, -1);
}

TEST(ListView, FasterMotionRendersFurtherAheadAndNotFurtherBehind) {
  ListView view(100'000, 50);
  view.set_overscan(400);
  view.frame(0, 0, 800, kResting);
  view.frame(16, 50'000, 800, 0);
  const ListView::Frame slow = *view.frame(10'000, 50'010, 800, kGesture);
  const ListView::Frame fast = *view.frame(10'016, 50'350, 800, kGesture);
  EXPECT_GT(fast.end - fast.last, 2 * (slow.end - slow.last));
  EXPECT_NEAR(fast.first - fast.start, slow.first - slow.start, 1);
}

// Each change of the rows costs a layout and a round of the sizes' observer.
TEST(ListView, RowsThatAreRenderedStayUntilOthersAreNeeded) {
  ListView view(100'000, 40);
  view.set_overscan(400);
  Scroller scroller(view, 800);
  scroller.render();
  for (const double by : {50, -50}) {
    int changes = 0;
    int rendered = 0;
    for (int i = 0; i < 600; ++i) {
      const ListView::Frame before = scroller.frame;
      const ListView::Frame& frame = scroller.wheel(by);
      changes += frame.start != before.start || frame.end != before.end;
      rendered += std::max(0, static_cast<int>(frame.end - before.end)) +
                  std::max(0, static_cast<int>(before.start - frame.start));
      const auto start = static_cast<uint32_t>(frame.start);
      const auto end = static_cast<uint32_t>(frame.end);
      EXPECT_LE(view.offset_px(start), std::max(0.0, frame.position - 400));
      EXPECT_GE(view.offset_px(end), frame.position + 800 + 400);
      EXPECT_LE(end - start, 50u);
    }
    EXPECT_LE(changes, 100);  // 30,000 px of rows of 123 px on average
    EXPECT_LE(rendered, 30'000 / 123 + 40);
  }
}

TEST(ListView, NothingJumpsOnTheWayUp) {
  ListView view(100'000, 40);
  Scroller scroller(view);
  scroller.render();
  view.scroll_to(50'000, Align::kStart);
  scroller.render();
  for (int i = 0; i < 500; ++i) {
    const auto row = static_cast<uint32_t>(scroller.frame.last);
    const double before = scroller.place(row);
    const double scroll = scroller.scroll;
    scroller.wheel(-37);
    EXPECT_EQ(scroller.frame.scroll, -1)
        << "the scroller is not touched in a gesture";
    EXPECT_EQ(scroller.place(row) - before, 37);
    EXPECT_EQ(scroll - scroller.scroll, 37);
  }
  const auto row = static_cast<uint32_t>(scroller.frame.first) + 1;
  const double before = scroller.place(row);
  scroller.render(kResting);
  EXPECT_EQ(scroller.place(row), before) << "nor does rest move anything";
}

TEST(ListView, ARowThatEntersWithAnotherSizeMovesNoVisibleRow) {
  for (const uint32_t lanes : {1u, 3u}) {
    ListView view(10'000, 40);
    view.set_lanes(lanes);
    Scroller scroller(view);
    scroller.render();
    view.scroll_to(5'000, Align::kStart);
    scroller.render();
    std::vector<double> late(10'000, -1);
    scroller.height = [&](uint32_t row) {
      return late[row] < 0 ? height_of(row) : late[row];
    };
    for (int i = 0; i < 300; ++i) {
      std::vector<std::pair<uint32_t, double>> before;
      for (auto r = scroller.frame.start; r < scroller.frame.end; ++r) {
        const auto row = static_cast<uint32_t>(r);
        const double place = scroller.place(row);
        // Images of rows above the view arrive.
        if (place + scroller.height(row) <= 0) late[row] = 30 + i * 7 % 200;
        if (place >= 0 && place < 500) before.emplace_back(row, place);
      }
      scroller.wheel(-53);
      for (const auto& [row, place] : before) {
        ASSERT_NEAR(scroller.place(row), place + 53, 1e-9) << row;
      }
    }
  }
}

TEST(ListView, WheelReachesBothEndsOfAnyLength) {
  for (const uint32_t rows : {1u, 3u, 1000u, 100'000'000u, 4'000'000'000u}) {
    ListView view(rows, 40);
    Scroller scroller(view);
    scroller.render();
    view.scroll_to(std::min(rows - 1, 200u), Align::kStart);
    scroller.render();
    for (int i = 0; i < 400; ++i) scroller.wheel(-137);
    EXPECT_EQ(scroller.frame.position, 0) << rows;
    EXPECT_EQ(scroller.scroll, 0);
    view.scroll_to(rows - std::min(rows, 200u), Align::kStart);
    scroller.render();
    for (int i = 0; i < 400; ++i) scroller.wheel(137);
    EXPECT_EQ(scroller.frame.last, rows - 1.0);
    EXPECT_EQ(scroller.frame.at_end, 1);
  }
}

// The browser scrolls to the end in its own steps; setting the scroller would
// end them.
TEST(ListView, HomeAndEndReachTheEndsOfAnyLengthUndisturbed) {
  for (const uint32_t rows : {1000u, 99'000u, 105'000u, 100'000'000u}) {
    for (const double last : {300.0, 700.0, 1300.0, 5000.0}) {
      ListView view(rows, 40);
      Scroller scroller(view);
      scroller.render();
      const auto step = [&](double to) {
        scroller.scroll = std::clamp(to, 0.0, scroller.frame.extent - 600);
        scroller.render(0);
        ASSERT_EQ(scroller.frame.scroll, -1);
      };
      const double end = scroller.frame.extent - 600;
      for (const double part : {0.1, 0.4, 0.8}) step(end * part);
      step(end - last);
      step(end - 100);
      step(end);
      while (scroller.frame.extent - 600 > scroller.scroll)
        step(scroller.frame.extent);
      EXPECT_EQ(scroller.frame.last, rows - 1.0) << rows << " " << last;
      EXPECT_EQ(scroller.frame.at_end, 1);
      for (const double part : {0.9, 0.5, 0.1}) step(end * part);
      step(last);
      step(100);
      step(0);
      EXPECT_EQ(scroller.frame.position, 0) << rows << " " << last;
    }
  }
}

TEST(ListView, ScrollToAlignsWhateverIsMeasuredMeanwhile) {
  ListView view(1'000'000, 40);
  Scroller scroller(view);
  scroller.render();
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const uint32_t row = 100 + random.below(999'000);
    const double height = height_of(row);
    view.scroll_to(row, Align::kStart);
    scroller.render();
    EXPECT_EQ(scroller.place(row), 0);
    view.scroll_to(row, Align::kEnd);
    scroller.render();
    EXPECT_EQ(scroller.place(row) + height, 600);
    view.scroll_to(row, Align::kCenter);
    scroller.render();
    EXPECT_NEAR(scroller.place(row) + height / 2, 300, 1);
    const double before = scroller.place(row);
    view.scroll_to(row, Align::kNearest);
    scroller.render();
    EXPECT_EQ(scroller.place(row), before);
  }
}

TEST(ListView, SplicesMeasuresAndResizesLeaveTheAnchorInPlace) {
  ListView view(100'000, 40);
  Scroller scroller(view);
  scroller.render();
  view.scroll_to(50'000, Align::kStart);
  scroller.render();
  Random random(2);
  uint32_t row = view.anchor_row();
  const double place = scroller.place(row);
  for (int i = 0; i < 2000; ++i) {
    const uint32_t rows = view.index().size();
    uint32_t at = random.below(rows - 30);
    if (at + 30 > row && at <= row) at = row + 1;  // not the anchor itself
    const uint32_t removed = std::min(random.below(30), rows - at);
    const uint32_t inserted = random.below(60);
    view.splice(at, removed, inserted);
    if (at <= row) row += inserted - removed;
    const double pair[] = {static_cast<double>(random.below(rows / 2)),
                           random.below(300) * 1.0};
    if (pair[0] != row) view.measure(pair, 1);
    scroller.frame = *view.frame(i, scroller.scroll, 600, kGesture);
    if (scroller.frame.scroll >= 0) scroller.scroll = scroller.frame.scroll;
    ASSERT_EQ(view.anchor_row(), row);
    ASSERT_NEAR(scroller.place(row), place, 1e-9);
  }
}

TEST(ListView, AStuckEndStaysUntilTheUserScrollsUp) {
  ListView view(0, 40);
  view.set_stick(true);
  Scroller scroller(view);
  view.splice(0, 0, 100);
  scroller.render();
  EXPECT_EQ(scroller.frame.last, 99);
  view.splice(100, 0, 10);
  scroller.render();
  EXPECT_EQ(scroller.frame.last, 109);
  EXPECT_EQ(scroller.frame.at_end, 1);
  scroller.wheel(-300);
  const double position = scroller.frame.position;
  view.splice(110, 0, 10);
  scroller.render();
  EXPECT_EQ(scroller.frame.position, position);
  for (int i = 0; i < 30; ++i) scroller.wheel(300);
  view.splice(120, 0, 1);
  scroller.render();
  EXPECT_EQ(scroller.frame.last, 120);
}

TEST(ListView, TheLastHeaderAboveIsStickyAndTheNextPushesIt) {
  ListView view(1000, 40);
  const uint32_t headers[] = {0, 10, 20, 500};
  view.set_headers(headers, 4);
  view.frame(0, 0, 600, kResting);
  view.go(15 * 40);
  EXPECT_EQ(view.frame(1, 0, 600, kResting)->stuck, 10);
  view.go(20 * 40 - 15);
  const auto& frame = *view.frame(2, 0, 600, kResting);
  EXPECT_EQ(frame.stuck, 10);
  EXPECT_EQ(frame.push, 25);
  view.splice(5, 3, 0);  // headers move with their rows
  view.go(17 * 40);
  EXPECT_EQ(view.frame(3, 0, 600, kResting)->stuck, 17);
  view.splice(17, 1, 0);
  view.go(18 * 40);
  EXPECT_EQ(view.frame(4, 0, 600, kResting)->stuck, 7);
}

TEST(ListView, AnEmptyListHasAFrame) {
  ListView view(0, 40);
  const auto& frame = *view.frame(0, 0, 600, kResting);
  EXPECT_EQ(frame.start, 0);
  EXPECT_EQ(frame.end, 0);
  EXPECT_EQ(frame.last, -1);
  EXPECT_EQ(frame.extent, 0);
  view.splice(0, 0, 5);
  EXPECT_EQ(view.frame(1, 0, 600, kResting)->end, 5);
  view.splice(0, 5, 0);
  EXPECT_EQ(view.frame(2, 0, 600, kResting)->end, 0);
}

// After any random operations, frames stay within the list and cover the
// viewport.
TEST(ListView, FramesCoverTheViewportAfterAnyOperations) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    Random random(seed);
    ListView view(seed % 2 ? 1000 : 100'000'000, 40);
    Scroller scroller(view);
    scroller.render();
    for (int i = 0; i < 3000; ++i) {
      const uint32_t rows = view.index().size();
      switch (random.below(7)) {
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
          break;
        case 3: {
          const uint32_t at = random.below(rows);
          if (rows > 100)
            view.splice(at, std::min(random.below(50), rows - at), 1);
          break;
        }
        case 4:
          view.set_gap(random.below(20));
          break;
        default:
          scroller.wheel(random.below(2000) - 1000.0);
      }
      const auto& frame =
          scroller.render(random.one_in(2) ? kResting : kGesture);
      const double top =
          to_px(view.index().offset_of(static_cast<uint32_t>(frame.start)));
      const double bottom =
          to_px(view.index().offset_of(static_cast<uint32_t>(frame.end)));
      ASSERT_LE(frame.end, view.index().size());
      ASSERT_LE(top, frame.position + 1e-9);
      ASSERT_GE(bottom, std::min(frame.position + 600, frame.total) - 1e-9);
      ASSERT_GE(frame.position, 0);
      ASSERT_LE(frame.position, std::max(0.0, frame.total - 600) + 1e-9);
      ASSERT_GE(scroller.scroll, 0);
      ASSERT_LE(frame.end - frame.start, 800);
    }
  }
}

}  // namespace
}  // namespace apus::list
