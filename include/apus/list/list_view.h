// The part of a list that its scroller shows. Takes the scroll position, the
// viewport and the speed; returns the rows to render and their places. Keeps
// the visible rows in place when measured sizes differ from the estimate.
//
// There are two positions: the list's own, in which a row lies at the sum of
// the rows before it, and the scroller's (`scroll`), which the browser moves.
// While the user scrolls, both move by the same pixels, and their difference is
// free. A correction moves the rows under the scroller and not the scroller, so
// it never interrupts momentum. At rest, and close to an end, the frame sets
// the scroller to its place in ScrollMap.
//
// The anchor is a row and its distance from the viewport's edge, never a scroll
// position: the visible rows stay put through measuring, splices and resizes.
// A step moves the view by its pixels from rows of known size. When it leaves
// them, the frame also renders the rows on the way, and the anchor stays behind
// until they are measured.
//
// Deterministic: time is an argument. Lengths cross in CSS px and are 1/64 px
// inside. Memory: the SizeIndex and 4 bytes a sticky header. A call that
// returns false was refused memory and has changed nothing.
#ifndef APUS_LIST_LIST_VIEW_H_
#define APUS_LIST_LIST_VIEW_H_

#include <array>

#include "apus/base/flat_array.h"
#include "apus/list/masonry.h"
#include "apus/list/scroll_map.h"
#include "apus/list/size_index.h"

namespace apus::list {

enum class Align : uint32_t { kStart = 0, kCenter = 1, kEnd = 2, kNearest = 3 };

class ListView {
 public:
  // Flags of frame().
  // Wheel, touch or keys move the scroller, not its thumb.
  static constexpr uint32_t kGesture = 1;
  // Nothing moves: the scroller may be set.
  static constexpr uint32_t kResting = 2;
  // The list is a part of the scroller's content, which may be beyond the list.
  static constexpr uint32_t kOutside = 4;

  // The result of frame(), which JavaScript reads in place. px.
  struct Frame {
    double start = 0;  // the rows to render: [start, end)
    double end = 0;
    double origin = 0;   // where row `start` begins in the scroller
    double extent = 0;   // length of the scroller's content
    double scroll = -1;  // where to set the scroller, or -1; below only outside
    double position = 0;  // in the list
    double total = 0;     // length of the list, padding included
    double first = 0;     // rows [first, last] are visible
    double last = 0;
    double stuck = -1;  // the sticky header at the edge, or -1
    double push = 0;    // how far the next header has pushed it out
    double at_end = 0;  // 1 when nothing is hidden beyond the end
  };

  // When memory is refused, the list has no rows.
  ListView(uint32_t rows, double estimate);

  SizeIndex& index() { return index_; }
  const SizeIndex& index() const { return index_; }

  // Px rendered before and after the viewport, at least. Motion adds more.
  void set_overscan(double px) { overscan_ = to_units(px); }
  void set_padding(double leading, double trailing);
  // Holds the end while it is in view: logs, chats.
  void set_stick(bool stick);

  // `pairs`: n times a row and its size in px. Skips rows beyond the end.
  // False when memory was refused for a row: that row keeps its old size.
  // O(n log rows).
  bool measure(const double* pairs, uint32_t n);

  // Replaces rows [at, at + removed) by `inserted` rows of the estimated size.
  // Requires: at + removed <= size.
  bool splice(uint32_t at, uint32_t removed, uint32_t inserted);

  // Moves a row with its size. Requires: both < size.
  bool move(uint32_t from, uint32_t to);

  // Changes the size of every row that is not measured.
  void set_estimate(double px);
  void set_gap(double px);
  // Masonry: each row goes to the shortest of `lanes` lanes. 1 is a column.
  bool set_lanes(uint32_t lanes);

  // Sticky headers: rows in ascending order; copied. Splices move headers and
  // drop removed ones.
  bool set_headers(const uint32_t* rows, uint32_t n);

  // Brings a row into view and holds it there through every measurement until
  // the scroller is moved. Requires: row < size.
  void scroll_to(uint32_t row, Align align);

  // Puts the leading edge of `row` `px` from the viewport's, e.g. to restore a
  // state.
  void hold(uint32_t row, double px);

  // The scroller lost its place (it was hidden, or moved in the document): the
  // next frame sets it.
  void resume() {
    set_ = true;
    settle();
  }

  // The position that scroll_to(row, align) would reach now. px.
  double target(uint32_t row, Align align) const;
  // Goes to a position of the list. px.
  void go(double position);

  // Px from the first row's edge to the edge of `row`. Requires: row <= size.
  double offset_px(uint32_t row) const { return to_px(offset_of(row)); }
  // The first row that ends after `px`. Requires: size > 0.
  uint32_t row_at(double px) const { return at(to_units(px)).row; }

  // In masonry, the lane of a row that the last frame() rendered; else -1.
  int32_t lane_of(uint32_t row) const { return masonry_.lane_of(row); }

  // The row that stays put, and the distance of its leading edge from the
  // viewport's.
  uint32_t anchor_row() const { return anchor_; }
  double anchor_px() const {
    return to_px(outside_ ? shift() - outside_ : anchor_shift_);
  }

  // One frame. `now` in ms, `scroll` and `viewport` in px. O(log rows).
  // The pointer is valid until the view is destroyed.
  const Frame* frame(double now, double scroll, double viewport,
                     uint32_t flags);

 private:
  // Where the scroller rested, and where its end was then; with an end at 0,
  // nowhere.
  struct Rest {
    Offset shown = 0;
    Offset end = 0;
  };

  Rest rest() const { return {shown_, to_units(frame_.extent) - viewport_}; }
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
  void survive(uint32_t at, uint32_t end);
  void follow(uint32_t at, uint32_t removed, uint32_t inserted);
  // Recomputes position_ from the end, the target or the anchor that holds it.
  void settle();
  // The first row that begins in [from, to), or the row at `from`.
  uint32_t begins(Offset from, Offset to) const;
  // Chooses the anchor among the rows at position_.
  void anchor();
  // The same after a step from `from`, whose rows may have unknown sizes.
  void step(Offset from);
  // The same after a jump: the anchor is chosen again once its rows are
  // measured.
  void land();
  // The position in the list of a scroller that contains more than the list.
  Offset inside(Offset seen);
  // Holds the end of the list in view until the scroller is moved.
  void hold_end();
  // Where the anchor begins, from the viewport's edge.
  Offset shift() const { return leading_ + offset_of(anchor_) - position_; }
  // Whether the rows from the anchor through the view have been measured.
  bool known() const;
  void moved(double now, Offset shown, uint32_t flags);
  void remember();
  void forget();  // the rests
  Offset ahead() const;
  void place();
  void find_range();
  Masonry::Range widened(Offset from, Offset to) const;
  void find_masonry(Offset top, Offset bottom);

  SizeIndex index_;
  Masonry masonry_{index_};
  FlatArray<uint32_t> headers_;
  Frame frame_;

  Offset leading_ = 0;
  Offset trailing_ = 0;
  Offset overscan_ = 400 * kPx;
  Offset viewport_ = 0;
  Offset position_ = 0;
  Offset beyond_ = 0;  // the last step, if it reached the scroller's end
  // The last rests, reported or before a motion.
  std::array<Rest, 16> rests_ = {};
  uint32_t rested_ = 0;
  bool gesture_ = false;  // the last step was one of a gesture
  Offset shown_ = 0;      // the scroller's position, as last seen or set
  uint32_t anchor_ = 0;
  Offset anchor_shift_ = 0;
  Offset outside_ = 0;  // px before the list's start (< 0) or beyond its end
  bool held_ = false;   // hold() gave the anchor's place, which rows may yet
                        // make possible
  bool provisional_ = false;  // rows of unknown size are in view, or before it
  Masonry::Range known_ = {1, 0};  // rows [first, last] have been measured
  uint32_t target_row_ = 0;
  Align target_align_ = Align::kStart;
  bool target_ = false;  // target_row_ holds the position
  bool stick_ = false;
  bool at_end_ = false;
  bool set_ = false;    // the next frame sets the scroller, gesture or not
  Offset asked_ = -1;   // where the scroller was set last
  Offset landed_ = -1;  // where that took it
  bool landing_ =
      false;  // the scroller was set: its next position may be rounded
  double time_ = -1000;   // of the last move
  double interval_ = 16;  // between frames, smoothed; ms
  double speed_ = 0;      // px a ms, signed
};

}  // namespace apus::list

#endif  // APUS_LIST_LIST_VIEW_H_
