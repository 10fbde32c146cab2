#include <gtest/gtest.h>

#include "apus/quantum/simulator.h"
#include "refused.h"

namespace apus::quantum {
namespace {

// A circuit whose every part needs memory. False when that is refused.
bool build(Circuit& circuit) {
  constexpr double kLevels[] = {0, 1, 1, 2};
  constexpr uint32_t kPermutation[] = {1, 2, 3, 0};
  constexpr Matrix1 kFlip{{0, 1, 1, 0}};
  constexpr Matrix2 kIdentity{{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}};
  const auto levels = circuit.add_levels(kLevels);
  const auto permutation = circuit.add_permutation(kPermutation);
  const auto one = circuit.add_matrix(kFlip);
  const auto two = circuit.add_matrix(kIdentity);
  for (const auto& table : {levels, permutation, one, two}) {
    if (!table) {
      EXPECT_EQ(table.error(), Status::kOutOfMemory);
      return false;
    }
  }
  const auto add = [&](const Operation& operation) {
    const Status status = circuit.add(operation);
    EXPECT_TRUE(status == Status::kOk || status == Status::kOutOfMemory);
    return status == Status::kOk;
  };
  for (uint32_t q = 0; q < circuit.qubits(); ++q) {
    Operation hadamard{.kind = Kind::kH};
    hadamard.targets[0] = uint8_t(q);
    Operation entangle{.kind = Kind::kX, .controls = q == 0 ? 2u : 1u};
    entangle.targets[0] = uint8_t(q);
    if (!add(hadamard) || !add(entangle)) return false;
  }
  Operation diagonal{.kind = Kind::kDiagonal, .qubits = 0b1010};
  diagonal.table = *levels;
  diagonal.angles[0] = 0.3;
  Operation moved{.kind = Kind::kPermutation, .qubits = 0b11};
  moved.table = *permutation;
  Operation matrix{.kind = Kind::kMatrix1};
  matrix.table = *one;
  return add(diagonal) && add(moved) && add(matrix);
}

TEST(RefusedMemory, EndsAQuantumRunAndLeavesTheSimulatorUsable) {
  State<float> state;
  const uint64_t allocations = refuse_each([&] {
    Circuit circuit = *Circuit::create(15);
    if (!build(circuit)) return;
    PauliSum sum;
    if (sum.add(1, 0, 1) == Status::kOutOfMemory) return;
    const Noise noise;
    quantum::Run<float> run(circuit, state, {.shots = 100, .noise = noise});
    const Status status =
        run_to_end(run, state, 1 << 16, [](double) { return true; });
    const Allowed allowed;
    if (status == Status::kOk) {
      EXPECT_EQ(run.outcomes().size(), 100u);
      EXPECT_NEAR(state.norm(), 1, 1e-5);
      return;
    }
    EXPECT_EQ(status, Status::kOutOfMemory);
    ASSERT_EQ(state.create(15), Status::kOk);
    quantum::Run<float> again(circuit, state, {});
    EXPECT_EQ(run_to_end(again, state, 1 << 16, [](double) { return true; }),
              Status::kOk);
    EXPECT_NEAR(state.norm(), 1, 1e-5);
  });
  EXPECT_GT(allocations, 10u);
}

}  // namespace
}  // namespace apus::quantum
