// Noisy runs and measurements inside circuits, against exact density matrices.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "apus/quantum/simulator.h"
#include "random_circuit.h"

namespace apus::quantum {
namespace {

using reference::Complex;
using reference::embed;
using reference::Matrix;

// A density matrix, and channels on it as sums of Kraus operators.
struct Density {
  uint32_t n;
  Matrix rho;

  explicit Density(uint32_t qubits) : n(qubits), rho(size_t{1} << qubits) {
    rho(0, 0) = 1;
  }
  void apply(const std::vector<Matrix>& kraus) {
    Matrix sum(rho.size);
    for (const Matrix& k : kraus) sum = sum + k * rho * reference::adjoint(k);
    rho = sum;
  }
  void damp(uint32_t q, double p) {
    apply({on(q, {2, {1, 0, 0, std::sqrt(1 - p)}}),
           on(q, {2, {0, std::sqrt(p), 0, 0}})});
  }
  void dephase(uint32_t q, double p) {
    apply({on(q, {2, {1, 0, 0, std::sqrt(1 - p)}}),
           on(q, {2, {0, 0, 0, std::sqrt(p)}})});
  }
  // All Pauli products on some qubits, the identity with 1 - p.
  void depolarize(const std::vector<uint32_t>& qubits, double p) {
    const uint32_t products = 1u << 2 * qubits.size();
    std::vector<Matrix> kraus;
    for (uint32_t product = 0; product < products; ++product) {
      Matrix k = reference::identity(rho.size);
      for (size_t j = 0; j < qubits.size(); ++j) {
        k = k * on(qubits[j], reference::pauli("IXYZ"[product >> 2 * j & 3]));
      }
      const double share = product == 0 ? 1 - p : p / (products - 1);
      kraus.push_back(Complex(std::sqrt(share)) * k);
    }
    apply(kraus);
  }
  // Kraus operators are not unitary, but embed() needs no unitarity.
  Matrix on(uint32_t q, const Matrix& k) const { return embed(n, k, {q}, 0); }
};

// Runs a circuit on both and compares the outcomes' frequencies.
void compare(const Circuit& circuit, const Noise& noise, uint32_t shots) {
  const uint32_t n = circuit.qubits();
  Density exact(n);
  for (const Operation& gate : circuit.operations()) {
    std::vector<uint32_t> targets;
    for (uint32_t i = 0; i < info(gate.kind).targets; ++i) {
      targets.push_back(gate.targets[i]);
    }
    const Matrix u = reference::definition(gate.kind, gate.angles);
    exact.apply({embed(n, u, targets, gate.controls)});
    std::vector<uint32_t> all = targets;
    for (uint32_t q = 0; q < n; ++q) {
      if (gate.controls >> q & 1) all.push_back(q);
    }
    exact.depolarize(
        all, all.size() == 1 ? noise.depolarizing1 : noise.depolarizing2);
    for (const uint32_t q : all) exact.dephase(q, noise.phase_damping);
    for (const uint32_t q : all) exact.damp(q, noise.amplitude_damping);
  }
  for (uint32_t q = 0; q < n; ++q) {
    // The diagonal alone is read: classical errors act on it.
    Matrix mixed(exact.rho.size);
    for (size_t i = 0; i < mixed.size; ++i) {
      const size_t other = i ^ (size_t{1} << q);
      const bool one = i >> q & 1;
      const double leaves = one ? noise.readout1 : noise.readout0;
      const double comes = one ? noise.readout0 : noise.readout1;
      mixed(i, i) =
          (1 - leaves) * exact.rho(i, i) + comes * exact.rho(other, other);
    }
    exact.rho = mixed;
  }
  State<float> state;
  Run<float> run(circuit, state, {.shots = shots, .seed = 5, .noise = noise});
  ASSERT_EQ(run_to_end(run, state, 1 << 20, [](double) { return true; }),
            Status::kOk);
  std::vector<double> counts(state.size());
  for (const uint64_t outcome : run.outcomes()) ++counts[size_t(outcome)];
  double chi_square = 0;
  double freedom = -1;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double wanted = exact.rho(i, i).real() * shots;
    if (wanted < 1e-6) {
      EXPECT_EQ(counts[i], 0);
      continue;
    }
    ++freedom;
    chi_square += (counts[i] - wanted) * (counts[i] - wanted) / wanted;
  }
  EXPECT_LT(chi_square, freedom + 5 * std::sqrt(2 * freedom) + 5);
}

Circuit some_gates(uint32_t n, apus::Random& random) {
  Circuit circuit = *Circuit::create(n);
  for (uint32_t i = 0; i < 4 * n; ++i) {
    const uint32_t target = random.below(n);
    reference::must(circuit.add(Kind::kU, target,
                                3 * reference::uniform(random),
                                reference::uniform(random), 1));
    const uint32_t other = (target + 1 + random.below(n > 1 ? n - 1 : 1)) % n;
    if (other != target) {
      reference::must(circuit.add_controlled(Kind::kX, 1u << other, target));
    }
  }
  return circuit;
}

TEST(TrajectoriesTest, EachChannelAgreesWithTheExactDensityMatrix) {
  apus::Random random(1);
  const Noise channels[] = {
      {.depolarizing1 = 0.1},
      {.depolarizing2 = 0.2},
      {.amplitude_damping = 0.15},
      {.phase_damping = 0.3},
      {.readout0 = 0.1, .readout1 = 0.25},
      {0.03, 0.05, 0.06, 0.04, 0.02, 0.07},
  };
  for (const Noise& noise : channels) {
    for (uint32_t n = 1; n <= 4; ++n) {
      compare(some_gates(n, random), noise, 3000);
    }
  }
}

TEST(TrajectoriesTest, RefusesProbabilitiesOutsideZeroToOne) {
  const Circuit circuit = *Circuit::create(1);
  State<float> state;
  for (const double p : {-0.1, 1.1, std::nan("")}) {
    quantum::Run<float> run(circuit, state, {.noise = {.phase_damping = p}});
    EXPECT_EQ(run.start(), Status::kProbability);
  }
}

}  // namespace
}  // namespace apus::quantum
