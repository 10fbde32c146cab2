// The classical solvers against models that try everything.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "../base/random.h"
#include "apus/quantum/classical/annealer.h"
#include "apus/quantum/classical/branch_and_bound.h"
#include "apus/quantum/classical/lanczos.h"
#include "apus/quantum/classical/partition.h"

namespace apus::quantum {
namespace {

struct Problem {
  std::vector<double> fields;
  std::vector<Coupling> couplings;
};

// Couplings of one in `sparse` pairs, some of them twice; weights of whole
// halves or of any size.
Problem random_problem(apus::Random& random, uint32_t size, uint32_t sparse,
                       bool fields, bool whole) {
  Problem problem;
  const auto weight = [&] {
    const double eighths = static_cast<double>(random.below(17)) - 8;
    return whole ? eighths / 2 : eighths / 7 + random.below(1000) * 1e-4;
  };
  for (uint32_t i = 0; i < size; ++i)
    problem.fields.push_back(fields ? weight() : 0);
  for (uint32_t a = 0; a < size; ++a)
    for (uint32_t b = 0; b < a; ++b)
      if (random.one_in(sparse)) {
        problem.couplings.push_back({a, b, weight()});
        if (random.one_in(5)) problem.couplings.push_back({b, a, weight()});
      }
  return problem;
}

double naive_energy(const Problem& problem, const int8_t* spins) {
  double sum = 0;
  for (size_t i = 0; i < problem.fields.size(); ++i)
    sum += problem.fields[i] * spins[i];
  for (const Coupling& it : problem.couplings)
    sum += it.weight * spins[it.a] * spins[it.b];
  return sum;
}

double naive_minimum(const Problem& problem) {
  const uint32_t size = static_cast<uint32_t>(problem.fields.size());
  double least = INFINITY;
  std::vector<int8_t> spins(size);
  for (uint32_t index = 0; index < 1u << size; ++index) {
    for (uint32_t i = 0; i < size; ++i) spins[i] = index >> i & 1 ? -1 : 1;
    least = std::min(least, naive_energy(problem, spins.data()));
  }
  return least;
}

TEST(Ising, RefusesBadProblems) {
  const double fields[] = {0, 0};
  const double bad[] = {0, NAN};
  const auto status = [](std::span<const double> fields, Coupling coupling) {
    return Ising::create(fields, {&coupling, 1}).error();
  };
  EXPECT_EQ(status({}, {0, 1, 1}), Status::kSize);
  EXPECT_EQ(status(bad, {0, 1, 1}), Status::kNumber);
  EXPECT_EQ(status(fields, {0, 2, 1}), Status::kQubit);
  EXPECT_EQ(status(fields, {1, 1, 1}), Status::kSameQubit);
  EXPECT_EQ(status(fields, {0, 1, INFINITY}), Status::kNumber);
}

TEST(BranchAndBound, FindsTheMinimumThatTryingAllFinds) {
  apus::Random random(1);
  for (int round = 0; round < 300; ++round) {
    const Problem problem =
        random_problem(random, 1 + random.below(11), 1 + random.below(4),
                       random.one_in(2), random.one_in(2));
    const auto ising = Ising::create(problem.fields, problem.couplings);
    auto search = BranchAndBound::create(*ising);
    while (!search->step(1 + random.below(50))) {
    }
    EXPECT_NEAR(search->energy(), naive_minimum(problem), 1e-9);
    EXPECT_NEAR(naive_energy(problem, search->spins()), search->energy(), 1e-9);
    EXPECT_TRUE(search->step(1));
  }
}

TEST(BranchAndBound, CutsAllBipartiteEdgesOf40Vertices) {
  // A torus of 4 x 10: every edge can be cut.
  std::vector<Coupling> edges;
  for (uint32_t x = 0; x < 10; ++x)
    for (uint32_t y = 0; y < 4; ++y) {
      edges.push_back({4 * x + y, 4 * ((x + 1) % 10) + y, 1});
      edges.push_back({4 * x + y, 4 * x + (y + 1) % 4, 1});
    }
  const std::vector<double> fields(40);
  const auto ising = Ising::create(fields, edges);
  auto search = BranchAndBound::create(*ising);
  ASSERT_TRUE(search->step(1'000'000));
  EXPECT_EQ(search->energy(), -80);
}

TEST(BranchAndBound, NeedsFewNodesForCubicGraphsAndDenseOnes) {
  apus::Random random(7);
  Problem cubic;  // a ring of 40 with random chords
  cubic.fields.resize(40);
  uint32_t ends[40];
  for (uint32_t i = 0; i < 40; ++i) ends[i] = i;
  for (uint32_t i = 39; i > 0; --i) std::swap(ends[i], ends[random.below(i)]);
  for (uint32_t i = 0; i < 40; ++i)
    cubic.couplings.push_back({i, (i + 1) % 40, 1});
  for (uint32_t i = 0; i < 40; i += 2)
    cubic.couplings.push_back({ends[i], ends[i + 1], 1});
  const auto sparse = Ising::create(cubic.fields, cubic.couplings);
  EXPECT_TRUE(BranchAndBound::create(*sparse)->step(2'000'000));

  const Problem dense = random_problem(random, 32, 1, true, false);
  const auto ising = Ising::create(dense.fields, dense.couplings);
  EXPECT_TRUE(BranchAndBound::create(*ising)->step(2'000'000));
}

TEST(Annealer, FindsTheMinimumOfSmallProblemsAndRepeatsItself) {
  apus::Random random(2);
  for (int round = 0; round < 100; ++round) {
    const Problem problem =
        random_problem(random, 2 + random.below(10), 1 + random.below(4),
                       random.one_in(2), random.one_in(2));
    const auto ising = Ising::create(problem.fields, problem.couplings);
    auto annealer = Annealer::create(*ising, 5);
    auto again = Annealer::create(*ising, 5);
    for (int run = 0; run < 8; ++run) {
      annealer->restart();
      annealer->run(100);
      again->restart();
      again->run(100);
    }
    EXPECT_NEAR(annealer->best(), naive_minimum(problem), 1e-9);
    EXPECT_NEAR(naive_energy(problem, annealer->spins()), annealer->best(),
                1e-9);
    EXPECT_EQ(annealer->best(), again->best());
  }
}

TEST(Annealer, FindsTheGroundStateOfAHiddenRingOfThousands) {
  // A ring of 3,000 spins whose couplings all agree with hidden spins.
  apus::Random random(3);
  constexpr uint32_t kSize = 3000;
  std::vector<Coupling> ring;
  std::vector<int8_t> hidden(kSize);
  for (int8_t& spin : hidden) spin = random.one_in(2) ? 1 : -1;
  for (uint32_t i = 0; i < kSize; ++i) {
    for (uint32_t step : {1u, 7u, 60u}) {
      const uint32_t j = (i + step) % kSize;
      ring.push_back({i, j, -1.0 * hidden[i] * hidden[j]});
    }
  }
  const std::vector<double> fields(kSize);
  const auto ising = Ising::create(fields, ring);
  auto annealer = Annealer::create(*ising, 1);
  annealer->run(400);
  EXPECT_LE(annealer->best(), -3.0 * kSize * 0.95);
}

TEST(Partition, FindsTheDifferenceThatTryingAllFinds) {
  apus::Random random(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> numbers(1 + random.below(12));
    double total = 0;
    for (double& number : numbers)
      total += number = random.below(round % 2 ? 30 : 100000);
    const auto difference = [&](uint64_t mask) {
      double sum = 0;
      for (size_t i = 0; i < numbers.size(); ++i)
        if (mask >> i & 1) sum += numbers[i];
      return std::abs(2 * sum - total);
    };
    double least = INFINITY;
    for (uint64_t mask = 0; mask < uint64_t{1} << numbers.size(); ++mask)
      least = std::min(least, difference(mask));
    EXPECT_EQ(difference(*partition(numbers)), least);
  }
}

TEST(Partition, SplitsFortyNumbersEvenly) {
  apus::Random random(5);
  std::vector<double> numbers(40);
  double total = 0;
  for (double& number : numbers) total += number = 1 + random.below(1u << 20);
  const uint64_t mask = *partition(numbers);
  double sum = 0;
  for (size_t i = 0; i < 40; ++i)
    if (mask >> i & 1) sum += numbers[i];
  EXPECT_LE(std::abs(2 * sum - total), 1);
  EXPECT_EQ(partition({}).error(), Status::kSize);
  EXPECT_EQ(partition(std::vector<double>(41)).error(), Status::kSize);
  numbers[3] = -1;
  EXPECT_EQ(partition(numbers).error(), Status::kNumber);
}

double lowest(uint32_t qubits, const std::vector<PauliTerm>& terms) {
  const auto observable = Observable::create(qubits, terms);
  auto lanczos = Lanczos::create(*observable, 1);
  for (int i = 0; i < 2000; ++i)
    if (*lanczos->step()) return lanczos->value();
  return NAN;
}

TEST(Lanczos, FindsTheMinimumOfDiagonalSums) {
  apus::Random random(6);
  for (int round = 0; round < 20; ++round) {
    const uint32_t qubits = 1 + random.below(8);
    std::vector<PauliTerm> terms;
    for (int i = 0; i < 10; ++i)
      terms.push_back(
          {random.below(1000) / 500.0 - 1, 0, random.below(1u << qubits)});
    double least = INFINITY;
    for (uint32_t index = 0; index < 1u << qubits; ++index) {
      double value = 0;
      for (const PauliTerm& term : terms)
        value += std::popcount(index & term.z) & 1 ? -term.coefficient
                                                   : term.coefficient;
      least = std::min(least, value);
    }
    EXPECT_NEAR(lowest(qubits, terms), least, 1e-8);
  }
}

TEST(Lanczos, FindsTheEnergyOfTheTransverseIsingChain) {
  // Pfeuty, "The one-dimensional Ising model with a transverse field" (Ann.
  // Phys. 57, 1970): an open chain at the critical field has the energy
  // 1 - 1 / sin(pi / (2 (2 n + 1))).
  for (const uint32_t n : {2u, 5u, 10u}) {
    std::vector<PauliTerm> terms;
    for (uint32_t i = 0; i < n; ++i) {
      terms.push_back({-1, 1u << i, 0});
      if (i + 1 < n) terms.push_back({-1, 0, 3u << i});
    }
    const double energy = 1 - 1 / std::sin(std::numbers::pi / (4 * n + 2));
    EXPECT_NEAR(lowest(n, terms), energy, 1e-8);
  }
}

TEST(Lanczos, FindsTheSingletOfTwoSpins) {
  // XX + YY + ZZ is -3 on the singlet; a Y alone is complex.
  EXPECT_NEAR(lowest(2, {{1, 3, 0}, {1, 3, 3}, {1, 0, 3}}), -3, 1e-9);
  EXPECT_NEAR(lowest(1, {{1, 1, 1}, {1, 0, 1}}), -std::numbers::sqrt2, 1e-9);
  EXPECT_NEAR(lowest(3, {{2.5, 0, 0}}), 2.5, 1e-12);
  EXPECT_EQ(Observable::create(21, {}).error(), Status::kSize);
  const PauliTerm outside = {1, 4, 0};
  EXPECT_EQ(Observable::create(2, {&outside, 1}).error(), Status::kQubit);
}

}  // namespace
}  // namespace apus::quantum
