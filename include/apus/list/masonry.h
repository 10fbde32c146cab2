// Rows beside each other in lanes, each in the lane that was shortest at its
// turn, as in CSS Grid Level 3's masonry ("grid lanes").
//
// Where a row lies hangs on every row before it. Yet lanes that are filled so
// differ by less than a row: row i begins close to (the sum of the sizes before
// it) / lanes, which SizeIndex gives at once. So only rows near the viewport
// are placed, on that sum, and a jump anywhere among 10^8 rows places no more.
//
// What one looks at keeps its lane and its pixel. When a size changes above,
// the rows from there up, which nobody sees, are laid anew: upwards, each in
// the lane that is lowest; near the list's start from there, where the lanes
// are even, and what is over where both meet is spread between the rows.
//
// Memory: 24 bytes a placed row, at most some kReach beyond the viewport.
// Time: O(placed rows) when a size has changed, else O(rows that come).
#ifndef APUS_LIST_MASONRY_H_
#define APUS_LIST_MASONRY_H_

#include <cstdlib>

#include "apus/list/size_index.h"

namespace apus {

class Masonry {
 public:
  struct Range {
    uint32_t first;
    uint32_t last;
  };

  static constexpr uint32_t kMaxLanes = 64;
  // Rows this close to the list's start are placed from there.
  static constexpr uint32_t kReach = 512;

  // `index` must outlive it.
  explicit Masonry(const SizeIndex& index) : index_(index) {}
  ~Masonry() { std::free(rows_); }
  Masonry(const Masonry&) = delete;
  Masonry& operator=(const Masonry&) = delete;

  // 1 lane is no masonry: nothing else may be called. False when memory is
  // exhausted: the lanes stay as they were. When it is exhausted later, fewer
  // rows are placed. Requires: 0 < lanes <= kMaxLanes.
  bool set_lanes(uint32_t lanes);
  bool on() const { return lanes_ > 1; }
  // Forgets every place, e.g. because the gap changed.
  void clear() { count_ = 0; }

  // The index has another size for `row`.
  void measured(uint32_t row);
  // The index has other rows. What lies on `stays`' side of them keeps its
  // place. Requires: `stays` is the row's number before.
  void spliced(uint32_t at, uint32_t removed, uint32_t inserted,
               uint32_t stays);

  // Places the rows from `before` above the viewport to `after` below it;
  // `pivot`, `shift` from the viewport's edge, stays where it is in it.
  // Requires: pivot < size.
  void cover(uint32_t pivot, Offset shift, Offset viewport, Offset before,
             Offset after);

  // Where the row begins; unless it is placed, about. O(log n) then, else O(1).
  Offset offset_of(uint32_t row) const;
  Offset total() const;
  // The first row that ends after `y`, about.
  uint32_t at(Offset y) const;
  // The row that begins soonest after `y`; `otherwise` when none does by `end`.
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
    Length size;
    Length laid;  // the size it was placed with
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
  Row* rows_ = nullptr;       // [first_, end()); owned
  Offset top_[kMaxLanes];     // of each lane, where its first row begins
  Offset bottom_[kMaxLanes];  // and where its next row would
  bool changed_ = false;      // a placed row has another size
  bool fresh_ = false;        // a placed row was measured for the first time
};

}  // namespace apus

#endif  // APUS_LIST_MASONRY_H_
