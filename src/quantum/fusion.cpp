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
  Block block = gate;
  if (home == kNone || !join(blocks_[home], block)) {
    if (!append(Block{}, 0)) return false;
    home = uint32_t(blocks_.size() - 1);
  }
  // Earlier blocks that no later one follows may as well come now.
  each_qubit(gate.mask, [&](uint32_t qubit) {
    const uint32_t earlier = last_[qubit];
    if (earlier == kNone || earlier == home || !is_last(earlier)) return;
    if (!join(blocks_[earlier], block)) return;
    each_qubit(blocks_[earlier].mask, [&](uint32_t q) { last_[q] = home; });
    blocks_[earlier].mask = 0;
  });
  blocks_[home] = block;
  each_qubit(gate.mask, [&](uint32_t qubit) { last_[qubit] = home; });
  return true;
}

bool Fusion::append(const Block& block, uint32_t mask) {
  if (!blocks_.push_back(block)) return false;
  each_qubit(mask, [&](uint32_t qubit) {
    last_[qubit] = uint32_t(blocks_.size() - 1);
  });
  return true;
}

bool Fusion::join(const Block& earlier, Block& later) const {
  if (earlier.table || earlier.controls ||
      uint32_t(std::popcount(earlier.mask | later.mask)) > width_) {
    return false;
  }
  Block both = earlier;
  each_qubit(later.mask & ~earlier.mask,
             [&](uint32_t qubit) { both.widen(qubit, false); });
  both.multiply(later);
  if (both.cost() > earlier.cost() + later.cost()) return false;
  later = both;
  return true;
}

bool Fusion::is_last(uint32_t index) const {
  bool last = true;
  each_qubit(blocks_[index].mask,
             [&](uint32_t qubit) { last &= last_[qubit] == index; });
  return last;
}

}  // namespace apus::quantum
