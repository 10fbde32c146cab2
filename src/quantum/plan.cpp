#include "plan.h"

#include <algorithm>
#include <bit>

namespace apus::quantum {

namespace {

// A window holds up to 2^kWindowBits amplitudes of floats, half as many of
// doubles: 64 KiB, twice a small first-level cache, a fraction of the second.
constexpr uint32_t kWindowBits = 13;
// The lowest qubits are always inside, so that a window's rows are at least
// 128 bytes long.
constexpr uint32_t kRowBits = 4;

template <typename Real>
constexpr uint32_t window_bits() {
  return sizeof(Real) == sizeof(float) ? kWindowBits : kWindowBits - 1;
}

uint32_t low_mask(uint32_t bits) { return (uint32_t{1} << bits) - 1; }

// The next larger number with only bits of `mask`, 0 after the last.
uint32_t next_within(uint32_t number, uint32_t mask) {
  return (number - mask) & mask;
}

template <typename Real>
void copy_row(std::complex<Real>* to, const std::complex<Real>* from,
              size_t length) {
  for (size_t i = 0; i < length; i += 4) {
    to[i] = from[i];
    to[i + 1] = from[i + 1];
    to[i + 2] = from[i + 2];
    to[i + 3] = from[i + 3];
  }
}

}  // namespace

template <typename Real>
void Plan<Real>::start(const Circuit& circuit, Complex* amplitudes, bool fuse) {
  circuit_ = &circuit;
  amplitudes_ = amplitudes;
  width_ = fuse ? kMaxWidth : 0;
  fusion_.start(width_);
  head_ = 0;
  applied_count_ = 0;
  active_ = false;
  applied_.clear();
}

template <typename Real>
Status Plan<Real>::add(const Operation& gate) {
  return fusion_.add(block_of(*circuit_, gate, width_)) ? Status::kOk
                                                        : Status::kOutOfMemory;
}

template <typename Real>
double Plan<Real>::progress() const {
  const size_t blocks = fusion_.blocks().size();
  return blocks == 0 ? 0 : double(applied_count_) / double(blocks);
}

// Chooses the blocks of the next sweep, and its window.
template <typename Real>
Status Plan<Real>::choose() {
  const Array<Block>& blocks = fusion_.blocks();
  const uint32_t qubits = circuit_->qubits();
  const uint32_t all = low_mask(qubits);
  const uint32_t most = std::min(qubits, window_bits<Real>());
  if (!applied_.resize(blocks.size()) || !chosen_.reserve(blocks.size())) {
    return Status::kOutOfMemory;
  }
  while (head_ < blocks.size() &&
         (applied_[head_] || blocks[head_].mask == 0)) {
    ++head_;
  }
  if (head_ == blocks.size()) return Status::kOk;
  chosen_.clear();
  table_ = blocks[head_].table;
  at_ = 0;
  uint32_t inside = low_mask(std::min(qubits, kRowBits));
  uint32_t blocked = 0;  // qubits of blocks that wait for a later sweep
  for (uint32_t i = head_; i < blocks.size() && blocked != all; ++i) {
    const Block& block = blocks[i];
    if (applied_[i] || block.mask == 0) continue;  // 0: merged into another
    if (block.table) {
      if (i == head_) (void)chosen_.push_back(i);
      break;
    }
    const uint32_t wider =
        block.is_diagonal() ? inside : inside | (block.mask & ~block.controls);
    if (block.mask & blocked || uint32_t(std::popcount(wider)) > most) {
      blocked |= block.mask;
    } else {
      inside = wider;
      (void)chosen_.push_back(i);
      // Without fusion every gate is a sweep.
      if (width_ == 0) break;
    }
  }
  if (table_) {
    const Status status = find_factors(*table_);
    if (status != Status::kOk) return status;
  } else {
    if (chosen_.size() == 1) inside = all;
    for (uint32_t bit = 1; uint32_t(std::popcount(inside)) < most; bit *= 2) {
      inside |= bit;
    }
    window_ = {inside, uint32_t(std::popcount(inside))};
    const uint32_t run = uint32_t(std::countr_one(inside));
    steps_.clear();
    for (const uint32_t i : chosen_) {
      if (!steps_.add(blocks[i], window_)) return Status::kOutOfMemory;
    }
    if (window_.bits > run) {
      const uint32_t high = inside & ~low_mask(run);
      if (!rows_.resize(size_t{1} << (window_.bits - run)) ||
          !buffer_.resize(size_t{1} << window_.bits)) {
        return Status::kOutOfMemory;
      }
      uint32_t start = 0;
      for (uint32_t& row : rows_) {
        row = start;
        start = next_within(start, high);
      }
    }
  }
  for (const uint32_t i : chosen_) applied_[i] = 1;
  applied_count_ += uint32_t(chosen_.size());
  active_ = true;
  return Status::kOk;
}

template <typename Real>
Status Plan<Real>::advance(int64_t& work) {
  const uint32_t all = low_mask(circuit_->qubits());
  while (work > 0 && !done()) {
    if (!active_) {
      const Status status = choose();
      if (status != Status::kOk) return status;
      if (!active_) continue;
    }
    if (table_ && table_->kind == Kind::kPermutation) {
      apply_permutation();
      work -= int64_t{1} << circuit_->qubits();
      active_ = false;
    } else if (table_) {
      work -= apply_diagonal(work);
    } else {
      apply_window();
      work -= int64_t{steps_.size()} << window_.bits;
      at_ = next_within(at_, all & ~window_.inside);
      active_ = at_ != 0;
    }
  }
  return Status::kOk;
}

template <typename Real>
void Plan<Real>::apply_window() {
  Complex* const first = amplitudes_ + at_;
  const uint32_t run = uint32_t(std::countr_one(window_.inside));
  if (window_.bits == run) {
    steps_.apply(reinterpret_cast<Real*>(first), window_.bits, at_);
    return;
  }
  const size_t length = size_t{1} << run;
  Complex* place = buffer_.data();
  for (const uint32_t row : rows_) {
    copy_row(place, first + row, length);
    place += length;
  }
  steps_.apply(reinterpret_cast<Real*>(buffer_.data()), window_.bits, at_);
  place = buffer_.data();
  for (const uint32_t row : rows_) {
    copy_row(first + row, place, length);
    place += length;
  }
}

template class Plan<float>;
template class Plan<double>;

}  // namespace apus::quantum
