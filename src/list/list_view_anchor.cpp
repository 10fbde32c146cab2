// The anchor: which row stays put, also after a step to rows of unknown size,
// and in a scroller that stands beyond the list.
#include <algorithm>

#include "apus/list/list_view.h"

namespace apus::list {
namespace {

// A longer step is a jump: the rows on the way are not rendered.
constexpr Offset kWay = 4;  // viewports
constexpr uint32_t kWayRows = 512;

}  // namespace

uint32_t ListView::begins(Offset from, Offset to) const {
  const SizeIndex::Place place = at(from);
  if (masonry_.on()) return masonry_.begins(from, to, place.row);
  const bool next = place.start < from && place.row + 1 < index_.size() &&
                    place.start + place.size + index_.gap() < to;
  return next ? place.row + 1 : place.row;
}

// In the upper half of the viewport, since a row cut by the edge can grow above
// the edge, unseen.
void ListView::anchor() {
  provisional_ = held_ = false;
  if (index_.size() == 0) return;
  const Offset edge = position_ - leading_;
  anchor_ = begins(edge, edge + viewport_ / 2);
  anchor_shift_ = shift();
}

Offset ListView::inside(Offset seen) {
  const Offset extent = to_units(frame_.extent);
  const Offset shown =
      std::clamp<Offset>(seen, 0, std::max<Offset>(0, extent - viewport_));
  const Offset beyond = seen - shown;
  if (set_ && held_) {
    outside_ = shift() - anchor_shift_;
  } else if (!set_ || extent == 0) {
    outside_ = beyond;
  }  // else it returns to where it was
  return shown;
}

bool ListView::known() const {
  const Offset top = position_ - leading_;
  const Offset bottom = top + viewport_;
  const Masonry::Range view =
      masonry_.on() ? masonry_.range(top, bottom)
                    : Masonry::Range{at(top).row, at(bottom - 1).row};
  return std::min(view.first, anchor_) >= known_.first &&
         std::max(view.last, anchor_) <= known_.last;
}

void ListView::step(Offset from) {
  held_ = false;
  if (index_.size() == 0) return;
  const auto has = [this](uint32_t row) {
    return masonry_.on() || (row >= known_.first && row <= known_.last);
  };
  const Offset edge = position_ - leading_;
  const uint32_t first = at(edge).row;
  const bool up = from > position_ && from < position_ + viewport_;
  if (has(anchor_) && up) {
    // A row that was in view before: the rows that come into view above it may
    // get another size first.
    const uint32_t row = begins(from - leading_, edge + viewport_);
    if (has(row)) anchor_ = row;
  } else if (has(anchor_) && has(first)) {
    anchor();
  } else if (has(anchor_)) {
    anchor_ = first < known_.first ? known_.first : known_.last;
  }
  anchor_shift_ = shift();
  provisional_ = up || !known();
  const Offset way = std::max(-anchor_shift_, anchor_shift_ - viewport_) / kWay;
  const uint32_t rows = anchor_ < first ? first - anchor_ : anchor_ - first;
  if (way > viewport_ || (way > 0 && rows > kWayRows)) land();
}

void ListView::land() {
  anchor();
  provisional_ = index_.size() > 0 && !known();
}

[[gnu::noinline]] void ListView::forget() { rests_.fill(Rest()); }

void ListView::remember() {
  const Rest rest = this->rest();
  Rest& last = rests_[rested_ % rests_.size()];
  if (last.shown == rest.shown && last.end == rest.end) return;
  rests_[++rested_ % rests_.size()] = rest;
}

}  // namespace apus::list
