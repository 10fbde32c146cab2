#include "apus/list/masonry.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace apus::list {

bool Masonry::set_lanes(uint32_t lanes) {
  if (lanes != lanes_) clear();
  // Enough for any row near the list's start, so that one can always be placed.
  if (lanes > 1 && !room(kReach + 1)) return false;
  lanes_ = lanes;
  return true;
}

void Masonry::measured(uint32_t row) {
  if (!has(row)) return;
  Row& it = *placed(row);
  it.size = index_.size_of(row);
  changed_ |= it.changed();
  fresh_ |= !std::exchange(it.measured, true);
}

void Masonry::spliced(uint32_t at, uint32_t removed, uint32_t inserted,
                      uint32_t stays) {
  if (at >= end()) return;
  changed_ = true;
  if (at + removed <= first_) {
    first_ += inserted - removed;
  } else if (stays < at + removed) {
    count_ = at > first_ ? at - first_ : 0;
  } else {
    drop_before(std::min(at + removed, end()));
    first_ = at + inserted;
  }
}

// ---- The rows and their edges -----------------------------------------------

// Reserves memory for n more rows.
bool Masonry::room(uint32_t n) {
  if (count_ + n <= capacity_) return true;
  const uint32_t capacity = 2 * (count_ + n);
  void* grown = std::realloc(rows_, capacity * sizeof(Row));
  if (!grown) return false;
  rows_ = static_cast<Row*>(grown);
  capacity_ = capacity;
  return true;
}

// Opens a gap of n rows before row `at` of the array. Requires: room(n).
Masonry::Row* Masonry::open(uint32_t at, uint32_t n) {
  std::memmove(rows_ + at + n, rows_ + at, (count_ - at) * sizeof(Row));
  count_ += n;
  return rows_ + at;
}

void Masonry::drop_before(uint32_t row) {
  count_ -= row - first_;
  std::memmove(rows_, rows_ + (row - first_), count_ * sizeof(Row));
  first_ = row;
}

Offset Masonry::mean(const Offset* edges) const {
  Offset sum = 0;
  for (uint32_t lane = 0; lane < lanes_; ++lane) sum += edges[lane];
  return sum / lanes_;
}

// The first lane whose edge is furthest down (sign 1) or up (-1).
uint32_t Masonry::extreme(const Offset* edges, int sign) const {
  uint32_t best = 0;
  for (uint32_t lane = 1; lane < lanes_; ++lane) {
    if (sign * edges[lane] > sign * edges[best]) best = lane;
  }
  return best;
}

void Masonry::level(Offset y) {
  for (uint32_t lane = 0; lane < lanes_; ++lane) top_[lane] = bottom_[lane] = y;
}

// A lane without rows begins at the topmost row.
void Masonry::find_edges() {
  Offset y = rows_[0].y;
  for (uint32_t i = 1; i < count_; ++i) y = std::min(y, rows_[i].y);
  level(y);
  for (uint32_t i = 0; i < count_; ++i) {
    const Row& row = rows_[i];
    bottom_[row.lane] = row.y + row.size + index_.gap();
  }
  for (uint32_t i = count_; i-- > 0;) top_[rows_[i].lane] = rows_[i].y;
}

// ---- Placing ----------------------------------------------------------------

// Puts `row` into a lane. Returns the length that it takes there.
Offset Masonry::place(Row& row, uint32_t number, uint32_t lane) {
  row.laid = row.size = index_.size_of(number);
  row.lane = static_cast<uint16_t>(lane);
  row.measured = row.settled = index_.measured(number);
  return Offset{row.size} + index_.gap();
}

void Masonry::place_next() {
  const uint32_t lane = extreme(bottom_, -1);
  Row& row = *open(count_, 1);
  row.y = bottom_[lane];
  bottom_[lane] += place(row, end() - 1, lane);
}

void Masonry::place_above() {
  const uint32_t lane = extreme(top_, 1);
  Row& row = *open(0, 1);
  row.y = top_[lane] -= place(row, --first_, lane);
}

// Places rows [0, first_); all lanes begin at the list's start.
void Masonry::place_from_start() {
  const uint32_t above = first_;
  Offset goal[kMaxLanes];
  Offset number[kMaxLanes] = {};
  std::memcpy(goal, top_, sizeof(goal));
  level(0);
  open(0, above);
  first_ = 0;
  for (uint32_t i = 0; i < above; ++i) {
    const uint32_t lane = extreme(bottom_, -1);
    rows_[i].y = bottom_[lane];
    bottom_[lane] += place(rows_[i], i, lane);
    ++number[lane];
  }
  // Moves the placed rows down by as much as the longest lane needs, and
  // spreads the space left in the other lanes between their rows. Too few rows
  // cannot hide that space: then each lane continues where it is.
  Offset by = bottom_[0] - goal[0];
  for (uint32_t lane = 1; lane < lanes_; ++lane)
    by = std::max(by, bottom_[lane] - goal[lane]);
  const bool few = above < 2 * lanes_;
  Offset passed[kMaxLanes] = {};
  for (uint32_t i = 0; i < count_; ++i) {
    Row& row = rows_[i];
    if (i < above) {
      const Offset over = few ? 0 : goal[row.lane] + by - bottom_[row.lane];
      row.y += over * passed[row.lane]++ / number[row.lane];
    } else if (few) {
      row.y = bottom_[row.lane];
      bottom_[row.lane] += Offset{row.size} + index_.gap();
    } else {
      row.y += by;
    }
  }
  find_edges();
}

// Keeps the settled rows in view around the pivot, and the rows above and below
// up to the first that changed. Drops the others.
void Masonry::relay(uint32_t pivot, Offset top, Offset bottom) {
  uint32_t from = pivot;
  uint32_t to = pivot + 1;
  while (from > first_ && placed(from - 1)->settled) --from;
  while (to < end() && placed(to)->settled) ++to;
  while (from < pivot && placed(from)->y + placed(from)->laid <= top) ++from;
  while (to > pivot + 1 && placed(to - 1)->y >= bottom) --to;
  // The pivot is the first row that begins in view. Rows that begin before it
  // grow upwards; the others, and the rows after it in its lane, downwards.
  top = std::max(top, placed(pivot)->y);
  const auto held = [&](uint32_t number) {
    return number >= pivot && placed(number)->lane == placed(pivot)->lane;
  };
  Offset up[kMaxLanes] = {};
  Offset down[kMaxLanes] = {};
  bool upwards = false;
  bool downwards = false;
  for (uint32_t number = to; number-- > from;) {
    Row& row = *placed(number);
    if (row.y >= top || row.y + row.laid > bottom || held(number)) continue;
    upwards |= row.changed();
    row.y -= up[row.lane] += Offset{row.size} - row.laid;
    row.laid = row.size;
  }
  for (uint32_t number = from; number < to; ++number) {
    Row& row = *placed(number);
    if (row.y >= top || held(number)) row.y += down[row.lane];
    downwards |= row.changed();
    down[row.lane] += Offset{row.size} - row.laid;
  }
  if (!upwards) {
    while (from > first_ && !placed(from - 1)->changed()) --from;
  }
  if (!downwards) {
    while (to < end() && !placed(to)->changed()) ++to;
  }
  count_ = to - first_;
  drop_before(from);
  find_edges();
}

void Masonry::cover(uint32_t pivot, Offset shift, Offset viewport,
                    Offset before, Offset after) {
  if (!has(pivot) || (changed_ && !placed(pivot)->settled)) {
    // Nothing to keep: start at the list's start, or at an even pivot.
    count_ = 0;
    first_ = pivot <= kReach ? 0 : pivot;
    level(share(first_));
    while (end() <= pivot) place_next();
    changed_ = true;
  } else if (changed_) {
    const Offset top = placed(pivot)->y - shift;
    relay(pivot, top, top + viewport);
  }
  if (fresh_ || changed_) {
    for (uint32_t i = 0; i < count_; ++i) {
      rows_[i].laid = rows_[i].size;
      rows_[i].settled = rows_[i].measured;
    }
  }
  fresh_ = false;
  while (first_ > 0 &&
         top_[extreme(top_, 1)] > placed(pivot)->y - shift - before) {
    if (!room(first_ <= kReach ? first_ : 1)) break;
    changed_ = true;
    if (first_ <= kReach) {
      place_from_start();
    } else {
      place_above();
    }
  }
  const Offset bottom = placed(pivot)->y - shift + viewport + after;
  while (end() < index_.size() && bottom_[extreme(bottom_, -1)] < bottom &&
         room(1)) {
    place_next();
  }
  // Drop the rows that are far away.
  if (pivot - first_ > 4 * kReach) {
    drop_before(pivot - 2 * kReach);
    changed_ = true;
  }
  if (end() - pivot > 4 * kReach) {
    count_ = pivot + 2 * kReach - first_;
    changed_ = true;
  }
  if (changed_) {
    find_edges();
    const Offset by = first_ ? share(first_) - mean(top_) : -top_[0];
    for (uint32_t i = 0; i < count_; ++i) rows_[i].y += by;
    find_edges();
  }
  changed_ = false;
}

// ---- Asking -----------------------------------------------------------------

Offset Masonry::offset_of(uint32_t row) const {
  if (has(row)) return placed(row)->y;
  if (!count_ || row < first_) return share(row);
  return mean(bottom_) + share(row) - share(end());
}

Offset Masonry::total() const {
  if (!index_.size()) return 0;
  const bool known = count_ && end() == index_.size();
  return (known ? bottom_[extreme(bottom_, 1)] : offset_of(index_.size())) -
         index_.gap();
}

uint32_t Masonry::at(Offset y) const {
  if (count_ && y >= mean(top_)) {
    for (uint32_t i = 0; i < count_; ++i) {
      if (rows_[i].y + rows_[i].size + index_.gap() > y) return first_ + i;
    }
    y += share(end()) - mean(bottom_);
  }
  return index_.at(y * lanes_).row;
}

uint32_t Masonry::begins(Offset y, Offset end, uint32_t otherwise) const {
  uint32_t found = otherwise;
  for (uint32_t i = 0; i < count_; ++i) {
    if (rows_[i].y < y || rows_[i].y >= end) continue;
    end = rows_[i].y;
    found = first_ + i;
  }
  return found;
}

Masonry::Range Masonry::range(Offset from, Offset to) const {
  Range range = {end() - 1, first_};
  for (uint32_t row = first_; row < end(); ++row) {
    const Row& at = *placed(row);
    if (at.y >= to || at.y + at.size <= from) continue;
    range.first = std::min(range.first, row);
    range.last = row;
  }
  range.last = std::max(range.first, range.last);
  return range;
}

}  // namespace apus::list
