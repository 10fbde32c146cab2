// A Hermitian operator as a sum of Pauli strings, made ready to be applied to
// vectors many times: all strings without X and Y are one table of 2^qubits
// values.
//
// Qubit 0 is the least significant bit of an index. Immutable; owns its memory.
#ifndef APUS_QUANTUM_CLASSICAL_OBSERVABLE_H_
#define APUS_QUANTUM_CLASSICAL_OBSERVABLE_H_

#include <complex>
#include <cstdint>
#include <expected>
#include <span>

#include "apus/base/array.h"
#include "apus/quantum/pauli_sum.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

// The factor of |index> in a term's image, which is at index ^ x: i for each Y,
// and a sign for each Z on a 1. O(1).
std::complex<double> pauli_factor(const PauliTerm& term, uint32_t index);

class Observable {
 public:
  static constexpr uint32_t kMaxQubits = 20;

  // kSize unless 1 <= qubits <= kMaxQubits, kQubit, kNumber, kOutOfMemory.
  // O(2^qubits strings without X).
  static std::expected<Observable, Status> create(
      uint32_t qubits, std::span<const PauliTerm> terms);

  uint32_t qubits() const { return qubits_; }
  size_t size() const { return diagonal_.size(); }  // 2^qubits
  // The sum of all weights' sizes: no eigenvalue is larger.
  double scale() const { return scale_; }
  // The values at all indices, when no string flips qubits.
  std::span<const double> diagonal() const {
    return {diagonal_.data(), diagonal_.size()};
  }

  // out = the operator times in; both have size() amplitudes and do not
  // overlap. O(2^qubits (1 + strings with X)).
  void apply(const std::complex<double>* in, std::complex<double>* out) const;

  // <in| operator |in>. Likewise.
  double expectation(const std::complex<double>* in) const;

 private:
  explicit Observable(uint32_t qubits) : qubits_(qubits) {}

  uint32_t qubits_;
  double scale_ = 0;
  Array<double> diagonal_;
  Array<PauliTerm> flips_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CLASSICAL_OBSERVABLE_H_
