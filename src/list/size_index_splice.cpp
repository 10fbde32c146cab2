// Inserts and removes rows.
#include <algorithm>
#include <cstring>

#include "size_index_nodes.h"

namespace apus::list {

bool SizeIndex::insert(uint32_t at, uint32_t rows) {
  if (rows == 0) return true;
  const uint32_t value = estimate_ | kEstimated;
  const Offset units = static_cast<Offset>(rows) * estimate_;
  if (!root_) {
    Leaf* leaf = spare_nodes(1) ? new_leaf(rows, value) : nullptr;
    if (!leaf) return false;
    root_ = new_node(0);
    root_->put(0, leaf, rows, units);
    rows_ = rows;
    sum_ = units;
    return true;
  }
  Path path = descend(at);
  Leaf* leaf = path.leaf();
  const uint32_t k = path.row;
  if (!leaf->dense() && leaf->uniform == value) {
    leaf->count += rows;
    add_below(path, rows, units);
    return true;
  }
  if (leaf->dense() && rows <= kLeafRows - leaf->count) {
    if (!reserve(leaf, leaf->count + rows)) return false;
    std::memmove(leaf->rows + k + rows, leaf->rows + k,
                 (leaf->count - k) * sizeof(uint32_t));
    std::fill_n(leaf->rows + k, rows, value);
    leaf->count += rows;
    add_below(path, rows, units);
    return true;
  }
  const uint32_t rest = leaf->count - k;
  const bool split = k > 0 && rest > 0;
  // At the very start, the new run takes the first leaf's slot; elsewhere it
  // follows the leaf that ends at `at`.
  if (k == 0 && at > 0) path = descend(at - 1);
  Leaf* fresh = new_leaf(rows, value);
  Leaf* right =
      split ? new_leaf(rest, leaf->uniform, leaf->dense() ? rest : 0) : nullptr;
  if (!fresh || (split && !right) || !spare_nodes(path)) {
    if (fresh) free_leaf(fresh);
    if (right) free_leaf(right);
    return false;
  }
  if (split) {
    if (leaf->dense())
      std::memcpy(right->rows, leaf->rows + k, rest * sizeof(uint32_t));
    const Offset moved = right->sum(0, rest);
    leaf->count = k;
    add_below(path, -static_cast<int64_t>(rest), -moved);
    insert_after(path, right, moved);
    path = descend(at - 1);
  } else if (at == 0) {
    const uint32_t count = leaf->count;
    const Offset sum = path.bottom()->sum[path.bottom_slot()];
    path.bottom()->child[path.bottom_slot()] = fresh;
    add_below(path, static_cast<int64_t>(rows) - count, units - sum);
    insert_after(path, leaf, sum);
    return true;
  }
  insert_after(path, fresh, units);
  return true;
}

void SizeIndex::remove(uint32_t at, uint32_t rows) {
  while (rows > 0) {
    Path path = descend(at);
    Leaf* leaf = path.leaf();
    const uint32_t k = path.row;
    const uint32_t n = std::min(rows, leaf->count - k);
    const Offset units = leaf->sum(k, k + n);
    rows -= n;
    if (n == leaf->count) {
      erase(path);
      continue;
    }
    if (leaf->dense()) {
      std::memmove(leaf->rows + k, leaf->rows + k + n,
                   (leaf->count - k - n) * sizeof(uint32_t));
    }
    leaf->count -= n;
    add_below(path, -static_cast<int64_t>(n), -units);
  }
  if (rows_ > 0) coalesce(std::min(at, rows_ - 1));
}

// Joins the leaf of `row` with its neighbours in the same node: equal runs, or
// dense leaves that fit into one.
void SizeIndex::coalesce(uint32_t row) {
  for (;;) {
    Path path = descend(row);
    Node* node = path.bottom();
    const uint32_t slot = path.bottom_slot();
    const auto joins = [&](uint32_t left) {
      const Leaf& a = *node->leaf(left);
      const Leaf& b = *node->leaf(left + 1);
      if (a.dense() != b.dense()) return false;
      return a.dense() ? a.count + b.count <= kLeafRows / 2
                       : a.uniform == b.uniform;
    };
    uint32_t left;
    if (slot + 1 < node->used && joins(slot)) {
      left = slot;
    } else if (slot > 0 && joins(slot - 1)) {
      left = slot - 1;
    } else {
      return;
    }
    Leaf* a = node->leaf(left);
    Leaf* b = node->leaf(left + 1);
    if (a->dense()) {
      if (!reserve(a, a->count + b->count)) return;  // they stay apart
      std::memcpy(a->rows + a->count, b->rows, b->count * sizeof(uint32_t));
    }
    a->count += b->count;
    node->count[left] += b->count;
    node->sum[left] += node->sum[left + 1];
    free_leaf(b);
    node->drop(left + 1);
  }
}

}  // namespace apus::list
