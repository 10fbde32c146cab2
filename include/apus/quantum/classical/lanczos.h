// The lowest eigenvalue of a sum of Pauli strings, by Lanczos's method (J. Res.
// Natl. Bur. Stand. 45, 1950): exact diagonalization without a matrix. Each
// step applies the sum to a vector of 2^qubits amplitudes; the smallest
// eigenvalue of the growing tridiagonal matrix converges to the sum's.
//
// Runs in slices, so the caller can stop it. Memory: three vectors of
// complex<double>, 48 MiB for 20 qubits. Never throws, reads no clock.
#ifndef APUS_QUANTUM_CLASSICAL_LANCZOS_H_
#define APUS_QUANTUM_CLASSICAL_LANCZOS_H_

#include "apus/quantum/classical/observable.h"

namespace apus::quantum {

class Lanczos {
 public:
  // Keeps a reference to the operator. The seed is of the first vector.
  // kOutOfMemory.
  static std::expected<Lanczos, Status> create(const Observable& observable,
                                               uint64_t seed);

  // One step: Observable::apply and O(2^qubits). Returns whether the eigenvalue has converged
  // (the residual of its vector is below 1e-10 of scale()); calls
  // after that do nothing. kOutOfMemory leaves everything as it was.
  std::expected<bool, Status> step();

  // An upper bound of the lowest eigenvalue until it has converged.
  double value() const { return value_; }
  uint32_t steps() const { return static_cast<uint32_t>(alpha_.size()); }

 private:
  using Amplitude = std::complex<double>;

  explicit Lanczos(const Observable& observable) : observable_(&observable) {}
  bool converged();

  const Observable* observable_;
  Array<Amplitude> before_;
  Array<Amplitude> now_;
  Array<Amplitude> next_;
  Array<double> alpha_;  // the tridiagonal matrix
  Array<double> beta_;   // beta_[i] couples i and i + 1
  Array<double> work_;
  double value_ = 0;
  bool done_ = false;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CLASSICAL_LANCZOS_H_
