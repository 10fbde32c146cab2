// A state vector: the 2^n complex amplitudes of n qubits, and what can be read
// from them. Amplitude i belongs to the basis state in which qubit q is bit q
// of i.
//
// Real is float (8 bytes an amplitude, errors of about 1e-7 a gate at most) or
// double (16 bytes). Sums are computed in double. Reading never changes a
// state. Not thread-safe; owns its memory; never throws.
#ifndef APUS_QUANTUM_STATE_H_
#define APUS_QUANTUM_STATE_H_

#include <complex>
#include <cstdint>
#include <expected>
#include <span>
#include <utility>

#include "apus/quantum/pauli_sum.h"
#include "apus/quantum/random.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

// The expectations of X, Y and Z of a qubit: its density matrix is
// (1 + xX + yY + zZ) / 2.
struct Bloch {
  double x;
  double y;
  double z;
};

template <typename Real>
class State {
 public:
  State() = default;
  State(State&& other) noexcept { swap(other); }
  State& operator=(State&& other) noexcept {
    swap(other);
    return *this;
  }
  ~State();

  // The memory of a state, for a check before anything is allocated.
  static constexpr uint64_t bytes(uint32_t qubits) {
    return (uint64_t{2} * sizeof(Real) << qubits) + kAlignment;
  }

  // Becomes |0…0>. Keeps its memory if the number of qubits is the same. kSize,
  // kOutOfMemory; then it is as before.
  [[nodiscard]] Status create(uint32_t qubits);
  void set_zero();
  // Becomes these amplitudes, normalised. kLength, kNumber (also if all are 0).
  [[nodiscard]] Status set(std::span<const std::complex<Real>> amplitudes);

  void swap(State& other) noexcept {
    std::swap(qubits_, other.qubits_);
    std::swap(data_, other.data_);
    std::swap(block_, other.block_);
  }

  // 0 before create().
  uint32_t qubits() const { return qubits_; }
  size_t size() const { return qubits_ ? size_t{1} << qubits_ : 0; }
  std::complex<Real>* data() { return data_; }
  const std::complex<Real>* data() const { return data_; }

  // The sum of all probabilities: 1 but for rounding. O(2^n).
  double norm() const;
  // That a qubit is measured as 1. Requires: qubit < qubits(). O(2^n).
  double probability(uint32_t qubit) const;
  // Those of all outcomes of the qubits in a mask; bit k of an outcome is the
  // k-th lowest of them. kQubit, kLength (out must have 2^k elements). O(2^n).
  [[nodiscard]] Status probabilities(uint32_t qubits,
                                     std::span<double> out) const;
  // Requires: qubit < qubits(). O(2^n).
  Bloch bloch(uint32_t qubit) const;
  // kQubit. O(2^n * different x + 2^n * terms).
  std::expected<double, Status> expectation(const PauliSum& sum) const;
  // |<this|other>|^2, divided by both norms. kLength. O(2^n).
  std::expected<double, Status> fidelity(const State& other) const;
  // Measures all qubits many times: fills `out` with indices, in ascending
  // order. Source: uniform order statistics one by one, as in Bentley and Saxe,
  // "Generating sorted lists of random numbers" (1980). O(2^n + out.size()), no
  // memory.
  void sample(Random& random, std::span<uint32_t> out) const;

  // Measures a qubit and leaves the state that follows. Requires: qubit <
  // qubits(). O(2^n).
  bool measure(uint32_t qubit, Random& random);
  // Multiplies the amplitudes where a qubit is 0 and 1 by numbers. Requires:
  // qubit < qubits(). O(2^n).
  void scale(uint32_t qubit, Real zero, Real one);
  // Exchanges the amplitudes where a qubit is 0 and 1. The same.
  void flip(uint32_t qubit);

 private:
  static constexpr uint64_t kAlignment = 64;

  uint32_t qubits_ = 0;
  std::complex<Real>* data_ = nullptr;
  void* block_ = nullptr;  // what the allocator returned
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_STATE_H_
