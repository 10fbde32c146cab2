// A browser's scroller around a view, for tests of its frames.
#ifndef APUS_TESTS_LIST_SCROLLER_H_
#define APUS_TESTS_LIST_SCROLLER_H_

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "apus/list/list_view.h"

namespace apus::list {

inline double height_of(uint32_t row) { return 24 + (row * 2654435761u) % 200; }

// Renders and measures the rows of each frame.
class Scroller {
 public:
  explicit Scroller(ListView& view, double viewport = 600)
      : view_(view), viewport_(viewport) {}

  double scroll = 0;
  double stepped = 0;  // where the last step() took the scroller
  ListView::Frame frame;
  // The size of a row, px.
  std::function<double(uint32_t)> height = height_of;

  const ListView::Frame& render(uint32_t flags = ListView::kResting) {
    now_ += 16;
    ask(flags);
    for (int round = 0; round < 8; ++round) {
      std::vector<double> pairs;
      for (auto row = frame.start; row < frame.end; ++row) {
        pairs.push_back(row);
        pairs.push_back(height(static_cast<uint32_t>(row)));
      }
      const uint32_t changed =
          view_.measure(pairs.data(), static_cast<uint32_t>(pairs.size() / 2));
      ask(flags);
      if (changed == 0) break;
    }
    return frame;
  }

  // Where a row's edge is, from the viewport's.
  double place(uint32_t row) const {
    return view_.offset_px(row) - frame.position;
  }

  const ListView::Frame& wheel(double by) {
    scroll =
        std::clamp(scroll + by, 0.0, std::max(0.0, frame.extent - viewport_));
    return render(ListView::kGesture);
  }

  // One instant step: the scroller rests before the new rows are measured.
  const ListView::Frame& step(double by, uint32_t flags) {
    scroll = stepped =
        std::clamp(scroll + by, 0.0, std::max(0.0, frame.extent - viewport_));
    now_ += 16;
    ask(flags);
    return render(flags | ListView::kResting);
  }

 private:
  void ask(uint32_t flags) {
    frame = *view_.frame(now_, scroll, viewport_, flags);
    if (frame.scroll >= 0) scroll = frame.scroll;
  }

  ListView& view_;
  double viewport_;
  double now_ = 0;
};

}  // namespace apus::list

#endif  // APUS_TESTS_LIST_SCROLLER_H_
