// The tree of a SizeIndex: adds and removes leaves, splits and joins nodes,
// owns the memory.
#include <cstdlib>
#include <new>

#include "size_index_nodes.h"

namespace apus::list {

void SizeIndex::insert_after(Path& path, Leaf* leaf, Offset sum) {
  const uint32_t rows = leaf->count;
  void* child = leaf;
  uint32_t child_rows = rows;
  Offset child_sum = sum;
  for (uint32_t d = path.depth; d-- > 0;) {
    Node* node = path.node[d];
    const uint32_t at = path.slot[d] + 1;
    if (node->used < kFan) {
      node->put(at, child, child_rows, child_sum);
      for (uint32_t above = 0; above < d; ++above) {
        path.node[above]->count[path.slot[above]] += rows;
        path.node[above]->sum[path.slot[above]] += sum;
      }
      child = nullptr;
      break;
    }
    Node* right = new_node(node->level);
    right->used = kFan - kFan / 2;
    right->move(0, *node, kFan / 2, right->used);
    node->used = kFan / 2;
    if (at > node->used) {
      right->put(at - node->used, child, child_rows, child_sum);
    } else {
      node->put(at, child, child_rows, child_sum);
    }
    child = right;
    child_rows = right->rows_below();
    child_sum = right->units_below();
    if (d > 0) {
      path.node[d - 1]->count[path.slot[d - 1]] = node->rows_below();
      path.node[d - 1]->sum[path.slot[d - 1]] = node->units_below();
    }
  }
  if (child) {  // the root was split
    Node* top = new_node(root_->level + 1);
    top->put(0, root_, root_->rows_below(), root_->units_below());
    top->put(1, child, child_rows, child_sum);
    root_ = top;
  }
  rows_ += rows;
  sum_ += sum;
}

// Removes the leaf at the path and every node that becomes empty. A node that
// becomes small joins a sibling.
void SizeIndex::erase(Path& path) {
  Node* bottom = path.bottom();
  const uint32_t slot = path.bottom_slot();
  const int64_t rows = bottom->count[slot];
  const Offset units = bottom->sum[slot];
  free_leaf(bottom->leaf(slot));
  add_below(path, -rows, -units);
  for (uint32_t d = path.depth; d-- > 0;) {
    Node* node = path.node[d];
    node->drop(path.slot[d]);
    if (d == 0) break;
    Node* parent = path.node[d - 1];
    const uint32_t here = path.slot[d - 1];
    if (node->used == 0) {
      free_node(node);
      continue;  // drops its slot in the parent
    }
    if (node->used > kFan / 4) break;
    const uint32_t left = here > 0 ? here - 1 : here;
    if (left + 1 >= parent->used) break;
    Node* a = parent->node(left);
    Node* b = parent->node(left + 1);
    if (a->used + b->used > kFan) break;
    a->move(a->used, *b, 0, b->used);
    a->used += b->used;
    parent->count[left] += parent->count[left + 1];
    parent->sum[left] += parent->sum[left + 1];
    free_node(b);
    path.slot[d - 1] = left + 1;
  }
  if (root_->used == 0) {
    free_node(root_);
    root_ = nullptr;
    return;
  }
  while (root_->level > 0 && root_->used == 1) {
    Node* only = root_->node(0);
    free_node(root_);
    root_ = only;
  }
}

// ---- Memory -----------------------------------------------------------------

// Dense when `room` > 0. Null when memory is refused.
SizeIndex::Leaf* SizeIndex::new_leaf(uint32_t count, Length size,
                                     uint32_t room) {
  Leaf* leaf = new (std::nothrow) Leaf{count, size, 0, nullptr};
  if (!leaf) return nullptr;
  bytes_ += sizeof(Leaf);
  if (reserve(leaf, room)) return leaf;
  free_leaf(leaf);
  return nullptr;
}

// Allocates the nodes that inserting two adjacent leaves at the path may need:
// every full node above splits, and only once, since a split node has room.
bool SizeIndex::spare_nodes(const Path& path) {
  uint32_t count = 0;
  uint32_t d = path.depth;
  for (uint32_t more = 2; d > 0 && path.node[d - 1]->used + more > kFan;
       more = 1) {
    ++count;
    --d;
  }
  return spare_nodes(d == 0 ? count + 1 : count);
}

bool SizeIndex::spare_nodes(uint32_t count) {
  while (spares_ < count) {
    Node* node = new (std::nothrow) Node;
    if (!node) return false;
    bytes_ += sizeof(Node);
    node->child[0] = spare_;
    spare_ = node;
    ++spares_;
  }
  return true;
}

// Requires: spare_nodes() allocated it.
SizeIndex::Node* SizeIndex::new_node(uint32_t level) {
  assert(spares_ > 0);
  Node* node = spare_;
  spare_ = node->node(0);
  --spares_;
  node->used = 0;
  node->level = level;
  return node;
}

void SizeIndex::free_leaf(Leaf* leaf) {
  bytes_ -= sizeof(Leaf) + leaf->capacity * sizeof(uint32_t);
  std::free(leaf->rows);
  delete leaf;
}

void SizeIndex::free_node(Node* node) {
  bytes_ -= sizeof(Node);
  delete node;
}

void SizeIndex::free_below(Node* node) {
  for (uint32_t slot = 0; slot < node->used; ++slot) {
    if (node->level > 0) {
      free_below(node->node(slot));
    } else {
      free_leaf(node->leaf(slot));
    }
  }
  free_node(node);
}

bool SizeIndex::reserve(Leaf* leaf, uint32_t rows) {
  if (rows <= leaf->capacity) return true;
  const uint32_t step = rows <= 64 ? 16 : 64;
  const uint32_t capacity = (rows + step - 1) / step * step;
  void* grown = std::realloc(leaf->rows, capacity * sizeof(uint32_t));
  if (!grown) return false;
  bytes_ += (capacity - leaf->capacity) * sizeof(uint32_t);
  leaf->rows = static_cast<uint32_t*>(grown);
  leaf->capacity = capacity;
  return true;
}

}  // namespace apus::list
