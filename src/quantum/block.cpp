#include "block.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "apus/quantum/gates.h"

namespace apus::quantum {

namespace {

// Parts of entries below this are rounding errors.
constexpr double kZero = 1e-16;

}  // namespace

bool Block::is_diagonal() const {
  const uint32_t size = this->size();
  for (uint32_t i = 0; i < size * size; ++i) {
    if (i % (size + 1) != 0 && at[i] != 0.0) return false;
  }
  return true;
}

bool Block::is_real() const {
  const uint32_t size = this->size();
  for (uint32_t i = 0; i < size * size; ++i) {
    if (at[i].imag() != 0) return false;
  }
  return true;
}

uint32_t Block::terms() const {
  const uint32_t size = this->size();
  uint32_t most = 1;
  for (uint32_t row = 0; row < size; ++row) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < size; ++i) count += at[row * size + i] != 0.0;
    most = std::max(most, count);
  }
  return most;
}

uint32_t Block::cost() const {
  // A real entry is a product and a sum, a complex one two of each and, once a
  // row, a swap; 3 for the loads, the stores and the loop.
  return is_real() ? 2 * terms() + 3 : 4 * terms() + 4;
}

void Block::widen(uint32_t qubit, bool control) {
  const uint32_t old = size();
  std::complex<double> before[16];
  std::copy(at, at + old * old, before);
  qubits[width++] = static_cast<uint8_t>(qubit);
  mask |= uint32_t{1} << qubit;
  for (uint32_t row = 0; row < 2 * old; ++row) {
    for (uint32_t column = 0; column < 2 * old; ++column) {
      std::complex<double>& entry = at[row * 2 * old + column];
      if (row / old != column / old) {
        entry = 0;
      } else if (control && row < old) {
        entry = row == column;
      } else {
        entry = before[row % old * old + column % old];
      }
    }
  }
}

void Block::multiply(const Block& later) {
  const uint32_t size = this->size();
  // Index of its rows in ours, and the rows that it leaves apart.
  uint32_t rows[8] = {};
  uint32_t used = 0;
  for (uint32_t j = 0; j < later.width; ++j) {
    const uint8_t* place = std::find(qubits, qubits + width, later.qubits[j]);
    const uint32_t bit = uint32_t{1} << (place - qubits);
    used |= bit;
    for (uint32_t i = 0; i < later.size(); ++i) {
      if (i >> j & 1) rows[i] |= bit;
    }
  }
  for (uint32_t first = 0; first < size; ++first) {
    if (first & used) continue;
    for (uint32_t column = 0; column < size; ++column) {
      std::complex<double> before[8];
      for (uint32_t i = 0; i < later.size(); ++i) {
        before[i] = at[(first | rows[i]) * size + column];
      }
      for (uint32_t i = 0; i < later.size(); ++i) {
        std::complex<double> sum = 0;
        for (uint32_t j = 0; j < later.size(); ++j) {
          sum += later.at[i * later.size() + j] * before[j];
        }
        at[(first | rows[i]) * size + column] = sum;
      }
    }
  }
}

Block block_of(const Circuit& circuit, const Operation& operation,
               uint32_t width) {
  Block block{};
  const KindInfo& shape = info(operation.kind);
  block.controls = operation.controls;
  block.mask = operation.controls;
  if (shape.mask) {
    block.mask |= operation.qubits;
    block.table = &operation;
    return block;
  }
  if (shape.targets == 2) {
    const Matrix2 matrix = matrix2_of(circuit, operation);
    std::copy(matrix.at, matrix.at + 16, block.at);
  } else {
    const Matrix1 matrix = matrix1_of(circuit, operation);
    std::copy(matrix.at, matrix.at + 4, block.at);
  }
  block.width = std::max<uint8_t>(shape.targets, 1);
  // cos(pi / 2) is meant to be 0.
  for (std::complex<double>& entry : block.at) {
    if (std::abs(entry.real()) < kZero) entry.real(0);
    if (std::abs(entry.imag()) < kZero) entry.imag(0);
  }
  std::copy(operation.targets, operation.targets + 2, block.qubits);
  if (operation.kind == Kind::kGlobalPhase) {
    block.qubits[0] = 0;
    if (block.controls) {
      // A phase where the controls are |1> is a phase of one of them.
      block.at[0] = 1;
      block.qubits[0] = uint8_t(std::countr_zero(block.controls));
      block.controls &= block.controls - 1;
    }
  }
  for (uint32_t j = 0; j < block.width; ++j) {
    block.mask |= uint32_t{1} << block.qubits[j];
  }
  if (block.width + uint32_t(std::popcount(block.controls)) <= width) {
    for (; block.controls; block.controls &= block.controls - 1) {
      block.widen(uint32_t(std::countr_zero(block.controls)), true);
    }
  }
  return block;
}

}  // namespace apus::quantum
