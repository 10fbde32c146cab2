// The parts of SizeIndex: leaves, nodes, and the path to them.
#ifndef APUS_SRC_LIST_SIZE_INDEX_NODES_H_
#define APUS_SRC_LIST_SIZE_INDEX_NODES_H_

#include <cassert>
#include <cstring>

#include "apus/list/size_index.h"

namespace apus::list {

// Children of a node.
inline constexpr uint32_t kFan = 32;
// Rows of a dense leaf.
inline constexpr uint32_t kLeafRows = 512;
// Rows that become dense together.
inline constexpr uint32_t kGrain = 16;
// Nodes are half full after a split: 16^16 rows.
inline constexpr uint32_t kMaxDepth = 16;
// Marks the size of a row that is not measured.
inline constexpr uint32_t kEstimated = 1u << 31;
inline constexpr uint32_t kSizeMask = kEstimated - 1;

inline Offset sum_of(const uint32_t* rows, uint32_t count) {
  Offset sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += rows[i] & kSizeMask;
  return sum;
}

// A run of rows: dense when it has an array, else every row has size `uniform`.
struct SizeIndex::Leaf {
  uint32_t count;
  uint32_t uniform;   // with kEstimated
  uint32_t capacity;  // of `rows`
  uint32_t* rows;

  bool dense() const { return rows != nullptr; }
  uint32_t raw(uint32_t i) const { return rows ? rows[i] : uniform; }
  Offset sum(uint32_t from, uint32_t to) const {
    if (!rows) return static_cast<Offset>(to - from) * (uniform & kSizeMask);
    return sum_of(rows + from, to - from);
  }
};

struct SizeIndex::Node {
  uint32_t used;
  uint32_t level;  // 0: the children are leaves
  uint32_t count[kFan];
  Offset sum[kFan];
  void* child[kFan];

  Node* node(uint32_t slot) const { return static_cast<Node*>(child[slot]); }
  Leaf* leaf(uint32_t slot) const { return static_cast<Leaf*>(child[slot]); }

  void put(uint32_t slot, void* below, uint32_t rows, Offset units) {
    assert(used < kFan && slot <= used);
    move(slot + 1, *this, slot, used - slot);
    child[slot] = below;
    count[slot] = rows;
    sum[slot] = units;
    ++used;
  }
  void drop(uint32_t slot) {
    move(slot, *this, slot + 1, used - slot - 1);
    --used;
  }
  void move(uint32_t to, const Node& from, uint32_t first, uint32_t n) {
    std::memmove(count + to, from.count + first, n * sizeof(count[0]));
    std::memmove(sum + to, from.sum + first, n * sizeof(sum[0]));
    std::memmove(child + to, from.child + first, n * sizeof(child[0]));
  }
  uint32_t rows_below() const {
    uint32_t rows = 0;
    for (uint32_t i = 0; i < used; ++i) rows += count[i];
    return rows;
  }
  Offset units_below() const {
    Offset units = 0;
    for (uint32_t i = 0; i < used; ++i) units += sum[i];
    return units;
  }
};

// The path from the root to a leaf, and the row within that leaf.
struct SizeIndex::Path {
  Node* node[kMaxDepth];
  uint32_t slot[kMaxDepth];
  uint32_t depth = 0;
  uint32_t row = 0;

  Node* bottom() const { return node[depth - 1]; }
  uint32_t& bottom_slot() { return slot[depth - 1]; }
  Leaf* leaf() const { return node[depth - 1]->leaf(slot[depth - 1]); }
};

}  // namespace apus::list

#endif  // APUS_SRC_LIST_SIZE_INDEX_NODES_H_
