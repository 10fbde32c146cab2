#include "apus/list/list_view.h"

#include <algorithm>

namespace apus::list {

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

bool ListView::measure(const double* pairs, uint32_t n) {
  bool changed = false;
  bool refused = false;
  for (uint32_t i = 0; i < n; ++i) {
    const auto row = static_cast<uint32_t>(pairs[2 * i]);
    if (row >= index_.size()) continue;
    const auto change =
        index_.measure(row, static_cast<Length>(to_units(pairs[2 * i + 1])));
    refused |= !change;
    changed |= change.value_or(0) != 0;
    if (masonry_.on()) masonry_.measured(row);
  }
  if (changed) settle();
  // A scroller reports the sizes of all rows that a frame has added at once.
  if (frame_.start < frame_.end) {
    known_ = {static_cast<uint32_t>(frame_.start),
              static_cast<uint32_t>(frame_.end) - 1};
  }
  return !refused;
}

bool ListView::splice(uint32_t at, uint32_t removed, uint32_t inserted) {
  const bool was_empty = index_.size() == 0;
  if (inserted == 0) {
    target_ &= target_row_ - at >= removed;
    if (anchor_ - at < removed) survive(at, at + removed);
  }
  // Inserts first, since that may be refused, unless both runs together have
  // too many rows.
  const bool fits = inserted < UINT32_MAX - index_.size();
  if (fits && !index_.insert(at + removed, inserted)) return false;
  index_.remove(at, removed);
  const bool whole = fits || index_.insert(at, inserted);
  follow(at, removed, whole ? inserted : 0);
  if (was_empty || index_.size() == 0) {
    anchor_ = 0;
    anchor_shift_ = leading_;
    target_ = false;
  }
  settle();
  return whole;
}

// The anchor is one of rows [at, end), which go: the nearest row in view that
// stays becomes the anchor.
void ListView::survive(uint32_t at, uint32_t end) {
  const uint32_t rows = index_.size();
  const Offset edge = position_ - leading_;
  if (end < rows && offset_of(end) < edge + viewport_) {
    anchor_ = end;
  } else if (at > 0 && offset_of(at) > edge) {
    anchor_ = at - 1;
  }
  anchor_shift_ = shift();
  held_ = false;
}

// Updates everything that names rows by number, after the index has changed.
void ListView::follow(uint32_t at, uint32_t removed, uint32_t inserted) {
  if (masonry_.on()) masonry_.spliced(at, removed, inserted, anchor_);
  const uint32_t last = index_.size() ? index_.size() - 1 : 0;
  const auto follow = [=](uint32_t row) {
    if (row < at) return row;
    const uint32_t now = row < at + removed ? at + std::min(row - at, inserted)
                                            : row - removed + inserted;
    return std::min(now, last);
  };
  anchor_ = follow(anchor_);
  target_row_ = follow(target_row_);
  frame_.start = frame_.end = 0;  // other rows have these numbers now
  forget();                       // the end is another one
  if (inserted && at > known_.first && at <= known_.last) {
    known_ = {1, 0};  // rows of unknown size among them
  } else if (at <= known_.last) {
    const auto kept = [=](uint32_t row) {
      return std::max(row, at + removed) - removed + inserted;
    };
    const uint32_t first =
        known_.first < at ? known_.first : kept(known_.first);
    const uint32_t end = kept(known_.last + 1);
    known_ =
        first < end ? Masonry::Range{first, end - 1} : Masonry::Range{1, 0};
  }
  const auto from = std::ranges::lower_bound(headers_, at);
  auto to = from;
  for (auto it = from; it != headers_.end(); ++it) {
    if (*it >= at + removed) *to++ = *it - removed + inserted;
  }
  headers_.truncate(static_cast<size_t>(to - headers_.begin()));
}

bool ListView::move(uint32_t from, uint32_t to) {
  // The row exists twice until nothing can be refused any more.
  const uint32_t copy = to > from ? to + 1 : to;
  const Length size = index_.size_of(from);
  if (!index_.insert(copy, 1)) return false;
  if (!index_.measure(copy, size)) {
    index_.remove(copy, 1);
    return false;
  }
  index_.remove(copy > from ? from : from + 1, 1);
  follow(from, 1, 0);
  follow(to, 0, 1);
  settle();
  return true;
}

void ListView::set_estimate(double px) {
  index_.set_estimate(static_cast<Length>(to_units(px)));
  settle();
}

void ListView::set_gap(double px) {
  const Offset before = index_.gap();
  index_.set_gap(static_cast<Length>(to_units(px)));
  if (index_.gap() == before) return;
  if (masonry_.on()) masonry_.spaced(Offset{index_.gap()} - before);
  settle();
}

bool ListView::set_lanes(uint32_t lanes) {
  const bool set = masonry_.set_lanes(lanes);
  settle();
  return set;
}

SizeIndex::Place ListView::at(Offset offset) const {
  if (!masonry_.on()) return index_.at(offset);
  const uint32_t row = masonry_.at(offset);
  return {row, masonry_.offset_of(row), index_.size_of(row)};
}

bool ListView::set_headers(const uint32_t* rows, uint32_t n) {
  if (!headers_.resize(n)) return false;
  std::copy_n(rows, n, headers_.data());
  return true;
}

// The size of the sticky header that covers the edge when `row` is there.
Offset ListView::stuck_size(uint32_t row) const {
  const auto after = std::ranges::upper_bound(headers_, row);
  if (after == headers_.begin() || after[-1] == row) return 0;
  return index_.size_of(after[-1]);
}

Offset ListView::solve(uint32_t row, Align align) const {
  const Offset far = map().far();
  const Offset start = leading_ + offset_of(row);
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
    // On whole px, or text would blur.
    position = (start + end - viewport_ - covered) / 2 / kPx * kPx;
  }
  return std::clamp<Offset>(position, 0, far);
}

double ListView::target(uint32_t row, Align align) const {
  return to_px(solve(row, align));
}

void ListView::scroll_to(uint32_t row, Align align) {
  // Decided once, not at every measurement.
  if (align == Align::kNearest) {
    const Offset start = leading_ + offset_of(row);
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
  outside_ = 0;
  settle();
  at_end_ = position_ >= map().far();
}

void ListView::hold(uint32_t row, double px) {
  if (index_.size() == 0) return;
  target_ = false;
  at_end_ = false;
  set_ = true;
  provisional_ = false;
  held_ = true;
  outside_ = 0;
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
  if (position_ > 0 && !at_end_) outside_ = 0;
  anchor();
}

void ListView::hold_end() {
  if (index_.size() == 0) return;
  target_ = true;
  target_row_ = index_.size() - 1;
  target_align_ = Align::kEnd;
  settle();
}

void ListView::settle() {
  const Offset far = map().far();
  if (index_.size() == 0) {
    position_ = 0;
  } else if (stick_ && at_end_) {
    position_ = far;
    anchor();
  } else if (target_) {
    position_ = solve(target_row_, target_align_);
    anchor();
  } else {
    position_ = std::clamp<Offset>(
        leading_ + offset_of(anchor_) - anchor_shift_, 0, far);
  }
}

}  // namespace apus::list
