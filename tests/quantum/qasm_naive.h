// Runs a circuit of gates by definition, on every index, to compare circuits
// that are written differently.
#ifndef APUS_TESTS_QUANTUM_QASM_NAIVE_H_
#define APUS_TESTS_QUANTUM_QASM_NAIVE_H_

#include <complex>
#include <vector>

#include "apus/quantum/circuit.h"
#include "apus/quantum/gates.h"

namespace apus::quantum::testing {

using Vector = std::vector<std::complex<double>>;

// Requires: gates of at most two targets.
inline void apply(const Circuit& circuit, const Operation& operation,
                  Vector& state) {
  const uint32_t targets = info(operation.kind).targets;
  const Matrix1 one = targets < 2 ? matrix1_of(circuit, operation) : Matrix1{};
  const Matrix2 two = targets == 2 ? matrix2_of(circuit, operation) : Matrix2{};
  const auto bit = [](size_t index, uint32_t q) { return index >> q & 1; };
  Vector result(state.size());
  for (size_t to = 0; to < state.size(); ++to) {
    if ((to & operation.controls) != operation.controls) {
      result[to] = state[to];
      continue;
    }
    const uint32_t a = operation.targets[0], b = operation.targets[1];
    if (targets == 0) {
      result[to] = one.at[0] * state[to];
    } else if (targets == 1) {
      for (size_t k = 0; k < 2; ++k) {
        const size_t from = (to & ~(size_t{1} << a)) | k << a;
        result[to] += one.at[bit(to, a) * 2 + k] * state[from];
      }
    } else {
      const size_t row = bit(to, a) | bit(to, b) << 1;
      for (size_t k = 0; k < 4; ++k) {
        const size_t from = (to & ~(size_t{1} << a) & ~(size_t{1} << b)) |
                            (k & 1) << a | (k >> 1) << b;
        result[to] += two.at[row * 4 + k] * state[from];
      }
    }
  }
  state = result;
}

// The matrix of a circuit of gates, column by column.
inline std::vector<Vector> unitary(const Circuit& circuit) {
  std::vector<Vector> columns(size_t{1} << circuit.qubits());
  for (size_t i = 0; i < columns.size(); ++i) {
    columns[i].resize(columns.size());
    columns[i][i] = 1;
    for (const Operation& it : circuit.operations()) {
      if (it.kind != Kind::kBarrier) apply(circuit, it, columns[i]);
    }
  }
  return columns;
}

// The largest difference of two matrices once their phases agree.
inline double difference(const Circuit& one, const Circuit& other,
                         bool up_to_phase = true) {
  const auto a = unitary(one), b = unitary(other);
  std::complex<double> inner = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < a.size(); ++j) inner += std::conj(a[i][j]) * b[i][j];
  }
  const std::complex<double> phase =
      up_to_phase && std::abs(inner) > 0 ? inner / std::abs(inner) : 1;
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < a.size(); ++j) {
      most = std::max(most, std::abs(a[i][j] * phase - b[i][j]));
    }
  }
  return most;
}

}  // namespace apus::quantum::testing

#endif  // APUS_TESTS_QUANTUM_QASM_NAIVE_H_
