// Measurements, resets and classical control inside circuits.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "apus/quantum/simulator.h"
#include "random_circuit.h"

namespace apus::quantum {
namespace {

using reference::must;

struct Result {
  std::map<uint64_t, uint32_t> counts;
  State<double> state;
};

Result run(const Circuit& circuit, RunOptions options) {
  Result result;
  Run<double> run(circuit, result.state, options);
  must(run_to_end(run, result.state, 1 << 10, [](double) { return true; }));
  for (const uint64_t outcome : run.outcomes()) ++result.counts[outcome];
  return result;
}

Operation when(Kind kind, uint32_t target, uint64_t mask, uint64_t value) {
  Operation operation{.kind = kind, .when_mask = mask, .when_value = value};
  operation.targets[0] = uint8_t(target);
  return operation;
}

TEST(MeasurementTest, TheBitsOfABellPairAgree) {
  Circuit circuit = *Circuit::create(2, 3);
  must(circuit.add(Kind::kH, 0));
  must(circuit.add_controlled(Kind::kX, 1, 1));
  must(circuit.measure(0, 2));
  must(circuit.measure(1, 0));
  Result result = run(circuit, {.shots = 4000});
  EXPECT_EQ(result.counts.size(), 2u);
  EXPECT_NEAR(result.counts[0b000], 2000, 200);
  EXPECT_NEAR(result.counts[0b101], 2000, 200);
  // Sampling leaves the state as it was before the measurements.
  EXPECT_NEAR(std::norm(result.state.data()[3]), 0.5, 1e-12);
}

TEST(MeasurementTest, WithoutMeasurementsTheOutcomesAreIndices) {
  Circuit circuit = *Circuit::create(3);
  must(circuit.add(Kind::kX, 1));
  must(circuit.add(Kind::kX, 2));
  EXPECT_EQ(run(circuit, {.shots = 5}).counts[0b110], 5u);
  EXPECT_TRUE(run(circuit, {}).counts.empty());
}

TEST(MeasurementTest, AGateAfterAMeasurementSeesTheCollapsedState) {
  // H, measure, H, measure: without the collapse the second would be 0.
  Circuit circuit = *Circuit::create(1, 2);
  for (uint32_t bit = 0; bit < 2; ++bit) {
    must(circuit.add(Kind::kH, 0));
    must(circuit.measure(0, bit));
  }
  must(circuit.add(Kind::kId, 0));
  const Result result = run(circuit, {.shots = 4000});
  EXPECT_EQ(result.counts.size(), 4u);
  for (const auto& [outcome, count] : result.counts) {
    EXPECT_NEAR(count, 1000, 150) << outcome;
  }
}

TEST(MeasurementTest, AMeasurementRepeatsItsOutcome) {
  Circuit circuit = *Circuit::create(2, 2);
  must(circuit.add(Kind::kRY, 0, 1.0));
  must(circuit.add_controlled(Kind::kX, 1, 1));
  must(circuit.measure(0, 0));
  must(circuit.add(Kind::kZ, 0));
  must(circuit.measure(1, 1));
  Result result = run(circuit, {.shots = 1000});
  EXPECT_EQ(result.counts[0b01] + result.counts[0b10], 0u);
  EXPECT_NEAR(result.counts[0b11], 1000 * std::pow(std::sin(0.5), 2), 60);
  EXPECT_NEAR(result.state.norm(), 1, 1e-12);
}

TEST(MeasurementTest, ResetMakesZeroOfAnEntangledQubit) {
  Circuit circuit = *Circuit::create(2, 2);
  must(circuit.add(Operation{.kind = Kind::kReset}));
  must(circuit.add(Kind::kH, 0));
  must(circuit.add_controlled(Kind::kX, 1, 1));
  must(circuit.add(Operation{.kind = Kind::kReset}));
  must(circuit.measure(0, 0));
  must(circuit.measure(1, 1));
  Result result = run(circuit, {.shots = 2000});
  EXPECT_NEAR(result.counts[0b00], 1000, 150);
  EXPECT_NEAR(result.counts[0b10], 1000, 150);
  EXPECT_EQ(result.counts[0b01] + result.counts[0b11], 0u);
}

TEST(MeasurementTest, ConditionsCompareWholeRegisters) {
  for (uint32_t input = 0; input < 4; ++input) {
    Circuit circuit = *Circuit::create(3, 3);
    for (uint32_t q = 0; q < 2; ++q) {
      if (input >> q & 1) must(circuit.add(Kind::kX, q));
      must(circuit.measure(q, q));
    }
    must(circuit.add(when(Kind::kX, 2, 0b11, 0b10)));
    Operation measurement = when(Kind::kMeasure, 2, 0b11, 0b10);
    measurement.bit = 2;
    must(circuit.add(measurement));
    const uint32_t wanted = input == 0b10 ? 0b110 : input;
    EXPECT_EQ(run(circuit, {.shots = 3}).counts[wanted], 3u);
  }
}

TEST(MeasurementTest, TeleportationMovesAnyState) {
  // Bennett et al., 1993.
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Circuit circuit = *Circuit::create(3, 2);
    must(circuit.add(Kind::kU, 0, 1.1, 0.4, -0.7));
    must(circuit.add(Kind::kH, 1));
    must(circuit.add_controlled(Kind::kX, 0b010, 2));
    must(circuit.add_controlled(Kind::kX, 0b001, 1));
    must(circuit.add(Kind::kH, 0));
    must(circuit.measure(0, 0));
    must(circuit.measure(1, 1));
    must(circuit.add(when(Kind::kX, 2, 0b10, 0b10)));
    must(circuit.add(when(Kind::kZ, 2, 0b01, 0b01)));
    const Bloch bloch = run(circuit, {.seed = seed}).state.bloch(2);
    EXPECT_NEAR(bloch.x, std::sin(1.1) * std::cos(0.4), 1e-12);
    EXPECT_NEAR(bloch.y, std::sin(1.1) * std::sin(0.4), 1e-12);
    EXPECT_NEAR(bloch.z, std::cos(1.1), 1e-12);
  }
}

TEST(MeasurementTest, ASeedGivesTheSameOutcomesAgain) {
  apus::Random random(2);
  const Circuit circuit = reference::random_circuit(5, 60, random);
  for (const Noise& noise : {Noise{}, Noise{.depolarizing1 = 0.01}}) {
    const RunOptions options{.shots = 100, .seed = 77, .noise = noise};
    RunOptions other = options;
    other.seed = 78;
    EXPECT_EQ(run(circuit, options).counts, run(circuit, options).counts);
    EXPECT_NE(run(circuit, options).counts, run(circuit, other).counts);
  }
}

}  // namespace
}  // namespace apus::quantum
