// Rows in lanes side by side. Each row goes to the lane that is shortest at its
// turn, as in CSS Grid Level 3's masonry ("grid lanes").
//
// The place of a row depends on every row before it. But lanes filled in this
// way differ by less than a row: row i begins close to (the sum of the sizes
// before it) / lanes, which SizeIndex returns in O(log n). Therefore only rows
// near the viewport are placed, starting from that sum, and a jump among 10^8
// rows places no more than a short scroll.
//
// Visible rows keep their lane and their pixel. When a size changes above the
// viewport, the hidden rows from there up are placed again: upwards, each in
// the lane that is lowest. Near the list's start they are placed downwards from
// the start, where the lanes are even, and the space left over where both parts
// meet is spread between the rows.
//
// Memory: 24 bytes a placed row; rows up to about kReach beyond the viewport
// are placed. Time: O(placed rows) when a size has changed, else O(new rows).
#ifndef APUS_LIST_MASONRY_H_
#define APUS_LIST_MASONRY_H_

#include <cstdlib>

#include "apus/list/size_index.h"

namespace apus::list {

class Masonry {
 public:
  struct Range {
    uint32_t first;
    uint32_t last;
  };

  static constexpr uint32_t kMaxLanes = 64;
  // Rows this close to the list's start are placed from the start.
  static constexpr uint32_t kReach = 512;

  // `index` must outlive it.
  explicit Masonry(const SizeIndex& index) : index_(index) {}
  ~Masonry() { std::free(rows_); }
  Masonry(const Masonry&) = delete;
  Masonry& operator=(const Masonry&) = delete;

  // One lane turns masonry off: nothing else may be called then. False when
  // memory is refused: the lanes stay as they were. When memory is refused
  // later, fewer rows are placed. Requires: 0 < lanes <= kMaxLanes.
  bool set_lanes(uint32_t lanes);
  bool on() const { return lanes_ > 1; }
  // The gap grew by `more`: visible rows keep their lanes.
  void spaced(Offset more) {
    for (uint32_t i = 0; i < count_; ++i)
      rows_[i].laid -= more;  // as if higher
    changed_ = true;
  }

  // The index has a new size for `row`.
  void measured(uint32_t row);
  // Rows of the index were replaced. Rows on the same side of them as `stays`
  // keep their place. Requires: `stays` is a row number from before the splice.
  void spliced(uint32_t at, uint32_t removed, uint32_t inserted,
               uint32_t stays);

  // Places the rows from `before` above the viewport to `after` below it.
  // `pivot` stays put, `shift` from the viewport's edge.
  // Requires: pivot < size.
  void cover(uint32_t pivot, Offset shift, Offset viewport, Offset before,
             Offset after);

  // Where the row begins: exact and O(1) when it is placed, else estimated and
  // O(log n).
  Offset offset_of(uint32_t row) const;
  Offset total() const;
  // The first row that ends after `y`; estimated beyond the placed rows.
  uint32_t at(Offset y) const;
  // The placed row that begins first in [y, end), or `otherwise`.
  uint32_t begins(Offset y, Offset end, uint32_t otherwise) const;
  // The placed rows that reach into [from, to). Requires: cover() was called.
  Range range(Offset from, Offset to) const;
  // -1 unless the row is placed.
  int32_t lane_of(uint32_t row) const {
    return has(row) ? placed(row)->lane : -1;
  }

 private:
  struct Row {
    Offset y;
    Offset laid;  // the size it was placed with
    Length size;
    uint16_t lane;
    bool measured;
    bool settled;  // it was measured when it was placed: it keeps its lane

    bool changed() const { return size != laid; }
  };
  Row* placed(uint32_t row) const { return rows_ + (row - first_); }
  bool has(uint32_t row) const { return row - first_ < count_; }
  uint32_t end() const { return first_ + count_; }
  Offset share(uint32_t row) const { return index_.offset_of(row) / lanes_; }
  Offset mean(const Offset* edges) const;
  uint32_t extreme(const Offset* edges, int sign) const;
  void level(Offset y);
  void clear() { count_ = 0; }
  void find_edges();
  bool room(uint32_t n);
  Row* open(uint32_t at, uint32_t n);
  void drop_before(uint32_t row);
  Offset place(Row& row, uint32_t number, uint32_t lane);
  void place_next();
  void place_above();
  void place_from_start();
  void relay(uint32_t pivot, Offset top, Offset bottom);

  const SizeIndex& index_;
  uint32_t lanes_ = 1;
  uint32_t first_ = 0;
  uint32_t count_ = 0;
  uint32_t capacity_ = 0;
  Row* rows_ = nullptr;       // the placed rows [first_, end()); owned
  Offset top_[kMaxLanes];     // where the first row of each lane begins
  Offset bottom_[kMaxLanes];  // where its next row would begin
  bool changed_ = false;      // a placed row has a new size
  bool fresh_ = false;        // a placed row was measured for the first time
};

}  // namespace apus::list

#endif  // APUS_LIST_MASONRY_H_
