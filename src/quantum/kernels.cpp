#include "kernels.h"

#include <algorithm>
#include <bit>

namespace apus::quantum {

namespace {

// A complex matrix times a vector needs, for each entry a + bi and input x,
// a * x and b * (i x). i x swaps the parts of x; here the sums are swapped
// instead, once an output: out = sum(a x) + swap(sum((b, -b) x)).
template <typename Real, uint32_t kInputs, uint32_t kOutputs>
void dense(Real* amplitudes, const Step& step, uint32_t count,
           const typename Lanes<Real>::Vector* matrix) {
  using L = Lanes<Real>;
  using Vector = typename L::Vector;
  const uint32_t fixed = step.fixed;
  uint32_t base = step.controls;
  for (; count > 0; --count) {
    Vector* const at = reinterpret_cast<Vector*>(amplitudes + 2 * size_t{base});
    Vector* places[kOutputs];
    Vector in[kInputs];
    for (uint32_t i = 0; i < kOutputs; ++i) {
      places[i] = reinterpret_cast<Vector*>(reinterpret_cast<Real*>(at) +
                                            2 * size_t{step.offsets[i]});
      if constexpr (kInputs == kOutputs) {
        in[i] = *places[i];
      } else {
        const Vector both = *places[i];
        in[2 * i] = L::low(both);
        in[2 * i + 1] = L::high(both);
      }
    }
    const Vector* entry = matrix;
    for (uint32_t i = 0; i < kOutputs; ++i) {
      Vector straight = entry[0] * in[0];
      Vector crossed = entry[1] * in[0];
      entry += 2;
      for (uint32_t j = 1; j < kInputs; ++j, entry += 2) {
        straight += entry[0] * in[j];
        crossed += entry[1] * in[j];
      }
      *places[i] = straight + L::swap(crossed);
    }
    // Counts in the bits that are not fixed.
    base = (((base | fixed) + 1) & ~fixed) | step.controls;
  }
}

template <typename Real, uint32_t kOutputs>
void diagonal(Real* amplitudes, const Step& step, uint32_t count,
              const typename Lanes<Real>::Vector* factors) {
  using L = Lanes<Real>;
  using Vector = typename L::Vector;
  uint32_t base = step.controls;
  for (; count > 0; --count) {
    Real* const at = amplitudes + 2 * size_t{base};
    for (uint32_t i = 0; i < kOutputs; ++i) {
      Vector* place =
          reinterpret_cast<Vector*>(at + 2 * size_t{step.offsets[i]});
      const Vector in = *place;
      *place = factors[2 * i] * in + L::swap(factors[2 * i + 1] * in);
    }
    base = (((base | step.fixed) + 1) & ~step.fixed) | step.controls;
  }
}

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
  step.diagonal = block.is_diagonal();
  step.first = uint32_t(vectors_.size());
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
  const uint32_t size = block.size();
  if (!steps_.reserve(steps_.size() + 1) ||
      !vectors_.reserve(vectors_.size() + size_t{size} * size * 2 *
                                              sizeof(Vector) / sizeof(Real))) {
    return false;
  }
  const uint32_t next = in_lanes ? 1 : 0;
  if (step.diagonal) {
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
    if constexpr (Lanes<Real>::kBits > 0) {
      if (step.outputs < step.inputs) {
        switch (step.inputs) {
          case 2:
            dense<Real, 2, 1>(amplitudes, step, count, vectors);
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
        dense<Real, 2, 2>(amplitudes, step, count, vectors);
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
