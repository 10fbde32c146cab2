// What is read from a state, against sums over dense matrices.
#include "apus/quantum/state.h"

#include <gtest/gtest.h>

#include <limits>

#include "random_circuit.h"

namespace apus::quantum {
namespace {

using reference::Complex;
using reference::Matrix;
using reference::Vector;

template <typename Real>
State<Real> state_of(const Vector& amplitudes, uint32_t qubits) {
  State<Real> state;
  std::vector<std::complex<Real>> narrow;
  for (const Complex a : amplitudes) {
    narrow.emplace_back(Real(a.real()), Real(a.imag()));
  }
  EXPECT_EQ(state.create(qubits), Status::kOk);
  EXPECT_EQ(state.set(narrow), Status::kOk);
  return state;
}

// <v|a|v>
double expected(const Vector& v, const Matrix& a) {
  const Vector product = a * v;
  Complex sum = 0;
  for (size_t i = 0; i < v.size(); ++i) sum += std::conj(v[i]) * product[i];
  EXPECT_NEAR(sum.imag(), 0, 1e-12);
  return sum.real();
}

// A Pauli product by its letters, the last of which is qubit 0.
Matrix product(const std::string& letters) {
  Matrix result = reference::identity(1);
  for (const char letter : letters) {
    result = reference::kron(result, reference::pauli(letter));
  }
  return result;
}

TEST(StateTest, RefusesSizesAndStartsAsZero) {
  State<float> state;
  EXPECT_EQ(state.create(0), Status::kSize);
  EXPECT_EQ(state.create(kMaxQubits + 1), Status::kSize);
  EXPECT_EQ(state.size(), 0u);
  ASSERT_EQ(state.create(3), Status::kOk);
  EXPECT_EQ(state.data()[0], 1.0f);
  EXPECT_EQ(state.norm(), 1);
  EXPECT_EQ(State<float>::bytes(26), (uint64_t{8} << 26) + 64);
  EXPECT_EQ(State<double>::bytes(20), (uint64_t{16} << 20) + 64);
}

TEST(StateTest, TakesAmplitudesAndNormalisesThem) {
  State<double> state;
  ASSERT_EQ(state.create(1), Status::kOk);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(state.set(Vector{1}), Status::kLength);
  EXPECT_EQ(state.set(Vector{0, 0}), Status::kNumber);
  EXPECT_EQ(state.set(Vector{kNan, 0}), Status::kNumber);
  EXPECT_EQ(state.data()[0], 1.0);
  EXPECT_EQ(state.set(Vector{3, Complex(0, 4)}), Status::kOk);
  EXPECT_NEAR(state.data()[0].real(), 0.6, 1e-15);
  EXPECT_NEAR(state.data()[1].imag(), 0.8, 1e-15);
}

TEST(StateTest, ProbabilitiesOfEverySubsetAddUp) {
  apus::Random random(1);
  const uint32_t n = 5;
  const Vector v = reference::random_state(n, random);
  const State<float> state = state_of<float>(v, n);
  std::vector<double> all(32);
  EXPECT_EQ(state.probabilities(1u << n, all), Status::kQubit);
  EXPECT_EQ(state.probabilities(1, all), Status::kLength);
  for (uint32_t mask = 0; mask < 32; ++mask) {
    std::vector<double> wanted(size_t{1} << std::popcount(mask));
    for (uint32_t i = 0; i < 32; ++i) {
      uint32_t outcome = 0;
      uint32_t k = 0;
      for (uint32_t q = 0; q < n; ++q) {
        if (mask >> q & 1) outcome |= (i >> q & 1) << k++;
      }
      wanted[outcome] += std::norm(v[i]);
    }
    std::vector<double> found(wanted.size());
    ASSERT_EQ(state.probabilities(mask, found), Status::kOk);
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i], wanted[i], 1e-6);
    }
  }
  for (uint32_t q = 0; q < n; ++q) {
    std::vector<double> found(2);
    ASSERT_EQ(state.probabilities(1u << q, found), Status::kOk);
    EXPECT_NEAR(state.probability(q), found[1], 1e-12);
  }
}

TEST(StateTest, TheBlochVectorIsTheExpectationOfXYZ) {
  apus::Random random(2);
  const Vector v = reference::random_state(3, random);
  const State<double> state = state_of<double>(v, 3);
  for (uint32_t q = 0; q < 3; ++q) {
    const Bloch bloch = state.bloch(q);
    const auto on = [&](char letter) {
      std::string letters = "III";
      letters[2 - q] = letter;
      return expected(v, product(letters));
    };
    EXPECT_NEAR(bloch.x, on('X'), 1e-12);
    EXPECT_NEAR(bloch.y, on('Y'), 1e-12);
    EXPECT_NEAR(bloch.z, on('Z'), 1e-12);
  }
}

TEST(StateTest, ExpectationsOfPauliSumsAreThoseOfTheirMatrices) {
  apus::Random random(3);
  for (uint32_t round = 0; round < 20; ++round) {
    const uint32_t n = 1 + round % 4;
    const Vector v = reference::random_state(n, random);
    const State<double> state = state_of<double>(v, n);
    PauliSum sum;
    Matrix matrix(size_t{1} << n);
    for (uint32_t term = 0; term < 12; ++term) {
      std::string letters;
      uint32_t x = 0;
      uint32_t z = 0;
      for (uint32_t q = n; q-- > 0;) {
        const char letter = "IXYZ"[random.below(4)];
        letters += letter;
        if (letter == 'X' || letter == 'Y') x |= 1u << q;
        if (letter == 'Z' || letter == 'Y') z |= 1u << q;
      }
      const double coefficient = reference::uniform(random) - 0.5;
      matrix = matrix + Complex(coefficient) * product(letters);
      ASSERT_EQ(sum.add(coefficient, x, z), Status::kOk);
    }
    EXPECT_NEAR(*state.expectation(sum), expected(v, matrix), 1e-12);
  }
}

TEST(StateTest, PauliSumsRefuseBadTermsAndJoinEqualOnes) {
  PauliSum sum;
  EXPECT_EQ(sum.add(std::numeric_limits<double>::infinity(), 0, 0),
            Status::kNumber);
  EXPECT_EQ(sum.add(1, 1u << kMaxQubits, 0), Status::kQubit);
  EXPECT_EQ(sum.qubits(), 0u);
  EXPECT_EQ(sum.add(1, 0, 4), Status::kOk);
  EXPECT_EQ(sum.add(2, 0, 4), Status::kOk);
  EXPECT_EQ(sum.terms().size(), 1u);
  EXPECT_EQ(sum.terms()[0].coefficient, 3);
  EXPECT_EQ(sum.qubits(), 3u);
  State<float> state;
  ASSERT_EQ(state.create(2), Status::kOk);
  EXPECT_EQ(state.expectation(sum).error(), Status::kQubit);
}

TEST(StateTest, FidelityIsOneForEqualStatesUpToAPhase) {
  apus::Random random(5);
  const Vector v = reference::random_state(4, random);
  const Vector w = reference::random_state(4, random);
  Vector turned = v;
  for (Complex& a : turned) a *= std::polar(1.0, 0.4);
  const State<double> state = state_of<double>(v, 4);
  EXPECT_NEAR(*state.fidelity(state_of<double>(turned, 4)), 1, 1e-12);
  Complex sum = 0;
  for (size_t i = 0; i < 16; ++i) sum += std::conj(v[i]) * w[i];
  EXPECT_NEAR(*state.fidelity(state_of<double>(w, 4)), std::norm(sum), 1e-12);
  EXPECT_EQ(state.fidelity(state_of<double>({1, 0}, 1)).error(),
            Status::kLength);
}

// The statistic is below the bound with probability 1 - 1e-9 or so; the seed is
// fixed.
TEST(StateTest, SamplesFollowTheProbabilitiesByChiSquare) {
  apus::Random random(6);
  const uint32_t n = 6;
  Vector v = reference::random_state(n, random);
  for (size_t i = 0; i < v.size(); i += 5) v[i] = 0;
  const State<float> state = state_of<float>(v, n);
  std::vector<double> p(v.size());
  ASSERT_EQ(state.probabilities(63, p), Status::kOk);
  quantum::Random seeded(11);
  std::vector<uint32_t> shots(100'000);
  state.sample(seeded, shots);
  std::vector<double> counts(v.size());
  for (size_t i = 0; i < shots.size(); ++i) {
    EXPECT_LE(shots[i > 0 ? i - 1 : 0], shots[i]);
    ++counts[shots[i]];
  }
  double chi_square = 0;
  double freedom = -1;
  for (size_t i = 0; i < p.size(); ++i) {
    const double wanted = p[i] * double(shots.size());
    if (p[i] == 0) {
      EXPECT_EQ(counts[i], 0);
      continue;
    }
    ++freedom;
    chi_square += (counts[i] - wanted) * (counts[i] - wanted) / wanted;
  }
  EXPECT_LT(chi_square, freedom + 6 * std::sqrt(2 * freedom));
  EXPECT_GT(chi_square, freedom - 6 * std::sqrt(2 * freedom));
}

TEST(StateTest, SamplesNeverHitAnImpossibleOutcome) {
  State<float> state;
  ASSERT_EQ(state.create(4), Status::kOk);
  quantum::Random random(1);
  std::vector<uint32_t> shots(1000);
  for (uint32_t index = 0; index < 16; ++index) {
    std::vector<std::complex<float>> one(16);
    one[index] = 1;
    ASSERT_EQ(state.set(one), Status::kOk);
    state.sample(random, shots);
    for (const uint32_t shot : shots) ASSERT_EQ(shot, index);
  }
}

}  // namespace
}  // namespace apus::quantum
