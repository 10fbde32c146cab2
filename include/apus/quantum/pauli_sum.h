// A sum of products of Pauli operators with real coefficients: an observable,
// such as the energy of a molecule or the cost of a cut.
#ifndef APUS_QUANTUM_PAULI_SUM_H_
#define APUS_QUANTUM_PAULI_SUM_H_

#include <cstdint>
#include <span>

#include "apus/base/array.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

// X on the qubits in `x` only, Z on those in `z` only, Y on those in both; the
// identity elsewhere.
struct PauliTerm {
  double coefficient;
  uint32_t x;
  uint32_t z;
};

// Owns its terms, which are ordered by x: terms with the same x are computed in
// one pass over a state. Terms with the same operator are one.
class PauliSum {
 public:
  // kNumber, kQubit (beyond kMaxQubits), kOutOfMemory. O(terms).
  [[nodiscard]] Status add(double coefficient, uint32_t x, uint32_t z);
  std::span<const PauliTerm> terms() const {
    return {terms_.data(), terms_.size()};
  }
  // The number of qubits that it needs: its highest qubit + 1. O(terms).
  uint32_t qubits() const;

 private:
  Array<PauliTerm> terms_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_PAULI_SUM_H_
