// What the simulator applies in one go: a matrix on one to three qubits, made
// of one gate or of many that were fused, or a table on many qubits.
#ifndef APUS_QUANTUM_BLOCK_H_
#define APUS_QUANTUM_BLOCK_H_

#include <complex>
#include <cstdint>

#include "apus/quantum/circuit.h"

namespace apus::quantum {

// 8x8: with 16 vector registers, eight inputs and two sums fit.
inline constexpr uint32_t kMaxWidth = 3;

struct Block {
  // Row by row, 2^width entries a row. Bit j of a row's or column's index
  // belongs to qubits[j].
  std::complex<double> at[64];
  uint8_t qubits[kMaxWidth];
  uint8_t width = 0;
  // Acts where all these qubits are |1>. Blocks with controls are not fused.
  uint32_t controls = 0;
  // All its qubits, controls among them.
  uint32_t mask = 0;
  // A kDiagonal or kPermutation instead of a matrix.
  const Operation* table = nullptr;

  uint32_t size() const { return uint32_t{1} << width; }
  // Whether it only multiplies amplitudes. O(4^width).
  bool is_diagonal() const;
  // O(4^width).
  bool is_real() const;
  // The most entries of a row that are not 0. O(4^width).
  uint32_t terms() const;
  // The number of vector operations for each vector of amplitudes, about.
  uint32_t cost() const;
  // Adds a qubit on which it acts as the identity; if `control`, it acts as
  // before where that qubit is |1>, and not at all where it is |0>.
  // Requires: width < kMaxWidth.
  void widen(uint32_t qubit, bool control);
  // Becomes `later` after what it was. Requires: a matrix without controls on
  // qubits that this one has.
  void multiply(const Block& later);
};

// The block of one gate. With at most `width` qubits, its controls become part
// of the matrix.
// Requires: a gate of the circuit; width <= kMaxWidth.
Block block_of(const Circuit& circuit, const Operation& operation,
               uint32_t width);

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_BLOCK_H_
