// The lowest eigenvalue of a sum of Pauli strings, by Lanczos's method (J. Res.
// Natl. Bur. Stand. 45, 1950): exact diagonalization without a matrix. Each
// step applies the sum to a vector of 2^qubits amplitudes; the smallest
// eigenvalue of the growing tridiagonal matrix converges to the sum's.
//
// Runs in slices, so the caller can stop it. Memory: three vectors of
// complex<double>, 48 MiB for 20 qubits. Never throws, reads no clock.
#ifndef APUS_QUANTUM_CLASSICAL_LANCZOS_H_
#define APUS_QUANTUM_CLASSICAL_LANCZOS_H_

#include <complex>
#include <cstdint>
#include <expected>
#include <span>

#include "apus/base/array.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

// weight times a product of Paulis: X on the qubits of `x`, Z on those of `z`,
// Y on those of both.
struct PauliString {
  uint32_t x;
  uint32_t z;
  double weight;
};

class Lanczos {
 public:
  static constexpr uint32_t kMaxQubits = 20;

  // Keeps a reference to the terms. kSize unless 1 <= qubits <= kMaxQubits,
  // kQubit, kNumber, kOutOfMemory. The seed is of the first vector.
  static std::expected<Lanczos, Status> create(
      uint32_t qubits, std::span<const PauliString> terms, uint64_t seed);

  // One step: O(2^qubits terms). Returns whether the eigenvalue has converged
  // (the residual of its vector is below 1e-10 of the sum's weights); calls
  // after that do nothing. kOutOfMemory leaves everything as it was.
  std::expected<bool, Status> step();

  // An upper bound of the lowest eigenvalue until it has converged.
  double value() const { return value_; }
  uint32_t steps() const { return static_cast<uint32_t>(alpha_.size()); }

 private:
  using Amplitude = std::complex<double>;

  Lanczos(uint32_t qubits, std::span<const PauliString> terms)
      : qubits_(qubits), terms_(terms) {}
  void apply();
  bool converged();

  uint32_t qubits_;
  std::span<const PauliString> terms_;
  Array<Amplitude> before_;
  Array<Amplitude> now_;
  Array<Amplitude> next_;
  Array<double> alpha_;  // the tridiagonal matrix
  Array<double> beta_;   // beta_[i] couples i and i + 1
  Array<double> work_;
  double scale_ = 0;
  double value_ = 0;
  bool done_ = false;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CLASSICAL_LANCZOS_H_
