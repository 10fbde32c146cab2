#include "apus/quantum/algorithms/ansatz.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "../base/random.h"

namespace apus::quantum {
namespace {

using Complex = std::complex<double>;
using Matrix = std::vector<std::vector<Complex>>;

// The matrix of a string, entry by entry as a Kronecker product.
Matrix matrix_of(uint32_t qubits, uint32_t x, uint32_t z) {
  const Complex i{0, 1};
  const Complex paulis[4][2][2] = {
      {{1, 0}, {0, 1}}, {{0, 1}, {1, 0}}, {{1, 0}, {0, -1}}, {{0, -i}, {i, 0}}};
  const size_t size = size_t{1} << qubits;
  Matrix matrix(size, std::vector<Complex>(size, 1));
  for (size_t row = 0; row < size; ++row)
    for (size_t column = 0; column < size; ++column)
      for (uint32_t q = 0; q < qubits; ++q) {
        const uint32_t pauli = (x >> q & 1) + 2 * (z >> q & 1);
        matrix[row][column] *= paulis[pauli][row >> q & 1][column >> q & 1];
      }
  return matrix;
}

std::vector<Complex> times(const Matrix& matrix,
                           const std::vector<Complex>& vector) {
  std::vector<Complex> out(vector.size());
  for (size_t row = 0; row < vector.size(); ++row)
    for (size_t column = 0; column < vector.size(); ++column)
      out[row] += matrix[row][column] * vector[column];
  return out;
}

double random_angle(apus::Random& random) {
  return random.below(10000) / 1500.0 - 3;
}

std::vector<PauliTerm> random_terms(apus::Random& random, uint32_t qubits,
                                    bool diagonal) {
  std::vector<PauliTerm> terms;
  for (int i = 0; i < 6; ++i)
    terms.push_back({random_angle(random),
                     diagonal ? 0 : random.below(1u << qubits),
                     random.below(1u << qubits)});
  return terms;
}

TEST(Ansatz, RotatesAsTheExponentialsOfItsStrings) {
  apus::Random random(1);
  for (int round = 0; round < 60; ++round) {
    const uint32_t qubits = 1 + random.below(4);
    const size_t size = size_t{1} << qubits;
    const uint32_t start =
        random.one_in(3) ? Ansatz::kNone : random.below(1u << qubits);
    auto ansatz = Ansatz::create(qubits, start);
    std::vector<Complex> state(
        size, start == Ansatz::kNone ? 1 / std::sqrt(double(size)) : 0);
    if (start != Ansatz::kNone) state[start] = 1;
    for (int step = 0; step < 6; ++step) {
      const uint32_t x = random.below(1u << qubits);
      const uint32_t z = random.below(1u << qubits);
      const double angle = random_angle(random);
      ASSERT_EQ(ansatz->rotate(x, z, Ansatz::kNone, 0, angle), Status::kOk);
      const auto image = times(matrix_of(qubits, x, z), state);
      for (size_t i = 0; i < size; ++i)
        state[i] = std::cos(angle / 2) * state[i] -
                   Complex(0, std::sin(angle / 2)) * image[i];
      ASSERT_EQ(ansatz->sign(z), Status::kOk);
      for (size_t i = 0; i < size; ++i)
        if ((i & z) == z) state[i] = -state[i];
    }
    const auto terms = random_terms(random, qubits, false);
    const auto observable = Observable::create(qubits, terms);
    const double energy = ansatz->expectation(*observable, nullptr);
    Complex expected = 0;
    for (const PauliTerm& term : terms) {
      const auto image = times(matrix_of(qubits, term.x, term.z), state);
      for (size_t i = 0; i < size; ++i)
        expected += term.coefficient * std::conj(state[i]) * image[i];
    }
    EXPECT_NEAR(energy, expected.real(), 1e-10);
    for (size_t i = 0; i < size; ++i)
      EXPECT_NEAR(std::abs(ansatz->state()[i] - state[i]), 0, 1e-12);
  }
}

TEST(Ansatz, FindsTheSameDerivativesInThreeWays) {
  apus::Random random(2);
  for (int round = 0; round < 40; ++round) {
    const uint32_t qubits = 1 + random.below(5);
    const bool phases = round % 2;
    auto ansatz = Ansatz::create(qubits, phases ? Ansatz::kNone : 0);
    constexpr uint32_t kParameters = 4;
    for (uint32_t step = 0; step < 12; ++step) {
      const uint32_t parameter =
          step < kParameters ? step : random.below(kParameters);
      const double scale = random_angle(random);
      if (phases && step % 3 == 0) {
        ASSERT_EQ(ansatz->phase(parameter, scale), Status::kOk);
      }
      ASSERT_EQ(
          ansatz->rotate(random.below(1u << qubits), random.below(1u << qubits),
                         parameter, scale, random_angle(random)),
          Status::kOk);
      ASSERT_EQ(ansatz->sign(random.below(1u << qubits)), Status::kOk);
    }
    ASSERT_EQ(ansatz->parameters(), kParameters);
    const auto terms = random_terms(random, qubits, phases);
    const auto observable = Observable::create(qubits, terms);
    double values[kParameters];
    for (double& value : values) value = random_angle(random);
    double adjoint[kParameters];
    const double energy = ansatz->gradient(*observable, values, adjoint);
    EXPECT_NEAR(energy, ansatz->expectation(*observable, values), 1e-10);
    double shifted[kParameters];
    if (!phases) {
      EXPECT_EQ(ansatz->shift(*observable, values, shifted), 12u * 2);
    }
    for (uint32_t i = 0; i < kParameters; ++i) {
      const double at = values[i];
      values[i] = at + 1e-5;
      const double up = ansatz->expectation(*observable, values);
      values[i] = at - 1e-5;
      const double down = ansatz->expectation(*observable, values);
      values[i] = at;
      EXPECT_NEAR(adjoint[i], (up - down) / 2e-5, 1e-4);
      if (!phases) {
        EXPECT_NEAR(adjoint[i], shifted[i], 1e-9);
      }
    }
  }
}

TEST(Ansatz, RefusesBadSteps) {
  EXPECT_EQ(Ansatz::create(0, 0).error(), Status::kSize);
  EXPECT_EQ(Ansatz::create(21, 0).error(), Status::kSize);
  EXPECT_EQ(Ansatz::create(2, 4).error(), Status::kQubit);
  auto ansatz = Ansatz::create(2, 0);
  EXPECT_EQ(ansatz->rotate(4, 0, 0, 1, 0), Status::kQubit);
  EXPECT_EQ(ansatz->rotate(1, 0, 0, NAN, 0), Status::kNumber);
  EXPECT_EQ(ansatz->rotate(1, 0, 0, 1, INFINITY), Status::kNumber);
  EXPECT_EQ(ansatz->sign(8), Status::kQubit);
  EXPECT_EQ(ansatz->parameters(), 0u);
}

}  // namespace
}  // namespace apus::quantum
