#include "apus/quantum/algorithms/grover.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <vector>

#include "../base/random.h"

namespace apus::quantum {
namespace {

// The same search as gates: sign flips and Hadamards on every qubit.
class Gates {
 public:
  explicit Gates(uint32_t qubits)
      : qubits_(qubits), state_(size_t{1} << qubits) {
    state_[0] = 1;
    hadamards();
  }
  void iterate(const std::vector<uint32_t>& marked) {
    for (uint32_t index : marked) state_[index] *= -1;
    hadamards();
    for (size_t i = 1; i < state_.size(); ++i) state_[i] *= -1;
    hadamards();
  }
  double probability(uint32_t index) const {
    return state_[index] * state_[index];
  }

 private:
  void hadamards() {
    for (uint32_t q = 0; q < qubits_; ++q)
      for (size_t i = 0; i < state_.size(); ++i) {
        if (i >> q & 1) continue;
        const double a = state_[i];
        const double b = state_[i | size_t{1} << q];
        state_[i] = (a + b) / std::sqrt(2.0);
        state_[i | size_t{1} << q] = (a - b) / std::sqrt(2.0);
      }
  }
  uint32_t qubits_;
  std::vector<double> state_;
};

TEST(Grover, AgreesWithItsGates) {
  apus::Random random(1);
  for (uint32_t qubits = 1; qubits <= 9; ++qubits) {
    std::vector<uint32_t> marked;
    for (uint32_t i = 0; i < 1u << qubits; ++i)
      if (random.one_in(6)) marked.push_back(i);
    auto grover = Grover::create(qubits, marked);
    Gates gates(qubits);
    for (int round = 0; round < 12; ++round) {
      double expected = 0;
      for (uint32_t index : marked) expected += gates.probability(index);
      EXPECT_NEAR(grover->probability(), expected, 1e-5);
      grover->iterate(1);
      gates.iterate(marked);
    }
  }
}

TEST(Grover, FindsOneOfAMillion) {
  const uint32_t marked[] = {777'777};
  auto grover = Grover::create(20, marked);
  grover->iterate(804);  // floor(pi / 4 * sqrt(2^20))
  EXPECT_GE(grover->probability(), 0.999);
  for (const double unit : {0.001, 0.3, 0.999})
    EXPECT_EQ(grover->sample(unit), 777'777u);
  grover->restart();
  EXPECT_NEAR(grover->probability(), 0x1p-20, 1e-9);
}

TEST(Grover, RefusesBadSizes) {
  const uint32_t marked[] = {8};
  EXPECT_EQ(Grover::create(3, marked).error(), Status::kQubit);
  EXPECT_EQ(Grover::create(0, {}).error(), Status::kSize);
  EXPECT_EQ(Grover::create(27, {}).error(), Status::kSize);
}

}  // namespace
}  // namespace apus::quantum
