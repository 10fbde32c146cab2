#include "apus/list/size_index.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "size_index_nodes.h"

namespace apus::list {

SizeIndex::SizeIndex(uint32_t rows, Length estimate) : estimate_(estimate) {
  insert(0, rows);
}

SizeIndex::~SizeIndex() {
  if (root_) free_below(root_);
  while (spares_ > 0) free_node(new_node(0));
}

Offset SizeIndex::extent(Offset sum, uint32_t count) const {
  return sum + static_cast<Offset>(count) * gap_;
}

Offset SizeIndex::total() const { return rows_ ? extent(sum_, rows_ - 1) : 0; }

// ---- Reading ----------------------------------------------------------------

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

// ---- Measuring --------------------------------------------------------------

std::optional<Offset> SizeIndex::measure(uint32_t row, Length size) {
  Path path = descend(row);
  Leaf* leaf = path.leaf();
  const uint32_t old = leaf->raw(path.row);
  if ((old & kSizeMask) == size && (!leaf->dense() || old == size)) return 0;
  if (!leaf->dense()) {
    if (!densify(path)) return std::nullopt;
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

// Makes the grain around path.row dense: it joins a dense neighbour that has
// room, else it becomes its own leaf. Invalidates the path. False when memory
// is refused.
bool SizeIndex::densify(Path& path) {
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
    if (!reserve(leaf, leaf->count + n)) return false;
    if (!before)
      std::memmove(leaf->rows + n, leaf->rows, leaf->count * sizeof(uint32_t));
    std::fill_n(leaf->rows + (before ? leaf->count : 0), n, run->uniform);
    leaf->count += n;
    run->count -= n;
    // Rows move between siblings, so only the bottom node changes.
    const uint32_t to_slot = before ? slot - 1 : slot + 1;
    node->count[to_slot] += n;
    node->sum[to_slot] += units;
    node->count[slot] -= n;
    node->sum[slot] -= units;
    if (run->count == 0) {
      erase(path);
    }
    return true;
  }
  const uint32_t value = run->uniform;
  const uint32_t after = run->count - to;
  const uint32_t whole = run->count;
  // The run keeps the rows before; without any it becomes the dense leaf.
  Leaf* dense = from > 0 ? new_leaf(n, value, n) : run;
  Leaf* rest = after > 0 ? new_leaf(after, value) : nullptr;
  if (!dense || (after > 0 && !rest) || !spare_nodes(path) ||
      !reserve(dense, n)) {
    if (from > 0 && dense) free_leaf(dense);
    if (rest) free_leaf(rest);
    return false;
  }
  std::fill_n(dense->rows, n, value);
  const uint32_t base = [&] {
    uint32_t row = 0;
    for (uint32_t d = 0; d < path.depth; ++d) {
      for (uint32_t i = 0; i < path.slot[d]; ++i) row += path.node[d]->count[i];
    }
    return row;
  }();
  run->count = from > 0 ? from : n;
  const Offset each = value & kSizeMask;
  const uint32_t cut = whole - run->count;
  add_below(path, -static_cast<int64_t>(cut), -each * cut);
  if (from > 0) insert_after(path, dense, each * n);
  if (rest) {
    path = descend(base + to - 1);
    insert_after(path, rest, each * after);
  }
  return true;
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

}  // namespace apus::list
