// Random circuits, fused and in windows, against gate after gate.
#include <gtest/gtest.h>

#include <algorithm>

#include "apus/quantum/simulator.h"
#include "random_circuit.h"

namespace apus::quantum {
namespace {

template <typename Real>
void run(const Circuit& circuit, State<Real>& state, bool fuse,
         uint64_t slice) {
  Run<Real> run(circuit, state, {.fuse = fuse});
  double before = 0;
  const auto proceed = [&](double progress) {
    EXPECT_LE(before, progress);
    EXPECT_LE(progress, 1);
    before = progress;
    return true;
  };
  ASSERT_EQ(run_to_end(run, state, slice, proceed), Status::kOk);
  EXPECT_EQ(run.progress(), 1);
}

template <typename Real>
double difference(const State<Real>& a, const State<Real>& b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, double(std::abs(a.data()[i] - b.data()[i])));
  }
  return most;
}

TEST(FusionTest, FusedCircuitsEndInTheSameStateAsUnfusedOnes) {
  apus::Random random(7);
  for (uint32_t round = 0; round < 150; ++round) {
    const uint32_t n = 1 + round % 15;
    const Circuit circuit = reference::random_circuit(n, 150, random);
    State<double> fused;
    State<double> unfused;
    run(circuit, fused, true, 1 + random.below(1 << 18));
    run(circuit, unfused, false, uint64_t{1} << 40);
    EXPECT_LT(difference(fused, unfused), 1e-12) << n << " qubits";
    State<float> narrow;
    run(circuit, narrow, true, uint64_t{1} << 40);
    EXPECT_GT(*reference::widened(narrow).fidelity(unfused), 1 - 1e-10) << n;
    EXPECT_NEAR(narrow.norm(), 1, 1e-4);
  }
}

TEST(FusionTest, ManyQubitsNeedManyWindows) {
  apus::Random random(8);
  const Circuit circuit = reference::random_circuit(18, 400, random);
  State<float> fused;
  State<float> unfused;
  run(circuit, fused, true, 1 << 20);
  run(circuit, unfused, false, uint64_t{1} << 40);
  EXPECT_LT(difference(fused, unfused), 1e-5);
}

TEST(FusionTest, TheNormStaysAfter100000Gates) {
  apus::Random random(9);
  for (const bool fuse : {false, true}) {
    const Circuit circuit = reference::random_circuit(6, 100'000, random);
    State<double> wide;
    run(circuit, wide, fuse, uint64_t{1} << 40);
    EXPECT_NEAR(wide.norm(), 1, 1e-10);
    State<float> narrow;
    run(circuit, narrow, fuse, uint64_t{1} << 40);
    EXPECT_NEAR(narrow.norm(), 1, 2e-2);
    EXPECT_GT(*reference::widened(narrow).fidelity(wide), 1 - 1e-5);
  }
}

TEST(FusionTest, AnAbortLeavesTheZeroStateAndTheSimulatorUsable) {
  apus::Random random(10);
  const Circuit circuit = reference::random_circuit(14, 3000, random);
  State<float> state;
  quantum::Run<float> aborted(circuit, state, {});
  uint32_t calls = 0;
  EXPECT_EQ(
      run_to_end(aborted, state, 1 << 16, [&](double) { return ++calls < 3; }),
      Status::kAborted);
  EXPECT_EQ(calls, 3u);
  EXPECT_EQ(state.data()[0], std::complex<float>(1));
  EXPECT_EQ(state.norm(), 1);
  run(circuit, state, true, 1 << 20);
  EXPECT_NEAR(state.norm(), 1, 1e-3);
}

}  // namespace
}  // namespace apus::quantum
