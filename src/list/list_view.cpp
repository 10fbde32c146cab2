#include "apus/list/list_view.h"

#include <algorithm>
#include <cmath>

namespace apus {
namespace {

constexpr Offset kPx = 64;
// Motion is rendered ahead for this many frames and this time: what the
// compositor scrolls before the next frame of ours is on the screen.
constexpr double kFramesAhead = 3;
constexpr double kMsAhead = 48;
constexpr double kViewportsAhead = 4;

}  // namespace

ListView::ListView(uint32_t rows, double estimate)
    : index_(rows, static_cast<Length>(to_units(estimate))) {}

void ListView::set_padding(double leading, double trailing) {
  leading_ = to_units(leading);
  trailing_ = to_units(trailing);
  position_ = std::min(position_, map().far());
  anchor();
}

void ListView::set_stick(bool stick) {
  if (stick && !stick_) at_end_ = true;
  stick_ = stick;
  settle();
}

uint32_t ListView::measure(const double* pairs, uint32_t n) {
  uint32_t changed = 0;
  for (uint32_t i = 0; i < n; ++i) {
    const auto row = static_cast<uint32_t>(pairs[2 * i]);
    if (row >= index_.size()) continue;
    changed += index_.measure(
                   row, static_cast<Length>(to_units(pairs[2 * i + 1]))) != 0;
  }
  if (changed) settle();
  return changed;
}

void ListView::splice(uint32_t at, uint32_t removed, uint32_t inserted) {
  const bool was_empty = index_.size() == 0;
  index_.remove(at, removed);
  index_.insert(at, inserted);
  const auto follow = [=](uint32_t row) {
    if (row < at) return row;
    if (row < at + removed) return at + std::min(row - at, inserted);
    return row - removed + inserted;
  };
  anchor_ = follow(anchor_);
  target_row_ = follow(target_row_);
  const auto from = std::ranges::lower_bound(headers_, at);
  auto to = from;
  for (auto it = from; it != headers_.end(); ++it) {
    if (*it >= at + removed) *to++ = *it - removed + inserted;
  }
  headers_.erase(to, headers_.end());
  if (was_empty || index_.size() == 0) {
    anchor_ = 0;
    anchor_shift_ = leading_;
    target_ = false;
  } else {
    anchor_ = std::min(anchor_, index_.size() - 1);
    target_row_ = std::min(target_row_, index_.size() - 1);
  }
  settle();
}

void ListView::move(uint32_t from, uint32_t to) {
  const Length size = index_.size_of(from);
  splice(from, 1, 0);
  splice(to, 0, 1);
  index_.measure(to, size);
  settle();
}

void ListView::set_estimate(double px) {
  index_.set_estimate(static_cast<Length>(to_units(px)));
  settle();
}

void ListView::set_gap(double px) {
  index_.set_gap(static_cast<Length>(to_units(px)));
  settle();
}

void ListView::set_headers(const uint32_t* rows, uint32_t n) {
  headers_.assign(rows, rows + n);
}

// ---- Going somewhere
// --------------------------------------------------------------

// The size of the sticky header that covers the edge when `row` stands there.
Offset ListView::stuck_size(uint32_t row) const {
  const auto after = std::ranges::upper_bound(headers_, row);
  if (after == headers_.begin() || after[-1] == row) return 0;
  return index_.size_of(after[-1]);
}

Offset ListView::solve(uint32_t row, Align align) const {
  const Offset far = map().far();
  const Offset start = leading_ + index_.offset_of(row);
  const Offset end = start + index_.size_of(row);
  const Offset covered = stuck_size(row);
  Offset position = position_;
  const bool before = start - covered < position_;
  const bool after = end > position_ + viewport_;
  if (align == Align::kNearest) {
    if (before == after) return position_;  // in view, or larger than the view
    align = before ? Align::kStart : Align::kEnd;
  }
  if (align == Align::kStart) {
    position = row == 0 ? 0 : start - covered;
  } else if (align == Align::kEnd) {
    position = row + 1 == index_.size() ? far : end - viewport_;
  } else {
    position = (start + end - viewport_ - covered) / 2 / kPx *
               kPx;  // text on whole px
  }
  return std::clamp<Offset>(position, 0, far);
}

double ListView::target(uint32_t row, Align align) const {
  return to_px(solve(row, align));
}

void ListView::scroll_to(uint32_t row, Align align) {
  if (align ==
      Align::kNearest) {  // decided now, not anew with every measurement
    const Offset start = leading_ + index_.offset_of(row);
    const bool before = start - stuck_size(row) < position_;
    const bool after = start + index_.size_of(row) > position_ + viewport_;
    if (before == after) return;
    align = before ? Align::kStart : Align::kEnd;
  }
  target_ = true;
  target_row_ = row;
  target_align_ = align;
  at_end_ = false;
  set_ = true;
  settle();
  at_end_ = position_ >= map().far();
  anchor();
}

void ListView::hold(uint32_t row, double px) {
  if (index_.size() == 0) return;
  target_ = false;
  at_end_ = false;
  set_ = true;
  anchor_ = std::min(row, index_.size() - 1);
  anchor_shift_ = to_units(px);
  settle();
}

void ListView::go(double position) {
  target_ = false;
  set_ = true;
  const Offset far = map().far();
  position_ = std::clamp<Offset>(to_units(position), 0, far);
  at_end_ = position_ >= far;
  anchor();
}

void ListView::settle() {
  const Offset far = map().far();
  if (stick_ && at_end_) {
    position_ = far;
  } else if (index_.size() == 0) {
    position_ = 0;
  } else if (target_) {
    position_ = solve(target_row_, target_align_);
  } else {
    position_ = std::clamp<Offset>(
        leading_ + index_.offset_of(anchor_) - anchor_shift_, 0, far);
  }
}

// The first row that begins in the upper half of the viewport: a row that the
// edge cuts may grow above the edge, unseen. Else the row at the edge.
void ListView::anchor() {
  if (index_.size() == 0) return;
  const Offset edge = position_ - leading_;
  SizeIndex::Place place = index_.at(edge);
  if (place.start < edge && place.row + 1 < index_.size()) {
    const Offset next = place.start + place.size + index_.gap();
    if (next - edge <= viewport_ / 2) place = {place.row + 1, next, 0};
  }
  anchor_ = place.row;
  anchor_shift_ = place.start - edge;
}

// ---- A frame
// ------------------------------------------------------------------------

void ListView::moved(double now, Offset shown, uint32_t flags) {
  const Offset by = shown - shown_;
  const Offset before = position_;
  const ScrollMap map = this->map();
  const bool squeezed = ScrollMap::squeezed(content());
  const bool jump = !(flags & kGesture) && std::abs(by) > viewport_ * 3 / 2;
  const bool relative = !squeezed || !jump;
  Offset to = position_ + by;
  if (!relative) {  // a whole number of px apart, or text would blur
    to = map.to_position(std::clamp<Offset>(shown, 0, map.shown_far()));
    to = shown + (to - shown) / kPx * kPx;
  }
  // The scroller's ends are the list's, to the last fraction.
  const bool apart =
      std::abs(position_ - shown_ - (map.far() - map.shown_far())) >= kPx;
  if (shown <= 0 && (!relative || std::abs(position_ - shown_) < kPx)) to = 0;
  if (by > 0 && !squeezed && shown >= to_units(frame_.extent) - viewport_ - kPx)
    to = map.far();
  if (by > 0 && squeezed && shown >= map.shown_far() - kPx &&
      (!relative || !apart))
    to = map.far();
  position_ = std::clamp<Offset>(to, 0, map.far());
  shown_ = shown;
  at_end_ = position_ >= map.far() - kPx;
  // Who comes down to the end stays there while its rows are measured.
  target_ = by > 0 && position_ == map.far() && index_.size() > 0;
  target_row_ = index_.size() - 1;
  target_align_ = Align::kEnd;
  const double ms = std::clamp(now - time_, 1.0, 250.0);
  const double speed = to_px(position_ - before) / ms;
  if (jump) {
    speed_ = 0;
  } else if (speed * speed_ > 0 && std::abs(speed) < std::abs(speed_)) {
    speed_ +=
        (speed - speed_) * 0.3;  // quick to believe a speed, slow to forget it
  } else {
    speed_ = speed;
  }
  if (ms < 200) interval_ += (ms - interval_) * 0.3;
  time_ = now;
  anchor();
}

void ListView::find_range() {
  frame_.stuck = -1;
  frame_.push = 0;
  if (index_.size() == 0) {
    frame_.start = frame_.end = frame_.first = frame_.last = 0;
    frame_.origin = to_px(leading_);
    return;
  }
  const double ahead_ms = kFramesAhead * interval_ + kMsAhead;
  const Offset ahead = std::clamp<Offset>(
      to_units(std::abs(speed_) * ahead_ms), overscan_,
      std::max<Offset>(overscan_,
                       static_cast<Offset>(kViewportsAhead *
                                           static_cast<double>(viewport_))));
  const Offset top = position_ - leading_;
  const Offset bottom = top + viewport_;
  const SizeIndex::Place first = index_.at(top);
  const SizeIndex::Place start =
      index_.at(top - (speed_ < 0 ? ahead : overscan_));
  const SizeIndex::Place end =
      index_.at(bottom + (speed_ > 0 ? ahead : overscan_));
  const SizeIndex::Place last = index_.at(bottom - 1);
  frame_.start = start.row;
  frame_.end = end.row + 1.0;
  frame_.first = first.row;
  frame_.last = last.row;
  frame_.origin = to_px(leading_ + start.start - position_ + shown_);
  const auto next = std::ranges::upper_bound(headers_, first.row);
  if (next == headers_.begin()) return;
  frame_.stuck = next[-1];
  if (next == headers_.end()) return;
  const Offset size = index_.size_of(next[-1]);
  const Offset space = index_.offset_of(*next) - top;
  if (space < size) frame_.push = to_px(size - space);
}

const ListView::Frame* ListView::frame(double now, double scroll,
                                       double viewport, uint32_t flags) {
  const Offset height = to_units(viewport);
  if (height != viewport_) {
    viewport_ = height;
    settle();
  }
  Offset shown = to_units(scroll);
  if (flags & kOutside)
    shown = std::clamp<Offset>(
        shown, 0, std::max<Offset>(0, to_units(frame_.extent) - viewport_));
  if (set_ || (landing_ && std::abs(shown - shown_) <= kPx)) {
    shown_ = shown;
  } else if (shown != shown_) {
    moved(now, shown, flags);
  }
  landing_ = false;
  if (flags & kResting) speed_ = 0;

  const ScrollMap map = this->map();
  const Offset want = map.to_shown(position_);
  // Close to an end the two must meet before the scroller gets there. At the
  // far end of a list that is not squeezed they always do, by `extent`.
  const bool squeezed = ScrollMap::squeezed(content());
  const bool near = shown_ < viewport_ || position_ < viewport_ ||
                    (squeezed && (shown_ > map.shown_far() - viewport_ ||
                                  position_ > map.far() - viewport_));
  frame_.scroll = -1;
  if (std::abs(want - shown_) >= kPx && (set_ || near || (flags & kResting))) {
    shown_ = want / kPx * kPx;
    frame_.scroll = to_px(shown_);
    landing_ = true;
  }
  set_ = false;
  find_range();
  frame_.position = to_px(position_);
  frame_.total = to_px(content());
  frame_.extent = to_px(squeezed ? map.shown_far() + viewport_
                                 : content() - position_ + shown_);
  frame_.at_end = position_ >= map.far() - kPx;
  return &frame_;
}

}  // namespace apus
