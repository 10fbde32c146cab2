// A counted B+tree over the sizes of a list's rows. Finds the row at an offset
// and the offset of a row in O(log n), inserts and removes runs anywhere in
// O(log n + run / 512). Each node knows how many rows and how many units lie
// below each of its children (Bayer & McCreight 1972; counted: Knuth 6.2.3).
//
// A leaf is a uniform run: any number of rows of one size, without memory. When
// one of its rows gets another size, the 16 rows around it become dense and
// grow with their neighbours up to 512. So a row with the estimated size costs
// nothing; a measured row costs 4 bytes and its share of the tree, 4.2 bytes in
// all.
//
// Not thread-safe; owns its nodes; never throws. Takes memory before it changes
// anything: when memory is refused, nothing has changed.
#ifndef APUS_LIST_SIZE_INDEX_H_
#define APUS_LIST_SIZE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "apus/list/length.h"

namespace apus::list {

class SizeIndex {
 public:
  // A row and its place. `start` is the sum of all rows before it, with gaps.
  struct Place {
    uint32_t row;
    Offset start;
    Length size;
  };

  // `rows` rows of the estimated size; none when memory is refused.
  // Requires: rows < 2^32 - 1, estimate < 2^31.
  explicit SizeIndex(uint32_t rows, Length estimate);
  ~SizeIndex();
  SizeIndex(const SizeIndex&) = delete;
  SizeIndex& operator=(const SizeIndex&) = delete;

  uint32_t size() const { return rows_; }
  size_t bytes() const { return bytes_; }

  // Sum of all rows and of the gaps between them. O(1).
  Offset total() const;

  // Sets the size of one row. Returns the change, or nullopt when memory is
  // refused. O(log n). Requires: row < size(), size < 2^31.
  std::optional<Offset> measure(uint32_t row, Length size);

  // O(log n). Requires: row < size().
  Length size_of(uint32_t row) const;
  // Whether the row is measured. May be false for a row that was measured and
  // has exactly the estimated size.
  bool measured(uint32_t row) const;

  // Where `row` starts; for row == size(), total() plus one gap. O(log n).
  // Requires: row <= size().
  Offset offset_of(uint32_t row) const;

  // The first row that ends after `offset`, its gap included; the last row when
  // `offset` is beyond the end. O(log n). Requires: size() > 0.
  Place at(Offset offset) const;

  // Inserts rows of the estimated size before row `at`. False when memory is
  // refused. O(log n + rows / 512).
  // Requires: at <= size(), size() + rows < 2^32 - 1.
  bool insert(uint32_t at, uint32_t rows);

  // O(log n + rows / 512). Requires: at + rows <= size().
  void remove(uint32_t at, uint32_t rows);

  // Changes the size of every row that is not measured. O(leaves + dense rows).
  void set_estimate(Length estimate);

  // The space after each row but the last. O(1): gaps are counted, not stored.
  void set_gap(Length gap) { gap_ = gap; }
  Length gap() const { return gap_; }

 private:
  struct Leaf;
  struct Node;
  struct Path;

  Path descend(uint32_t row) const;
  Offset add_below(Path& path, int64_t rows, Offset units);
  bool densify(Path& path);
  void insert_after(Path& path, Leaf* leaf, Offset sum);
  void erase(Path& path);
  void coalesce(uint32_t row);
  void free_below(Node* node);
  Offset re_estimate(Node* node, Length estimate);
  bool spare_nodes(const Path& path);
  bool spare_nodes(uint32_t count);
  Leaf* new_leaf(uint32_t count, Length size, uint32_t room = 0);
  Node* new_node(uint32_t level);
  void free_leaf(Leaf* leaf);
  void free_node(Node* node);
  bool reserve(Leaf* leaf, uint32_t rows);
  Offset extent(Offset sum, uint32_t count) const;

  Node* root_ = nullptr;
  Node* spare_ = nullptr;  // for splits, linked through their first child
  uint32_t spares_ = 0;
  uint32_t rows_ = 0;
  Length estimate_;
  Length gap_ = 0;
  Offset sum_ = 0;
  size_t bytes_ = 0;
};

}  // namespace apus::list

#endif  // APUS_LIST_SIZE_INDEX_H_
