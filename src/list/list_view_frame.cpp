// One frame: reads where the scroller moved, finds the rows to render and the
// scroller's new place.
#include <algorithm>
#include <cmath>

#include "apus/list/list_view.h"

namespace apus::list {
namespace {

// Rows are rendered ahead of the motion for this many frames and this time, to
// cover the distance that the compositor scrolls before our next frame.
constexpr double kFramesAhead = 3;
constexpr double kMsAhead = 48;
// Movements further apart may be two motions, or one on a busy machine; ms.
constexpr double kPause = 100;
// Those that are further apart do.
constexpr double kLongPause = 3000;
// The most that is rendered ahead.
constexpr double kViewportsAhead = 4;
// The least mean size of rows.
constexpr Offset kLeastMean = 8 * kPx;
// Rendered in addition to rows of 1 px, e.g. on the way of a step.
constexpr uint32_t kMoreRows = 512;

}  // namespace

void ListView::moved(double now, Offset shown, uint32_t flags) {
  const Offset by = shown - shown_;
  const Offset before = position_;
  const ScrollMap map = this->map();
  const bool squeezed = ScrollMap::squeezed(content());
  const bool jump = !(flags & kGesture) && std::abs(by) > viewport_ * 3 / 2;
  const bool relative = !squeezed || !jump;
  Offset to = position_ + by;
  if (!relative) {
    // Whole px from the scroller's position, or text would blur.
    to = map.to_position(std::clamp<Offset>(shown, 0, map.shown_far()));
    to = shown + (to - shown) / kPx * kPx;
  }
  // The scroller's ends are the list's, to the last fraction. A gesture that
  // gets there step by step has steps left if the two positions differ, or if
  // rows before the end have unknown sizes; a key or the thumb has none.
  const bool gesture = relative && (flags & kGesture);
  const auto meet = [&](Offset apart) {
    return !gesture || std::abs(apart) < kPx;
  };
  const bool ends = !gesture || known_.last + 1 >= index_.size();
  const Offset apart = position_ - shown_;
  beyond_ = to_units(frame_.extent) - viewport_ - kPx <= shown ? by : 0;
  if (shown <= 0 && meet(apart)) to = 0;
  if (beyond_ > 0 && ends && !squeezed) to = map.far();
  if (by > 0 && ends && squeezed && shown >= map.shown_far() - kPx &&
      meet(apart - (map.far() - map.shown_far())))
    to = map.far();
  position_ = std::clamp<Offset>(to, 0, map.far());
  shown_ = shown;
  gesture_ = flags & kGesture;
  at_end_ = ends && position_ >= map.far() - kPx;
  // A list that is scrolled to its end stays there while rows are measured.
  target_ = false;
  if (by > 0 && ends && position_ == map.far()) hold_end();
  const double ms = std::clamp(now - time_, 1.0, 250.0);
  const double speed = to_px(position_ - before) / ms;
  if (jump) {
    speed_ = 0;
  } else if (speed * speed_ > 0 && std::abs(speed) < std::abs(speed_)) {
    // Rises at once, falls slowly.
    speed_ += (speed - speed_) * 0.3;
  } else {
    speed_ = speed;
  }
  if (ms < 200) interval_ += (ms - interval_) * 0.3;
  time_ = now;
  if (target_ || (position_ == 0 && !gesture)) {
    anchor();
  } else if (relative) {
    step(before);
  } else {
    land();
  }
}

// How far beyond the viewport rows are rendered in the direction of motion.
Offset ListView::ahead() const {
  const double ahead_ms = kFramesAhead * interval_ + kMsAhead;
  return std::clamp<Offset>(
      to_units(std::abs(speed_) * ahead_ms), overscan_,
      std::max<Offset>(overscan_,
                       static_cast<Offset>(kViewportsAhead *
                                           static_cast<double>(viewport_))));
}

// Places masonry as far as it is rendered. The visible rows hold the position.
void ListView::place() {
  const Offset before = speed_ < 0 ? ahead() : overscan_;
  const Offset after = speed_ > 0 ? ahead() : overscan_;
  // Placing rows may move the end, and the end may move the position.
  for (int round = 0; round < 3; ++round) {
    masonry_.cover(anchor_, anchor_shift_, viewport_, before, after);
    settle();
    const Offset edge = position_ - leading_;
    if (offset_of(anchor_) - anchor_shift_ == edge) break;
    anchor();
  }
}

void ListView::find_masonry(Offset top, Offset bottom) {
  const auto [first, last] = masonry_.range(top, bottom);
  frame_.first = first;
  frame_.last = last;
  const auto [start, end] =
      masonry_.range(top - (speed_ < 0 ? ahead() : overscan_),
                     bottom + (speed_ > 0 ? ahead() : overscan_));
  frame_.start = start;
  frame_.end = end + 1.0;
  frame_.origin =
      to_px(leading_ + masonry_.offset_of(start) - position_ + shown_);
}

// The rows to render: those that the estimate finds from `from` to `to`, with
// the rows on the way from the anchor. Rows that are not measured may be as
// small as those that are, or a high estimate would uncover them one by one.
Masonry::Range ListView::widened(Offset from, Offset to) const {
  Masonry::Range range = {index_.at(from).row, index_.at(to).row};
  if (provisional_) {
    range.first = std::min(range.first, anchor_);
    range.last = std::max(range.last, anchor_);
  }
  const auto [first, last] = known_;
  const bool more = range.first < first || range.last > last;
  const bool apart = last < range.first || first > range.last;
  if (!more || apart || first > last) return range;
  const Offset begin = index_.offset_of(first);
  const Offset end = index_.offset_of(last + 1);
  const Offset mean = std::max((end - begin) / (last + 1 - first), kLeastMean);
  const auto rows = [&](Offset way) {
    return static_cast<uint32_t>(std::max<Offset>(way, 0) / mean);
  };
  if (range.first < first) {
    const uint32_t above = rows(begin - from);
    range.first = std::min(range.first, first - std::min(first, above));
  }
  if (range.last > last) {
    range.last = std::max(range.last, last + rows(to - end));
    range.last = std::min(range.last, index_.size() - 1);
  }
  return range;
}

void ListView::find_range() {
  frame_.stuck = -1;
  frame_.push = 0;
  if (index_.size() == 0) {
    frame_.start = frame_.end = frame_.first = 0;
    frame_.last = -1;
    frame_.origin = to_px(leading_);
    return;
  }
  const Offset ahead = this->ahead();
  const Offset top = position_ - leading_;
  const Offset bottom = top + viewport_;
  if (masonry_.on()) return find_masonry(top, bottom);
  const Offset before = speed_ < 0 ? ahead : overscan_;
  const Offset after = speed_ > 0 ? ahead : overscan_;
  const SizeIndex::Place first = index_.at(top);
  const SizeIndex::Place last = index_.at(bottom - 1);
  Masonry::Range range = widened(top - before, bottom + after);
  // Rendered rows stay until others are needed, up to twice as many. Then motion
  // renders some more at once, in place of those behind.
  const auto start = static_cast<uint32_t>(frame_.start);
  const auto end = static_cast<uint32_t>(frame_.end);
  const uint32_t needed = range.last - range.first + 1;
  const uint32_t more = needed / 4;
  if (range.first >= start && range.last < end && (end - start) / 2 <= needed) {
    range = {start, end - 1};
  } else if (speed_ > 0) {
    range.last += std::min(more, index_.size() - 1 - range.last);
  } else if (speed_ < 0) {
    range.first -= std::min(range.first, more);
  }
  // Rows without a height would all be in view: as many as have 1 px.
  const auto most =
      static_cast<uint32_t>((before + viewport_ + after) / kPx) + kMoreRows;
  range.first = std::max(range.first, first.row - std::min(first.row, most));
  if (range.last - first.row > most) range.last = first.row + most;
  frame_.start = range.first;
  frame_.end = range.last + 1.0;
  frame_.first = first.row;
  frame_.last = std::min(last.row, range.last);
  frame_.origin =
      to_px(leading_ + index_.offset_of(range.first) - position_ + shown_);
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
    // So does the browser, and nobody has moved the scroller.
    const Offset most = std::max<Offset>(0, rest().end);
    landing_ |= shown_ > most;
    shown_ = std::min(shown_, most);
  }
  if (held_ && !set_ && !(flags & kResting)) {
    held_ = false;  // somebody moves the scroller, maybe beyond the list only
    provisional_ = true;
  }
  const Offset seen = to_units(scroll);
  const Offset shown = flags & kOutside ? inside(seen) : seen;
  if (set_) forget();
  const bool lands = landing_ && std::abs(shown - shown_) <= kPx;
  if (lands) landed_ = shown;
  if (set_ || lands) {
    shown_ = shown;
  } else if (shown != shown_) {
    if (flags & kGesture || now - time_ > kLongPause) forget();
    if (now - time_ > kPause || (gesture_ && !(flags & kGesture))) remember();
    moved(now, shown, flags);
  }
  landing_ = false;
  if (flags & kResting) {
    speed_ = 0;
    // A browser glides to where the end was at first; a window goes beyond it.
    // Rests are reported between the frames of a glide, too: so any of the last
    // may be the first.
    const auto reached = [&](const Rest& from) {
      const Offset over = shown_ - from.end;
      const bool beyond = flags & kOutside && over > kPx;
      if (from.end <= 0 || shown_ <= from.shown + kPx) return false;
      if (beyond) outside_ = seen - from.end;
      return beyond || std::abs(over) <= kPx;
    };
    if (!gesture_ && std::ranges::any_of(rests_, reached)) {
      forget();  // once: the list may be set to other places
      hold_end();
    }
  }
  if (masonry_.on() && index_.size()) place();
  if (provisional_) {
    // A step to the scroller's end might have been longer: once the last rows
    // are measured, it may go as far again to reach the end.
    const Offset rest = this->map().far() - position_;
    at_end_ = known_.last + 1 >= index_.size() && rest <= beyond_;
    if (at_end_) hold_end();
    const bool away = shift() < 0 || shift() >= viewport_;
    if (provisional_ && (flags & kResting || away) && known()) anchor();
  } else if (flags & kResting && !held_ && anchor_shift_ != shift() &&
             known()) {
    anchor_shift_ = shift();  // the list's end is where the anchor was to be
  }

  const ScrollMap map = this->map();
  const Offset want = map.to_shown(position_);
  // Close to an end, the scroller and the list must meet before the gesture
  // gets there. At the far end of a list that is not squeezed they always do,
  // because `extent` follows.
  const bool squeezed = ScrollMap::squeezed(content());
  const bool near = shown_ < viewport_ || position_ < viewport_ ||
                    (squeezed && (shown_ > map.shown_far() - viewport_ ||
                                  position_ > map.far() - viewport_));
  frame_.scroll = -1;
  Offset by = 0;
  const bool may = set_ || (near && (flags & kGesture)) || (flags & kResting);
  // On whole px; the browser may round it to its own.
  const Offset goal = want / kPx * kPx;
  const bool there = goal == asked_ && shown_ == landed_ && !set_;
  if (may && !there && std::abs(want + outside_ - seen) >= kPx) {
    by = goal - shown_;
    shown_ = asked_ = goal;
    frame_.scroll = to_px(shown_ + outside_);
    if (frame_.scroll == -1) frame_.scroll = -1.5;  // -1 sets nothing
    landing_ = true;
  }
  set_ = false;
  find_range();
  frame_.position = to_px(position_);
  frame_.total = to_px(content());
  const Offset extent =
      squeezed ? map.shown_far() + viewport_ : content() - position_ + shown_;
  // A browser that glides to the end goes somewhere else when that comes
  // closer.
  const bool glides = !(flags & (kGesture | kResting));
  frame_.extent = std::max(to_px(extent), glides ? frame_.extent : 0);
  frame_.at_end = position_ >= map.far() - kPx;
  for (Rest& from : rests_) from.shown += by;  // nobody went there
  if (flags & kResting) remember();
  return &frame_;
}

}  // namespace apus::list
