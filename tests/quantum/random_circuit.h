// Random circuits of all kinds of gates.
#ifndef APUS_TESTS_QUANTUM_RANDOM_CIRCUIT_H_
#define APUS_TESTS_QUANTUM_RANDOM_CIRCUIT_H_

#include <cstdlib>
#include <vector>

#include "apus/quantum/state.h"
#include "reference.h"

namespace apus::quantum::reference {

// Ends the test's process if a circuit does not accept what it should.
inline void must(Status status) {
  if (status != Status::kOk) std::abort();
}

inline uint32_t add_random_table(Circuit& circuit, Kind kind, uint32_t bits,
                                 apus::Random& random) {
  const uint32_t length = 1u << bits;
  if (kind == Kind::kDiagonal) {
    std::vector<double> f(length);
    for (double& value : f) value = random.below(7);
    return *circuit.add_levels(f);
  }
  std::vector<uint32_t> f(length);
  for (uint32_t z = 0; z < length; ++z) f[z] = z;
  for (uint32_t z = length; z > 1; --z) std::swap(f[z - 1], f[random.below(z)]);
  return *circuit.add_permutation(f);
}

// Gates of random kinds on random qubits; one in eight has controls, one in
// fifty is a table on two neighbouring qubits.
inline Circuit random_circuit(uint32_t n, uint32_t gates,
                              apus::Random& random) {
  Circuit circuit = *Circuit::create(n);
  Matrix1 one;
  Matrix2 two;
  const Matrix unitary1 = random_unitary(2, random);
  const Matrix unitary2 = random_unitary(4, random);
  std::copy(unitary1.at.begin(), unitary1.at.end(), one.at);
  std::copy(unitary2.at.begin(), unitary2.at.end(), two.at);
  (void)*circuit.add_matrix(one);
  (void)*circuit.add_matrix(two);
  const uint32_t bits = n < 2 ? 1 : 2;
  const uint32_t levels =
      add_random_table(circuit, Kind::kDiagonal, bits, random);
  const uint32_t permutation =
      add_random_table(circuit, Kind::kPermutation, bits, random);
  for (uint32_t i = 0; i < gates; ++i) {
    Operation gate;
    for (double& angle : gate.angles) angle = 6 * uniform(random) - 3;
    uint32_t used = 0;
    if (random.one_in(50)) {
      gate.kind = random.one_in(2) ? Kind::kDiagonal : Kind::kPermutation;
      gate.table = gate.kind == Kind::kDiagonal ? levels : permutation;
      gate.qubits = n < 2 ? 1 : 3u << random.below(n - 1);
      used = gate.qubits;
    } else {
      const uint32_t kinds = uint32_t(n < 2 ? Kind::kSwap : Kind::kDiagonal);
      gate.kind = Kind(random.below(kinds));
      gate.targets[0] = uint8_t(random.below(n));
      gate.targets[1] =
          uint8_t((gate.targets[0] + 1 + random.below(n - 1 ? n - 1 : 1)) % n);
      if (info(gate.kind).targets > 0) used |= 1u << gate.targets[0];
      if (info(gate.kind).targets > 1) used |= 1u << gate.targets[1];
    }
    if (random.one_in(8))
      gate.controls = random() & random() & ~used & ((1u << n) - 1);
    must(circuit.add(gate));
  }
  return circuit;
}

// The same amplitudes in doubles.
inline State<double> widened(const State<float>& state) {
  std::vector<Complex> amplitudes;
  for (size_t i = 0; i < state.size(); ++i) {
    amplitudes.emplace_back(state.data()[i]);
  }
  State<double> wide;
  must(wide.create(state.qubits()));
  must(wide.set(amplitudes));
  return wide;
}

}  // namespace apus::quantum::reference

#endif  // APUS_TESTS_QUANTUM_RANDOM_CIRCUIT_H_
