#include "steps.h"

#include <algorithm>
#include <bit>

#include "loops.h"

namespace apus::quantum {

namespace {

uint32_t low_bits(uint32_t count) { return (uint32_t{1} << count) - 1; }

// Bit j of the block's indices becomes the bit of qubit j of `order`.
void reorder(Block& block, const uint8_t* order) {
  const Block before = block;
  uint32_t index[8] = {};
  for (uint32_t j = 0; j < block.width; ++j) {
    const uint8_t* place =
        std::find(before.qubits, before.qubits + block.width, order[j]);
    for (uint32_t i = 0; i < block.size(); ++i) {
      index[i] |= (i >> j & 1) << (place - before.qubits);
    }
    block.qubits[j] = order[j];
  }
  for (uint32_t i = 0; i < block.size(); ++i) {
    for (uint32_t j = 0; j < block.size(); ++j) {
      block.at[i * block.size() + j] =
          before.at[index[i] * block.size() + index[j]];
    }
  }
}

}  // namespace

template <typename Real>
void Steps<Real>::clear() {
  steps_.clear();
  vectors_.clear();
  columns_.clear();
}

// Appends one entry of the matrix, ready for dense(); two where a vector holds
// two amplitudes. Requires: reserved memory.
template <typename Real>
void Steps<Real>::push(std::complex<double> a, std::complex<double> b) {
  constexpr size_t kReals = sizeof(Vector) / sizeof(Real);
  const auto store = [&](Vector vector) {
    for (size_t i = 0; i < kReals; ++i) (void)vectors_.push_back(vector[i]);
  };
  using Complex = std::complex<double>;
  store(Lanes<Real>::make(Complex(a.real(), a.real()),
                          Complex(b.real(), b.real())));
  store(Lanes<Real>::make(Complex(a.imag(), -a.imag()),
                          Complex(b.imag(), -b.imag())));
}

// Whether rows() takes a matrix; it is widened to three qubits then, by the
// lowest that are free. Diagonals and single gates have better loops.
template <typename Real>
bool Steps<Real>::make_rows(Block& block, const Window& window) {
  if (block.is_diagonal() || block.width == 1) return false;
  const uint32_t lane = Lanes<Real>::kBits ? window.inside & -window.inside : 0;
  uint32_t spare = window.inside & ~block.mask & ~lane;
  const uint32_t needed = kMaxWidth - block.width +
                          (block.mask & lane ? 1 : 0) +
                          uint32_t(std::countr_zero(kGroups));
  if (uint32_t(std::popcount(spare)) < needed) return false;
  for (; block.width < kMaxWidth; spare &= spare - 1) {
    block.widen(uint32_t(std::countr_zero(spare)), false);
  }
  return true;
}

// The entries of a matrix for rows(). Requires: reserved memory.
template <typename Real>
void Steps<Real>::push_rows(const Block& block, const Step& step) {
  const auto store = [&](std::complex<double> part) {
    const Vector vector = Lanes<Real>::make(part, part);
    for (size_t i = 0; i < sizeof(Vector) / sizeof(Real); ++i) {
      (void)vectors_.push_back(vector[i]);
    }
  };
  for (uint32_t row = 0; row < 8; ++row) {
    uint32_t terms = 0;
    const auto push_term = [&](uint32_t column, std::complex<double> entry) {
      store({entry.real(), entry.real()});
      if (!step.real) store({entry.imag(), -entry.imag()});
      (void)columns_.push_back(column * kGroups);
      ++terms;
    };
    for (uint32_t column = 0; column < 8; ++column) {
      const std::complex<double> entry = block.at[row * 8 + column];
      if (entry != 0.0) push_term(column, entry);
    }
    while (terms < step.terms) push_term(row, 0);
  }
}

template <typename Real>
bool Steps<Real>::add(Block block, const Window& window) {
  constexpr uint32_t kLaneBits = Lanes<Real>::kBits;
  const auto position = [&](uint32_t qubit) {
    const uint32_t bit = uint32_t{1} << qubit;
    return uint32_t{1} << std::popcount(window.inside & (bit - 1));
  };
  const uint32_t lane = kLaneBits ? window.inside & -window.inside : 0;
  // A control within a vector is part of the matrix.
  if (block.controls & lane) {
    block.controls &= ~lane;
    block.widen(uint32_t(std::countr_zero(lane)), true);
  }
  Step step{};
  const bool by_rows = make_rows(block, window);
  step.diagonal = block.is_diagonal();
  step.real = block.is_real();
  step.first = uint32_t(vectors_.size());
  step.columns = uint32_t(columns_.size());
  // The qubits in an order that the loops understand: that of the lanes first,
  // those outside last.
  uint8_t order[kMaxWidth];
  uint32_t sorted = 0;
  const uint32_t places[] = {lane, window.inside & ~lane, ~window.inside};
  for (const uint32_t place : places) {
    for (uint32_t j = 0; j < block.width; ++j) {
      if (place >> block.qubits[j] & 1) order[sorted++] = block.qubits[j];
    }
  }
  reorder(block, order);
  uint32_t inner = 0;
  for (uint32_t j = 0; j < block.width; ++j) {
    const uint32_t bit = uint32_t{1} << order[j];
    if (bit & window.inside) {
      step.fixed |= position(order[j]);
      ++inner;
    } else {
      step.outer[step.outer_width++] = order[j];
    }
  }
  for (uint32_t left = block.controls; left; left &= left - 1) {
    const uint32_t bit = left & -left;
    if (bit & window.inside) {
      step.controls |= position(uint32_t(std::countr_zero(bit)));
    } else {
      step.outer_controls |= bit;
    }
  }
  const bool in_lanes = block.mask & lane && order[0] == std::countr_zero(lane);
  step.fixed |= step.controls | ((1u << kLaneBits) - 1);
  const uint32_t inputs = uint32_t{1} << inner;
  step.inputs = uint8_t(inputs);
  step.outputs = uint8_t(in_lanes ? inputs / 2 : inputs);
  for (uint32_t i = 0; i < step.outputs; ++i) {
    const uint32_t index = in_lanes ? 2 * i : i;
    for (uint32_t j = 0; j < inner; ++j) {
      if (index >> j & 1) step.offsets[i] |= position(order[j]);
    }
  }
  if (by_rows) {
    step.terms = uint8_t(block.terms());
  }
  if (by_rows && in_lanes) {
    // Neighbours of the lowest free qubit go together.
    const uint32_t free = ~step.fixed & low_bits(window.bits);
    step.partner = free & -free;
    step.fixed |= step.partner;
    for (uint32_t i = 8; i-- > 0;) {
      step.offsets[i] = step.offsets[i / 2] | (i & 1 ? step.partner : 0);
    }
  }
  const uint32_t size = block.size();
  if (!steps_.reserve(steps_.size() + 1) ||
      !columns_.reserve(columns_.size() + 64) ||
      !vectors_.reserve(vectors_.size() + size_t{size} * size * 2 *
                                              sizeof(Vector) / sizeof(Real))) {
    return false;
  }
  const uint32_t next = in_lanes ? 1 : 0;
  if (by_rows) {
    push_rows(block, step);
  } else if (step.diagonal) {
    for (uint32_t i = 0; i < size; i += 1 + next) {
      push(block.at[i * (size + 1)], block.at[(i + next) * (size + 1)]);
    }
  } else {
    for (uint32_t i = 0; i < size; i += 1 + next) {
      for (uint32_t j = 0; j < size; ++j) {
        push(block.at[i * size + j], block.at[(i + next) * size + j]);
      }
    }
  }
  return steps_.push_back(step);
}

template <typename Real>
void Steps<Real>::apply(Real* amplitudes, uint32_t bits,
                        uint32_t outside) const {
  for (const Step& step : steps_) {
    if ((outside & step.outer_controls) != step.outer_controls) continue;
    const uint32_t count = uint32_t{1}
                           << (bits - uint32_t(std::popcount(step.fixed)));
    const Vector* vectors =
        reinterpret_cast<const Vector*>(vectors_.data() + step.first);
    if (step.diagonal) {
      uint32_t part = 0;
      for (uint32_t j = 0; j < step.outer_width; ++j) {
        part |= (outside >> step.outer[j] & 1) << j;
      }
      vectors += 2 * size_t{part} * step.outputs;
      switch (step.outputs) {
        case 1:
          diagonal<Real, 1>(amplitudes, step, count, vectors);
          break;
        case 2:
          diagonal<Real, 2>(amplitudes, step, count, vectors);
          break;
        case 4:
          diagonal<Real, 4>(amplitudes, step, count, vectors);
          break;
        default:
          diagonal<Real, 8>(amplitudes, step, count, vectors);
      }
      continue;
    }
    if (step.terms) {
      const uint32_t* columns = columns_.data() + step.columns;
      if constexpr (Lanes<Real>::kBits > 0) {
        if (step.partner) {
          const auto loop =
              step.real ? rows<Real, true, true> : rows<Real, false, true>;
          loop(amplitudes, step, count, vectors, columns);
          continue;
        }
      }
      const auto loop =
          step.real ? rows<Real, true, false> : rows<Real, false, false>;
      loop(amplitudes, step, count, vectors, columns);
      continue;
    }
    if constexpr (Lanes<Real>::kBits > 0) {
      if (step.outputs < step.inputs) {
        switch (step.inputs) {
          case 2:
            (step.real ? dense<Real, 2, 1, true>
                       : dense<Real, 2, 1>)(amplitudes, step, count, vectors);
            break;
          case 4:
            dense<Real, 4, 2>(amplitudes, step, count, vectors);
            break;
          default:
            dense<Real, 8, 4>(amplitudes, step, count, vectors);
        }
        continue;
      }
    }
    switch (step.inputs) {
      case 2:
        (step.real ? dense<Real, 2, 2, true>
                   : dense<Real, 2, 2>)(amplitudes, step, count, vectors);
        break;
      case 4:
        dense<Real, 4, 4>(amplitudes, step, count, vectors);
        break;
      default:
        dense<Real, 8, 8>(amplitudes, step, count, vectors);
    }
  }
}

template class Steps<float>;
template class Steps<double>;

}  // namespace apus::quantum
