// Every gate against its matrix by Kronecker products, on random states.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "apus/quantum/simulator.h"
#include "reference.h"

namespace apus::quantum {
namespace {

using reference::Complex;
using reference::Matrix;
using reference::Vector;

// Runs a circuit on a state other than |0…0>: its first gate prepares it.
template <typename Real>
Vector simulate(const Circuit& circuit, bool fuse) {
  State<Real> state;
  Run<Real> run(circuit, state, {.fuse = fuse});
  EXPECT_EQ(run_to_end(run, state, 1000, [](double) { return true; }),
            Status::kOk);
  Vector amplitudes;
  for (size_t i = 0; i < state.size(); ++i) {
    amplitudes.emplace_back(state.data()[i]);
  }
  return amplitudes;
}

double distance(const Vector& a, const Vector& b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, std::abs(a[i] - b[i]));
  }
  return most;
}

// A random product state with an entangling layer: no amplitude is 0.
void prepare(Circuit& circuit, apus::Random& random) {
  const auto angle = [&] { return 6 * reference::uniform(random); };
  const uint32_t n = circuit.qubits();
  for (uint32_t q = 0; q < n; ++q) {
    ASSERT_EQ(circuit.add(Kind::kU, q, angle(), angle(), angle()), Status::kOk);
  }
  for (uint32_t q = 0; q + 1 < n; ++q) {
    ASSERT_EQ(circuit.add2(Kind::kRXX, q, q + 1, angle()), Status::kOk);
  }
}

// Compares `operation` with `expected` on a random state of n qubits, with
// floats and doubles, fused and not.
void compare(uint32_t n, const Operation& operation, const Matrix& expected,
             Circuit& with_tables, apus::Random& random) {
  Circuit& circuit = with_tables;
  prepare(circuit, random);
  const Vector before = simulate<double>(circuit, false);
  ASSERT_EQ(circuit.add(operation), Status::kOk);
  const Vector after = expected * before;
  for (const bool fuse : {false, true}) {
    const std::string what = std::string(info(operation.kind).name) + " on " +
                             std::to_string(n) + " qubits, controls " +
                             std::to_string(operation.controls);
    EXPECT_LT(distance(simulate<double>(circuit, fuse), after), 1e-12) << what;
    EXPECT_LT(distance(simulate<float>(circuit, fuse), after), 2e-6) << what;
  }
}

// Distinct random qubits.
std::vector<uint32_t> choose(uint32_t n, apus::Random& random) {
  std::vector<uint32_t> qubits(n);
  std::iota(qubits.begin(), qubits.end(), 0u);
  for (uint32_t i = n; i > 1; --i) {
    std::swap(qubits[i - 1], qubits[random.below(i)]);
  }
  return qubits;
}

TEST(GatesTest, EveryGateIsItsMatrixOnAnyQubitsWithAnyControls) {
  apus::Random random(18);
  for (uint32_t k = uint32_t(Kind::kId); k <= uint32_t(Kind::kMatrix2); ++k) {
    for (uint32_t round = 0; round < 12; ++round) {
      Operation operation{.kind = Kind(k)};
      const uint32_t targets = info(operation.kind).targets;
      const uint32_t n = targets + random.below(6 - targets);
      const std::vector<uint32_t> qubits = choose(n, random);
      for (uint32_t i = 0; i < targets; ++i) {
        operation.targets[i] = uint8_t(qubits[i]);
      }
      const uint32_t controls =
          round % 3 == 0 ? 0 : random.below(n - targets + 1);
      for (uint32_t i = 0; i < controls; ++i) {
        operation.controls |= 1u << qubits[targets + i];
      }
      for (double& angle : operation.angles) {
        angle = 12 * reference::uniform(random) - 6;
      }
      Circuit circuit = *Circuit::create(n);
      Matrix matrix = reference::definition(operation.kind, operation.angles);
      if (operation.kind == Kind::kMatrix1) {
        matrix = reference::random_unitary(2, random);
        Matrix1 given;
        std::copy(matrix.at.begin(), matrix.at.end(), given.at);
        operation.table = *circuit.add_matrix(given);
      } else if (operation.kind == Kind::kMatrix2) {
        matrix = reference::random_unitary(4, random);
        Matrix2 given;
        std::copy(matrix.at.begin(), matrix.at.end(), given.at);
        operation.table = *circuit.add_matrix(given);
      }
      const std::vector<uint32_t> on(qubits.begin(), qubits.begin() + targets);
      compare(n, operation, reference::embed(n, matrix, on, operation.controls),
              circuit, random);
    }
  }
}

TEST(GatesTest, AGlobalPhaseWithControlsIsAPhaseOfTheirSubspace) {
  apus::Random random(3);
  for (uint32_t controls = 0; controls < 32; ++controls) {
    Circuit circuit = *Circuit::create(5);
    Operation operation{.kind = Kind::kGlobalPhase, .controls = controls};
    operation.angles[0] = 1.25;
    const Matrix phase(1, {std::polar(1.0, 1.25)});
    compare(5, operation, reference::embed(5, phase, {}, controls), circuit,
            random);
  }
}

TEST(GatesTest, TablesActOnAnyQubitsWithAnyControls) {
  apus::Random random(4);
  for (uint32_t round = 0; round < 60; ++round) {
    const uint32_t n = 2 + random.below(4);
    const uint32_t qubits = 1 + random.below((1u << n) - 1);
    const uint32_t controls = random.below(1u << n) & ~qubits;
    std::vector<uint32_t> on;
    for (uint32_t q = 0; q < n; ++q) {
      if (qubits >> q & 1) on.push_back(q);
    }
    const uint32_t length = 1u << on.size();
    Matrix matrix(length);
    Circuit circuit = *Circuit::create(n);
    Operation operation{.controls = controls, .qubits = qubits};
    operation.angles[0] = 0.7;
    if (round % 2) {
      operation.kind = Kind::kDiagonal;
      std::vector<double> f(length);
      for (uint32_t z = 0; z < length; ++z) {
        f[z] = random.below(5) - 1.5;
        matrix(z, z) = std::polar(1.0, 0.7 * f[z]);
      }
      operation.table = *circuit.add_levels(f);
    } else {
      operation.kind = Kind::kPermutation;
      const std::vector<uint32_t> f = choose(length, random);
      for (uint32_t z = 0; z < length; ++z) matrix(f[z], z) = 1;
      operation.table = *circuit.add_permutation(f);
    }
    compare(n, operation, reference::embed(n, matrix, on, controls), circuit,
            random);
  }
}

}  // namespace
}  // namespace apus::quantum
