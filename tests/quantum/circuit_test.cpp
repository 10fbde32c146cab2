// What a circuit accepts and refuses.
#include "apus/quantum/circuit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace apus::quantum {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(CircuitTest, RefusesSizesThatItCannotHold) {
  EXPECT_EQ(Circuit::create(0).error(), Status::kSize);
  EXPECT_EQ(Circuit::create(kMaxQubits + 1).error(), Status::kSize);
  EXPECT_EQ(Circuit::create(1, kMaxBits + 1).error(), Status::kSize);
  EXPECT_TRUE(Circuit::create(kMaxQubits, kMaxBits));
}

TEST(CircuitTest, NamesTheArgumentThatIsWrongAndStaysAsItWas) {
  Circuit circuit = *Circuit::create(3, 2);
  EXPECT_EQ(circuit.add(Kind::kX, 3), Status::kQubit);
  EXPECT_EQ(circuit.add(Kind::kX, 300), Status::kQubit);
  EXPECT_EQ(circuit.add2(Kind::kSwap, 1, 1), Status::kSameQubit);
  EXPECT_EQ(circuit.add2(Kind::kSwap, 1, 259), Status::kQubit);
  EXPECT_EQ(circuit.add_controlled(Kind::kX, 0b010, 1), Status::kSameQubit);
  EXPECT_EQ(circuit.add_controlled(Kind::kX, 0b1000, 1), Status::kQubit);
  EXPECT_EQ(circuit.add(Kind::kRX, 0, kNan), Status::kNumber);
  EXPECT_EQ(circuit.add(Kind::kU, 0, 0, 0, INFINITY), Status::kNumber);
  EXPECT_EQ(circuit.measure(0, 2), Status::kBit);
  EXPECT_EQ(circuit.measure(3, 0), Status::kQubit);
  EXPECT_EQ(circuit.add(Operation{.kind = Kind::kReset, .controls = 2}),
            Status::kUnsupported);
  EXPECT_EQ(circuit.add(Operation{.kind = static_cast<Kind>(kKinds)}),
            Status::kUnsupported);
  EXPECT_EQ(circuit.add(Operation{.kind = Kind::kBarrier}), Status::kQubit);
  EXPECT_EQ(
      circuit.add(Operation{.kind = Kind::kX, .when_mask = 4, .when_value = 4}),
      Status::kBit);
  EXPECT_EQ(
      circuit.add(Operation{.kind = Kind::kX, .when_mask = 1, .when_value = 2}),
      Status::kBit);
  EXPECT_TRUE(circuit.operations().empty());
  EXPECT_EQ(circuit.add(Kind::kRX, 2, 1.5), Status::kOk);
  EXPECT_EQ(circuit.operations().size(), 1u);
}

TEST(CircuitTest, RefusesMatricesThatAreNotUnitary) {
  Circuit circuit = *Circuit::create(2);
  EXPECT_EQ(circuit.add_matrix(Matrix1{{1, 0, 0, 1.00001}}).error(),
            Status::kNotUnitary);
  EXPECT_EQ(circuit.add_matrix(Matrix1{{1, 0, 0, kNan}}).error(),
            Status::kNotUnitary);
  EXPECT_EQ(circuit.add_matrix(Matrix2{}).error(), Status::kNotUnitary);
  EXPECT_EQ(circuit.add(Kind::kMatrix1, 0), Status::kLength);
  EXPECT_EQ(circuit.add_matrix(Matrix1{{1, 0, 0, 1 + 1e-8}}), 0u);
  EXPECT_EQ(circuit.add(Kind::kMatrix1, 0), Status::kOk);
}

TEST(CircuitTest, KeepsADiagonalAsItsDistinctValues) {
  Circuit circuit = *Circuit::create(3);
  EXPECT_EQ(circuit.add_levels(std::vector<double>{1}).error(),
            Status::kLength);
  EXPECT_EQ(circuit.add_levels(std::vector<double>{1, 2, 3}).error(),
            Status::kLength);
  EXPECT_EQ(circuit.add_levels(std::vector<double>{1, kNan}).error(),
            Status::kNumber);
  const std::vector<double> f = {3, -1, 3, 0.5};
  const uint32_t table = *circuit.add_levels(f);
  EXPECT_EQ(circuit.levels(table).values.size(), 3u);
  for (uint32_t z = 0; z < 4; ++z) {
    const Levels& levels = circuit.levels(table);
    EXPECT_EQ(levels.values[levels.level[z]], f[z]);
  }
  Operation operation{.kind = Kind::kDiagonal, .qubits = 0b111, .table = table};
  EXPECT_EQ(circuit.add(operation), Status::kLength);
  operation.qubits = 0b101;
  EXPECT_EQ(circuit.add(operation), Status::kOk);
  operation.controls = 0b100;
  EXPECT_EQ(circuit.add(operation), Status::kSameQubit);
  operation.controls = 0b010;
  EXPECT_EQ(circuit.add(operation), Status::kOk);
}

TEST(CircuitTest, FindsTheCyclesOfAPermutation) {
  Circuit circuit = *Circuit::create(3);
  EXPECT_EQ(circuit.add_permutation(std::vector<uint32_t>{0, 1, 1, 3}).error(),
            Status::kNotPermutation);
  EXPECT_EQ(circuit.add_permutation(std::vector<uint32_t>{0, 2}).error(),
            Status::kNotPermutation);
  EXPECT_EQ(circuit.add_permutation(std::vector<uint32_t>{0, 1, 2}).error(),
            Status::kLength);
  const uint32_t table =
      *circuit.add_permutation(std::vector<uint32_t>{0, 2, 4, 7, 1, 5, 6, 3});
  const Permutation& found = circuit.permutation(table);
  ASSERT_EQ(found.leaders.size(), 2u);
  EXPECT_EQ(found.leaders[0], 1u);
  EXPECT_EQ(found.leaders[1], 3u);
}

TEST(CircuitTest, MovesWithItsTables) {
  Circuit circuit = *Circuit::create(1);
  const uint32_t table = *circuit.add_levels(std::vector<double>{0, 1});
  Circuit moved = std::move(circuit);
  Circuit other = *Circuit::create(2);
  other = std::move(moved);
  EXPECT_EQ(other.qubits(), 1u);
  EXPECT_EQ(other.levels(table).values[1], 1);
}

TEST(CircuitTest, EveryKindHasItsOwnName) {
  EXPECT_STREQ(info(Kind::kGlobalPhase).name, "gphase");
  EXPECT_STREQ(info(Kind::kU).name, "u");
  EXPECT_STREQ(info(Kind::kRZZ).name, "rzz");
  EXPECT_STREQ(info(Kind::kBarrier).name, "barrier");
}

}  // namespace
}  // namespace apus::quantum
