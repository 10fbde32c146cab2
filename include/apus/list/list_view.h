// What a scroller shows of a list: from the scroll position, the viewport and
// the speed to the rows to render and where, and which pixel stays put when
// sizes turn out different from what was estimated.
//
// Two positions. The list's own, in which a row lies at the sum of the rows
// before it; and the scroller's (`scroll`), which the browser moves. While one
// scrolls, both move by the same pixels and their difference is free: a
// correction moves the rows under the scroller instead of the scroller, so it
// never interrupts a momentum. At rest, and close to an end, the frame says
// where the scroller belongs by ScrollMap.
//
// The anchor is a row and its distance from the viewport's edge, never a scroll
// position: what one looks at stays through measuring, splices and resizes.
//
// Deterministic: time comes as an argument. Lengths cross in CSS px, inside
// they are 1/64 px. Memory: the SizeIndex and 4 bytes a sticky header. A call
// that returns false was refused memory and has changed nothing.
#ifndef APUS_LIST_LIST_VIEW_H_
#define APUS_LIST_LIST_VIEW_H_

#include "apus/base/flat_array.h"
#include "apus/list/masonry.h"
#include "apus/list/scroll_map.h"
#include "apus/list/size_index.h"

namespace apus {

enum class Align : uint32_t { kStart = 0, kCenter = 1, kEnd = 2, kNearest = 3 };

class ListView {
 public:
  // Flags of frame().
  static constexpr uint32_t kGesture =
      1;  // wheel, touch or keys move the scroller, not its thumb
  static constexpr uint32_t kResting =
      2;  // nothing moves: the scroller may be set
  static constexpr uint32_t kOutside =
      4;  // a scroller that the list shares: it may be beyond it

  // The answer of frame(), read from shared memory. px.
  struct Frame {
    double start = 0;  // rows [start, end) are to be rendered
    double end = 0;
    double origin = 0;    // where row `start` begins in the scroller
    double extent = 0;    // the scroller's content
    double scroll = -1;   // where to set the scroller, or -1
    double position = 0;  // in the list
    double total = 0;     // of the list, padding included
    double first = 0;     // rows [first, last] are visible
    double last = 0;
    double stuck = -1;  // the sticky header that stands at the edge, or -1
    double push = 0;    // how far the next header has pushed it out
    double at_end = 0;  // 1 when nothing is hidden beyond the end
  };

  // Without memory it has no rows.
  ListView(uint32_t rows, double estimate);

  SizeIndex& index() { return index_; }
  const SizeIndex& index() const { return index_; }

  // Overscan at rest, before and after the viewport; motion adds what it needs.
  void set_overscan(double px) { overscan_ = to_units(px); }
  void set_padding(double leading, double trailing);
  // Holds the end while it is in view: logs, chats.
  void set_stick(bool stick);

  // `pairs`: n times a row and its size in px. Rows beyond the end are skipped.
  // False when memory was refused for one: that row keeps the size it had.
  // O(n log rows).
  bool measure(const double* pairs, uint32_t n);

  // Replaces rows [at, at + removed) by `inserted` rows of the estimated size.
  // Requires: at + removed <= size.
  bool splice(uint32_t at, uint32_t removed, uint32_t inserted);

  // Moves a row with its size. Requires: both < size.
  bool move(uint32_t from, uint32_t to);

  // Another estimate for all rows nobody measured.
  void set_estimate(double px);
  void set_gap(double px);
  // Masonry: rows beside each other, the next where it is highest. 1 is a
  // column.
  bool set_lanes(uint32_t lanes);

  // Sticky headers: rows in ascending order, copied. Splices move them; removed
  // ones are forgotten.
  bool set_headers(const uint32_t* rows, uint32_t n);

  // Brings a row into view; holds until the scroller is moved, through every
  // measurement on the way. Requires: row < size.
  void scroll_to(uint32_t row, Align align);

  // Brings row `row`'s leading edge `px` from the viewport's, e.g. to restore.
  void hold(uint32_t row, double px);

  // The scroller lost its place (it was hidden, or moved in the document): the
  // next frame sets it, whatever it shows.
  void resume() {
    set_ = true;
    settle();
  }

  // Where scroll_to(row, align) would go now. px.
  double target(uint32_t row, Align align) const;
  // Goes to a position of the list. px.
  void go(double position);

  // Where a row begins, and the first that ends after; px from the first row's
  // edge. Requires: row <= size, size > 0.
  double offset_px(uint32_t row) const { return to_px(offset_of(row)); }
  uint32_t row_at(double px) const { return at(to_units(px)).row; }

  // Of masonry, the lane of a row that the last frame() renders; else -1.
  int32_t lane_of(uint32_t row) const { return masonry_.lane_of(row); }

  // The row that stays, and its leading edge's distance from the viewport's.
  uint32_t anchor_row() const { return anchor_; }
  double anchor_px() const { return to_px(anchor_shift_); }

  // One frame. `now` in ms, `scroll` and `viewport` in px. O(log rows).
  // The pointer holds until the view dies.
  const Frame* frame(double now, double scroll, double viewport,
                     uint32_t flags);

 private:
  Offset content() const {
    const Offset total = masonry_.on() ? masonry_.total() : index_.total();
    return leading_ + total + trailing_;
  }
  Offset offset_of(uint32_t row) const {
    return masonry_.on() ? masonry_.offset_of(row) : index_.offset_of(row);
  }
  SizeIndex::Place at(Offset offset) const;
  ScrollMap map() const { return ScrollMap(content(), viewport_); }
  Offset solve(uint32_t row, Align align) const;
  Offset stuck_size(uint32_t row) const;
  void follow(uint32_t at, uint32_t removed, uint32_t inserted);
  void settle();  // position_ from what holds it: end, target or anchor
  // The anchor from position_; rows from `from` on were in view before.
  void anchor(Offset from);
  void moved(double now, Offset shown, uint32_t flags);
  Offset ahead() const;
  void place();
  void find_range();
  void find_masonry(Offset top, Offset bottom);
  void find_header();

  SizeIndex index_;
  Masonry masonry_{index_};
  FlatArray<uint32_t> headers_;
  Frame frame_;

  Offset leading_ = 0;
  Offset trailing_ = 0;
  Offset overscan_ = 400 * 64;
  Offset viewport_ = 0;
  Offset position_ = 0;
  Offset shown_ = 0;  // the scroller's position, as last seen or set
  uint32_t anchor_ = 0;
  Offset anchor_shift_ = 0;
  bool provisional_ = false;  // a row above the anchor is in view
  uint32_t target_row_ = 0;
  Align target_align_ = Align::kStart;
  bool target_ = false;  // target_row_ holds the position
  bool stick_ = false;
  bool at_end_ = false;
  bool set_ = false;  // the scroller must be set, gesture or not
  bool landing_ =
      false;         // the scroller was set: its next position may be rounded
  double time_ = 0;  // of the last move
  double interval_ = 16;  // between frames, smoothed; ms
  double speed_ = 0;      // px a ms, signed
};

}  // namespace apus

#endif  // APUS_LIST_LIST_VIEW_H_
