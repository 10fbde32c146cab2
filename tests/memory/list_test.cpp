#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "apus/list/list_view.h"
#include "refused.h"

namespace apus::list {
namespace {

constexpr double kEstimate = 40;

// The sizes that a list should have: they change only when a call succeeds.
class Model {
 public:
  explicit Model(uint32_t rows) : sizes_(rows, kEstimate) {}

  void measure(ListView& view, uint32_t row, double px) {
    const double pair[] = {static_cast<double>(row), px};
    if (row < view.index().size() && view.measure(pair, 1)) sizes_[row] = px;
  }
  void splice(ListView& view, uint32_t at, uint32_t removed,
              uint32_t inserted) {
    if (!view.splice(at, removed, inserted)) return;
    const Allowed allowed;
    sizes_.erase(sizes_.begin() + at, sizes_.begin() + at + removed);
    sizes_.insert(sizes_.begin() + at, inserted, kEstimate);
  }
  void move(ListView& view, uint32_t from, uint32_t to) {
    if (!view.move(from, to)) return;
    const Allowed allowed;
    const double size = sizes_[from];
    sizes_.erase(sizes_.begin() + from);
    sizes_.insert(sizes_.begin() + to, size);
  }
  void check(const ListView& view) const {
    const Allowed allowed;
    const SizeIndex& index = view.index();
    ASSERT_EQ(index.size(), sizes_.size());
    double sum = 0;
    for (uint32_t row = 0; row < index.size(); ++row) {
      ASSERT_EQ(to_px(index.size_of(row)), sizes_[row]) << row;
      sum += sizes_[row];
    }
    ASSERT_EQ(to_px(index.total()), sum);
  }

 private:
  std::vector<double> sizes_;
};

TEST(RefusedMemory, LeavesTheSizesOfAListAsTheyWere) {
  const uint64_t allocations = refuse_each([] {
    ListView view(3000, kEstimate);
    const bool made = view.index().size() == 3000;
    if (!made) {
      EXPECT_EQ(view.index().size(), 0u);
      return;
    }
    Model model = [] {
      const Allowed allowed;
      return Model(3000);
    }();
    // Every 40th row, to cut runs and split nodes.
    for (uint32_t row = 0; row < 3000; row += 40)
      model.measure(view, row, 20 + row % 90);
    for (uint32_t row = 1100; row < 1400; ++row)
      model.measure(view, row, 30 + row % 50);
    model.splice(view, 1200, 10, 700);  // cuts a dense leaf
    model.splice(view, 0, 5, 3);
    model.move(view, 1250, 5);
    model.move(view, 5, 2000);
    model.splice(view, 100, 2500, 0);
    model.splice(view, 50, 0, 1);
    model.check(view);
    const Allowed allowed;
    model = Model(0);
  });
  EXPECT_GT(allocations, 200u);
}

TEST(RefusedMemory, ShowsFewerRowsOfMasonryAndLosesHeadersAtWorst) {
  const uint64_t allocations = refuse_each([] {
    ListView view(5000, kEstimate);
    if (view.index().size() == 0) return;
    const uint32_t headers[] = {0, 50, 3000};
    view.set_headers(headers, 3);
    const bool masonry = view.set_lanes(3);
    double scroll = 0;
    for (int step = 0; step < 60; ++step) {
      const ListView::Frame* frame =
          view.frame(16.0 * step, scroll, step % 20 == 19 ? 9000 : 800, 0);
      const Allowed allowed;
      EXPECT_LE(frame->start, frame->first);
      EXPECT_LE(frame->first, frame->last);
      EXPECT_LT(frame->last, frame->end);
      EXPECT_LE(frame->end, 5000);
      if (frame->scroll >= 0) scroll = frame->scroll;
      scroll += step < 30 ? 900 : -700;
      scroll = std::clamp(scroll, 0.0, frame->extent - 800);
      const double pair[] = {frame->first, 33.0 + step};
      if (!masonry) continue;
      view.measure(pair, 1);
    }
    view.set_lanes(1);
    view.frame(2000, scroll, 800, 0);
  });
  EXPECT_GT(allocations, 4u);
}

}  // namespace
}  // namespace apus::list
