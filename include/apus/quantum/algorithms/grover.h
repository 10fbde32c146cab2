// Grover's search (STOC 1996) on a state vector. The oracle flips the sign of
// the marked indices, the diffusion reflects all amplitudes about their mean:
// both are real, so the vector is of floats and each is one sweep over it.
//
// A sweep takes the place of the 2 n Hadamard gates and the multi-controlled Z
// that a device would run; counts of gates are those of the device's circuit.
// Memory: 4 bytes an index. Not thread-safe; never throws.
#ifndef APUS_QUANTUM_ALGORITHMS_GROVER_H_
#define APUS_QUANTUM_ALGORITHMS_GROVER_H_

#include <cstdint>
#include <expected>
#include <span>

#include "apus/base/array.h"
#include "apus/quantum/circuit.h"

namespace apus::quantum {

class Grover {
 public:
  // Begins with all indices equally likely. kSize unless 1 <= qubits <=
  // kMaxQubits, kQubit for a marked index that there is not, kOutOfMemory.
  // Requires: marked indices ascend.
  static std::expected<Grover, Status> create(uint32_t qubits,
                                              std::span<const uint32_t> marked);

  // All indices equally likely again.
  void restart();

  // That many iterations. O(2^qubits) each.
  void iterate(uint32_t times);

  // The probability of measuring a marked index. O(marked).
  double probability() const;

  // The index that a measurement finds for a random number 0 <= unit < 1.
  // O(2^qubits).
  uint32_t sample(double unit) const;

 private:
  Grover() = default;

  Array<float> amplitudes_;
  Array<uint32_t> marked_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_ALGORITHMS_GROVER_H_
