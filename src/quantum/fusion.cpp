#include "fusion.h"

#include <algorithm>
#include <bit>

namespace apus::quantum {

namespace {

// Calls `visit` with each qubit of a mask, in ascending order.
template <typename Visit>
void each_qubit(uint32_t mask, Visit visit) {
  for (; mask; mask &= mask - 1) visit(uint32_t(std::countr_zero(mask)));
}

}  // namespace

void Fusion::start(uint32_t width) {
  blocks_.clear();
  width_ = width;
  std::fill(last_, last_ + kMaxQubits, kNone);
}

bool Fusion::add(const Block& gate) {
  if (gate.table || gate.controls || uint32_t(gate.width) > width_) {
    return append(gate, gate.mask);
  }
  // The latest block on the gate's qubits: what comes after it leaves them
  // alone, so the gate may join it.
  uint32_t home = kNone;
  each_qubit(gate.mask, [&](uint32_t qubit) {
    if (last_[qubit] != kNone && (home == kNone || last_[qubit] > home)) {
      home = last_[qubit];
    }
  });
  if (home == kNone || !fits(blocks_[home], gate.mask)) {
    Block empty;
    empty.at[0] = 1;
    if (!append(empty, 0)) return false;
    home = uint32_t(blocks_.size() - 1);
  }
  Block& block = blocks_[home];
  // Earlier blocks that no later one follows may as well come now.
  each_qubit(gate.mask & ~block.mask, [&](uint32_t qubit) {
    const uint32_t earlier = last_[qubit];
    if (earlier == kNone || earlier == home || !is_last(earlier) ||
        !fits(blocks_[earlier], block.mask | gate.mask)) {
      return;
    }
    join(blocks_[earlier], home);
    blocks_[earlier].width = 0;
    blocks_[earlier].mask = 0;
  });
  join(gate, home);
  return true;
}

bool Fusion::append(const Block& block, uint32_t mask) {
  if (!blocks_.push_back(block)) return false;
  each_qubit(mask, [&](uint32_t qubit) {
    last_[qubit] = uint32_t(blocks_.size() - 1);
  });
  return true;
}

void Fusion::join(const Block& later, uint32_t home) {
  Block& block = blocks_[home];
  each_qubit(later.mask & ~block.mask,
             [&](uint32_t qubit) { block.widen(qubit, false); });
  block.multiply(later);
  each_qubit(later.mask, [&](uint32_t qubit) { last_[qubit] = home; });
}

bool Fusion::fits(const Block& block, uint32_t mask) const {
  return !block.table && !block.controls &&
         uint32_t(std::popcount(block.mask | mask)) <= width_;
}

bool Fusion::is_last(uint32_t index) const {
  bool last = true;
  each_qubit(blocks_[index].mask,
             [&](uint32_t qubit) { last &= last_[qubit] == index; });
  return last;
}

}  // namespace apus::quantum
