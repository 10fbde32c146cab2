#include <gtest/gtest.h>

#include <numbers>
#include <string>

#include "../base/random.h"
#include "apus/quantum/qasm.h"
#include "qasm_naive.h"

namespace apus::quantum {
namespace {

using testing::difference;

std::string write(const Circuit& circuit, QasmVersion version) {
  const auto text = write_qasm(circuit, version);
  EXPECT_TRUE(text) << text.error().message;
  return text ? std::string(text->data(), text->size()) : "";
}

void expect_equal(const Circuit& one, const Circuit& other,
                  const std::string& text) {
  ASSERT_EQ(one.qubits(), other.qubits());
  ASSERT_EQ(one.bits(), other.bits());
  ASSERT_EQ(one.operations().size(), other.operations().size()) << text;
  for (size_t i = 0; i < one.operations().size(); ++i) {
    const Operation& a = one.operations()[i];
    const Operation& b = other.operations()[i];
    const KindInfo& kind = info(a.kind);
    ASSERT_EQ(a.kind, b.kind) << i << text;
    ASSERT_EQ(a.controls, b.controls) << i << text;
    if (a.kind != Kind::kBarrier) {
      ASSERT_EQ(a.when_mask, b.when_mask) << i << text;
      ASSERT_EQ(a.when_value, b.when_value) << i << text;
    } else {
      ASSERT_EQ(a.qubits, b.qubits) << i << text;
    }
    for (uint32_t t = 0; t < kind.targets; ++t) {
      ASSERT_EQ(a.targets[t], b.targets[t]) << i << text;
    }
    for (uint32_t t = 0; t < kind.angles; ++t) {
      ASSERT_EQ(a.angles[t], b.angles[t]) << i << text;
    }
    if (a.kind == Kind::kMeasure) {
      ASSERT_EQ(a.bit, b.bit) << i << text;
    }
  }
}

constexpr Kind kKindsOfText[] = {
    Kind::kGlobalPhase, Kind::kId,   Kind::kX,     Kind::kY,
    Kind::kZ,           Kind::kH,    Kind::kS,     Kind::kSdg,
    Kind::kT,           Kind::kTdg,  Kind::kSX,    Kind::kSXdg,
    Kind::kP,           Kind::kRX,   Kind::kRY,    Kind::kRZ,
    Kind::kU,           Kind::kSwap, Kind::kISwap, Kind::kRXX,
    Kind::kRYY,         Kind::kRZZ,  Kind::kReset, Kind::kMeasure,
    Kind::kBarrier,
};

Operation random_operation(apus::Random& random, uint32_t most_controls) {
  Operation it;
  it.kind = kKindsOfText[random.below(std::size(kKindsOfText))];
  it.targets[0] = static_cast<uint8_t>(random.below(5));
  it.targets[1] =
      static_cast<uint8_t>((it.targets[0] + 1 + random.below(4)) % 5);
  const uint32_t targets = 1u << it.targets[0] | 1u << it.targets[1];
  if (info(it.kind).gate) {
    for (uint32_t i = 0; i < most_controls; ++i) {
      it.controls |= (1u << random.below(5)) & ~targets;
    }
  }
  it.bit = static_cast<uint8_t>(random.below(4));
  it.qubits = 1 + random.below(31);
  for (double& angle : it.angles) {
    angle = random.below(2) == 0
                ? (double(random.below(33)) - 16) * std::numbers::pi / 8
                : double(random.below(1000000)) / 7.0 - 3;
  }
  return it;
}

TEST(QasmWrite, Version3ReadsBackAsItWas) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    apus::Random random(seed);
    auto circuit = Circuit::create(5, 4);
    for (int i = 0; i < 30; ++i) {
      Operation it = random_operation(random, 3);
      if (random.below(4) == 0) {
        it.when_mask = 1 + random.below(15);
        it.when_value = random.below(16) & it.when_mask;
      }
      // Inside a condition that it writes, a measurement would end it.
      ASSERT_EQ(circuit->add(it), Status::kOk);
    }
    const std::string text = write(*circuit, QasmVersion::k3);
    const auto again = read_qasm(text);
    ASSERT_TRUE(again) << again.error().message << text;
    expect_equal(*circuit, *again, text);
  }
}

TEST(QasmWrite, Version2ReadsBackAsItWas) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    apus::Random random(seed);
    auto circuit = Circuit::create(5, 4);
    while (circuit->operations().size() < 20) {
      Operation it = random_operation(random, 0);
      if (it.kind == Kind::kGlobalPhase) continue;
      if (random.below(4) == 0) {
        it.when_mask = random.below(2) == 0 ? 3 : 4;
        it.when_value = random.below(8) & it.when_mask;
      }
      ASSERT_EQ(circuit->add(it), Status::kOk);
    }
    const std::string text = write(*circuit, QasmVersion::k2);
    EXPECT_EQ(text.find("ctrl"), std::string::npos);
    const auto again = read_qasm(text);
    ASSERT_TRUE(again) << again.error().message << text;
    expect_equal(*circuit, *again, text);
  }
}

TEST(QasmWrite, ControlledGatesOfVersion2) {
  auto circuit = Circuit::create(5);
  for (const Kind kind :
       {Kind::kX, Kind::kY, Kind::kZ, Kind::kH, Kind::kSX, Kind::kP, Kind::kRX,
        Kind::kRY, Kind::kRZ, Kind::kU}) {
    ASSERT_EQ(circuit->add_controlled(kind, 2, 0, .1, .2, .3), Status::kOk);
  }
  for (const uint32_t controls : {6u, 14u, 30u}) {
    ASSERT_EQ(circuit->add_controlled(Kind::kX, controls, 0), Status::kOk);
  }
  const std::string text = write(*circuit, QasmVersion::k2);
  const auto again = read_qasm(text);
  ASSERT_TRUE(again) << text;
  expect_equal(*circuit, *again, text);
  ASSERT_EQ(circuit->add_controlled(Kind::kH, 6, 0), Status::kOk);
  const auto refused = write_qasm(*circuit, QasmVersion::k2);
  ASSERT_FALSE(refused);
  EXPECT_NE(std::string(refused.error().message).find("\"h\""),
            std::string::npos);
}

// What a reader that does not know them makes of the definitions.
TEST(QasmWrite, DefinitionsAreTheGates) {
  for (const Kind kind : {Kind::kRXX, Kind::kRYY, Kind::kRZZ, Kind::kISwap}) {
    auto circuit = Circuit::create(2);
    ASSERT_EQ(circuit->add2(kind, 1, 0, .7), Status::kOk);
    std::string text = write(*circuit, QasmVersion::k3);
    const size_t at = text.find("gate ");
    ASSERT_NE(at, std::string::npos);
    text.insert(text.find('{', at) + 1, " ");  // no longer as we write it
    const auto again = read_qasm(text);
    ASSERT_TRUE(again) << text;
    EXPECT_GT(again->operations().size(), 2u);
    EXPECT_LT(difference(*circuit, *again), 1e-12) << text;
  }
}

TEST(QasmWrite, MatricesOfOneQubitBecomeGates) {
  const std::complex<double> i(0, 1);
  const double h = std::sqrt(.5);
  const Matrix1 matrices[] = {
      {{h, h, h, -h}},
      {{0, i, 1, 0}},
      {{i, 0, 0, -1}},
      {{h, -i * h, -i * h, h}},
  };
  for (const Matrix1& matrix : matrices) {
    for (const uint32_t controls : {0u, 2u, 6u}) {
      auto circuit = Circuit::create(3);
      Operation it{.kind = Kind::kMatrix1, .controls = controls};
      it.table = *circuit->add_matrix(matrix);
      ASSERT_EQ(circuit->add(it), Status::kOk);
      const auto again = read_qasm(write(*circuit, QasmVersion::k3));
      ASSERT_TRUE(again);
      EXPECT_LT(difference(*circuit, *again, controls == 0), 1e-12);
    }
  }
}

TEST(QasmWrite, WhatAVersionCannotSayIsAnError) {
  auto circuit = Circuit::create(2, 3);
  Operation it{.kind = Kind::kX, .when_mask = 5, .when_value = 1};
  ASSERT_EQ(circuit->add(it), Status::kOk);
  EXPECT_FALSE(write_qasm(*circuit, QasmVersion::k2));
  EXPECT_TRUE(write_qasm(*circuit, QasmVersion::k3));
  const uint32_t swapped[] = {1, 0};
  Operation oracle{.kind = Kind::kPermutation, .qubits = 1};
  oracle.table = *circuit->add_permutation(swapped);
  ASSERT_EQ(circuit->add(oracle), Status::kOk);
  const auto refused = write_qasm(*circuit, QasmVersion::k3);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().line, 0u);
}

}  // namespace
}  // namespace apus::quantum
