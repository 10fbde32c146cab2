#include "apus/list/size_index.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>

namespace apus {
namespace {

constexpr uint32_t kFan = 32;        // children of a node
constexpr uint32_t kLeafRows = 512;  // rows of a dense leaf
constexpr uint32_t kGrain = 16;      // rows that become dense together
constexpr uint32_t kMaxDepth =
    16;  // 16^16 rows; nodes are half full after a split
constexpr uint32_t kEstimated = 1u << 31;
constexpr uint32_t kSizeMask = kEstimated - 1;

Offset sum_of(const uint32_t* rows, uint32_t count) {
  Offset sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += rows[i] & kSizeMask;
  return sum;
}

}  // namespace

// A run of rows: dense when it has an array, else all of size `uniform`.
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

  void put(uint32_t slot, void* what, uint32_t rows, Offset units) {
    assert(used < kFan && slot <= used);
    move(slot + 1, *this, slot, used - slot);
    child[slot] = what;
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

// The way from the root to a leaf, and the row within that leaf.
struct SizeIndex::Path {
  Node* node[kMaxDepth];
  uint32_t slot[kMaxDepth];
  uint32_t depth = 0;
  uint32_t row = 0;

  Node* bottom() const { return node[depth - 1]; }
  uint32_t& bottom_slot() { return slot[depth - 1]; }
  Leaf* leaf() const { return node[depth - 1]->leaf(slot[depth - 1]); }
};

SizeIndex::SizeIndex(uint32_t rows, Length estimate) : estimate_(estimate) {
  insert(0, rows);
}

SizeIndex::~SizeIndex() {
  if (root_) free_below(root_);
}

Offset SizeIndex::extent(Offset sum, uint32_t count) const {
  return sum + static_cast<Offset>(count) * gap_;
}

Offset SizeIndex::total() const { return rows_ ? extent(sum_, rows_ - 1) : 0; }

// ---- Reading
// ------------------------------------------------------------------

SizeIndex::Path SizeIndex::descend(uint32_t row) const {
  Path path;
  for (Node* node = root_;; node = node->node(path.slot[path.depth - 1])) {
    uint32_t slot = 0;
    while (slot + 1 < node->used && row >= node->count[slot])
      row -= node->count[slot++];
    path.node[path.depth] = node;
    path.slot[path.depth++] = slot;
    if (node->level == 0) break;
  }
  path.row = row;
  return path;
}

Length SizeIndex::size_of(uint32_t row) const {
  const Path path = descend(row);
  return path.leaf()->raw(path.row) & kSizeMask;
}

bool SizeIndex::measured(uint32_t row) const {
  const Path path = descend(row);
  return !(path.leaf()->raw(path.row) & kEstimated);
}

Offset SizeIndex::offset_of(uint32_t row) const {
  if (row == rows_) return extent(sum_, rows_);
  Offset before = 0;
  uint32_t left = row;
  for (const Node* node = root_;;) {
    uint32_t slot = 0;
    while (slot + 1 < node->used && left >= node->count[slot]) {
      left -= node->count[slot];
      before += node->sum[slot++];
    }
    if (node->level == 0) {
      return extent(before + node->leaf(slot)->sum(0, left), row);
    }
    node = node->node(slot);
  }
}

SizeIndex::Place SizeIndex::at(Offset offset) const {
  assert(rows_ > 0);
  Offset start = 0;
  uint32_t row = 0;
  const Node* node = root_;
  for (;;) {
    uint32_t slot = 0;
    for (; slot + 1 < node->used; ++slot) {
      const Offset end = start + extent(node->sum[slot], node->count[slot]);
      if (offset < end) break;
      start = end;
      row += node->count[slot];
    }
    if (node->level != 0) {
      node = node->node(slot);
      continue;
    }
    const Leaf& leaf = *node->leaf(slot);
    uint32_t i = 0;
    if (leaf.dense()) {
      for (; i + 1 < leaf.count; ++i) {
        const Offset end = start + (leaf.rows[i] & kSizeMask) + gap_;
        if (offset < end) break;
        start = end;
      }
    } else {
      const Offset each = static_cast<Offset>(leaf.uniform & kSizeMask) + gap_;
      const Offset fit =
          each == 0 || offset < start ? 0 : (offset - start) / each;
      i = each == 0 && offset >= start
              ? leaf.count - 1
              : static_cast<uint32_t>(std::min<Offset>(fit, leaf.count - 1));
      start += i * each;
    }
    return {row + i, start, leaf.raw(i) & kSizeMask};
  }
}

// ---- Measuring
// ----------------------------------------------------------------

Offset SizeIndex::measure(uint32_t row, Length size) {
  Path path = descend(row);
  Leaf* leaf = path.leaf();
  const uint32_t old = leaf->raw(path.row);
  if ((old & kSizeMask) == size && (!leaf->dense() || old == size)) return 0;
  if (!leaf->dense()) {
    densify(path);
    path = descend(row);
    leaf = path.leaf();
  }
  leaf->rows[path.row] = size;
  const Offset change = static_cast<Offset>(size) - (old & kSizeMask);
  return change == 0 ? 0 : add_below(path, 0, change);
}

Offset SizeIndex::add_below(Path& path, int64_t rows, Offset units) {
  for (uint32_t d = 0; d < path.depth; ++d) {
    uint32_t& count = path.node[d]->count[path.slot[d]];
    count = static_cast<uint32_t>(count + rows);
    path.node[d]->sum[path.slot[d]] += units;
  }
  rows_ = static_cast<uint32_t>(rows_ + rows);
  sum_ += units;
  return units;
}

// Makes the grain around path.row dense: part of a dense neighbour where it
// touches one with room, else a leaf of its own. Invalidates the path.
void SizeIndex::densify(Path& path) {
  Node* node = path.bottom();
  uint32_t& slot = path.bottom_slot();
  Leaf* run = path.leaf();
  uint32_t from = path.row - path.row % kGrain;
  const uint32_t to = run->count - from <= kGrain ? run->count : from + kGrain;
  const uint32_t n = to - from;
  const auto room = [&](uint32_t at) {
    return at < node->used && node->leaf(at)->dense() &&
           node->count[at] + n <= kLeafRows;
  };
  const bool before = from == 0 && slot > 0 && room(slot - 1);
  if (before || (to == run->count && room(slot + 1))) {
    Leaf* leaf = node->leaf(before ? slot - 1 : slot + 1);
    const Offset units = run->sum(0, n);
    reserve(leaf, leaf->count + n);
    if (!before)
      std::memmove(leaf->rows + n, leaf->rows, leaf->count * sizeof(uint32_t));
    std::fill_n(leaf->rows + (before ? leaf->count : 0), n, run->uniform);
    leaf->count += n;
    run->count -= n;
    // Rows move between siblings: only the bottom node changes.
    const uint32_t to_slot = before ? slot - 1 : slot + 1;
    node->count[to_slot] += n;
    node->sum[to_slot] += units;
    node->count[slot] -= n;
    node->sum[slot] -= units;
    if (run->count == 0) {
      erase(path);
    }
    return;
  }
  const uint32_t value = run->uniform;
  const uint32_t after = run->count - to;
  const uint32_t whole = run->count;
  const uint32_t base = [&] {
    uint32_t row = 0;
    for (uint32_t d = 0; d < path.depth; ++d) {
      for (uint32_t i = 0; i < path.slot[d]; ++i) row += path.node[d]->count[i];
    }
    return row;
  }();
  if (from == 0) {  // the run itself becomes the dense leaf
    reserve(run, n);
    std::fill_n(run->rows, n, value);
    run->count = n;
  } else {
    run->count = from;
  }
  const Offset each = value & kSizeMask;
  const uint32_t cut = whole - run->count;
  add_below(path, -static_cast<int64_t>(cut), -each * cut);
  if (from > 0) {
    Leaf* leaf = new_leaf(n, value);
    reserve(leaf, n);
    std::fill_n(leaf->rows, n, value);
    insert_after(path, leaf, each * n);
  }
  if (after > 0) {
    path = descend(base + to - 1);
    insert_after(path, new_leaf(after, value), each * after);
  }
}

// ---- Inserting and removing
// -----------------------------------------------------

void SizeIndex::insert(uint32_t at, uint32_t rows) {
  if (rows == 0) return;
  const uint32_t value = estimate_ | kEstimated;
  const Offset units = static_cast<Offset>(rows) * estimate_;
  if (!root_) {
    root_ = new_node(0);
    root_->put(0, new_leaf(rows, value), rows, units);
    rows_ = rows;
    sum_ = units;
    return;
  }
  Path path = descend(at);
  Leaf* leaf = path.leaf();
  const uint32_t k = path.row;
  if (!leaf->dense() && leaf->uniform == value) {
    leaf->count += rows;
    add_below(path, rows, units);
    return;
  }
  if (leaf->dense() && rows <= kLeafRows - leaf->count) {
    reserve(leaf, leaf->count + rows);
    std::memmove(leaf->rows + k + rows, leaf->rows + k,
                 (leaf->count - k) * sizeof(uint32_t));
    std::fill_n(leaf->rows + k, rows, value);
    leaf->count += rows;
    add_below(path, rows, units);
    return;
  }
  const uint32_t rest = leaf->count - k;
  if (k > 0 && rest > 0) {  // split the leaf at the place
    Leaf* right = new_leaf(rest, leaf->uniform);
    if (leaf->dense()) {
      reserve(right, rest);
      std::memcpy(right->rows, leaf->rows + k, rest * sizeof(uint32_t));
    }
    const Offset moved = right->sum(0, rest);
    leaf->count = k;
    add_below(path, -static_cast<int64_t>(rest), -moved);
    insert_after(path, right, moved);
    path = descend(at - 1);
  } else if (k == 0) {
    if (at > 0) {
      path = descend(at - 1);
    } else {  // before everything: the new run takes the first leaf's slot
      Leaf* first = path.leaf();
      const uint32_t count = first->count;
      const Offset sum = path.bottom()->sum[path.bottom_slot()];
      path.bottom()->child[path.bottom_slot()] = new_leaf(rows, value);
      add_below(path, static_cast<int64_t>(rows) - count, units - sum);
      insert_after(path, first, sum);
      return;
    }
  }
  insert_after(path, new_leaf(rows, value), units);
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

// Joins the leaf of `row` with its neighbours in the same node where that
// leaves one leaf: equal runs, or dense leaves that fit together.
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
      reserve(a, a->count + b->count);
      std::memcpy(a->rows + a->count, b->rows, b->count * sizeof(uint32_t));
    }
    a->count += b->count;
    node->count[left] += b->count;
    node->sum[left] += node->sum[left + 1];
    free_leaf(b);
    node->drop(left + 1);
  }
}

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

// Removes the leaf at the path and every node that it leaves empty; a node that
// became small joins a sibling.
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

void SizeIndex::set_estimate(Length estimate) {
  estimate_ = estimate;
  if (root_) sum_ = re_estimate(root_, estimate);
}

Offset SizeIndex::re_estimate(Node* node, Length estimate) {
  for (uint32_t slot = 0; slot < node->used; ++slot) {
    if (node->level > 0) {
      node->sum[slot] = re_estimate(node->node(slot), estimate);
      continue;
    }
    Leaf& leaf = *node->leaf(slot);
    if (!leaf.dense()) {
      if (leaf.uniform & kEstimated) leaf.uniform = estimate | kEstimated;
    } else {
      for (uint32_t i = 0; i < leaf.count; ++i) {
        if (leaf.rows[i] & kEstimated) leaf.rows[i] = estimate | kEstimated;
      }
    }
    node->sum[slot] = leaf.sum(0, leaf.count);
  }
  return node->units_below();
}

// ---- Memory
// -------------------------------------------------------------------

SizeIndex::Leaf* SizeIndex::new_leaf(uint32_t count, Length size) {
  bytes_ += sizeof(Leaf);
  return new Leaf{count, size, 0, nullptr};
}

SizeIndex::Node* SizeIndex::new_node(uint32_t level) {
  bytes_ += sizeof(Node);
  Node* node = new Node;
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

void SizeIndex::reserve(Leaf* leaf, uint32_t rows) {
  if (rows <= leaf->capacity) return;
  const uint32_t step = rows <= 64 ? 16 : 64;
  const uint32_t capacity = (rows + step - 1) / step * step;
  void* grown = std::realloc(leaf->rows, capacity * sizeof(uint32_t));
  if (!grown) std::abort();
  bytes_ += (capacity - leaf->capacity) * sizeof(uint32_t);
  leaf->rows = static_cast<uint32_t*>(grown);
  leaf->capacity = capacity;
}

}  // namespace apus
