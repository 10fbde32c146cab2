#include "apus/lazy/circuit_breaker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace apus::lazy {
namespace {

using State = CircuitBreaker::State;

Outcome outcome_of(bool ok) { return ok ? Outcome::kOk : Outcome::kFailed; }

TEST(CircuitBreaker, OpensAfterFailuresInARow) {
  CircuitBreaker breaker({.failures = 3});
  breaker.record(0, Outcome::kFailed, 0);
  breaker.record(0, Outcome::kFailed, 0);
  breaker.record(0, Outcome::kOk, 0);
  breaker.record(1, Outcome::kFailed, 0);
  breaker.record(2, Outcome::kFailed, 0);
  EXPECT_EQ(breaker.state(2), State::kClosed);
  breaker.record(3, Outcome::kFailed, 0);
  EXPECT_EQ(breaker.state(3), State::kOpen);
  EXPECT_GT(breaker.enter(3), 0);
}

TEST(CircuitBreaker, OpensAtAShareOfFailures) {
  CircuitBreaker breaker(
      {.failures = 100, .ratio = 0.4, .minimum = 10, .window = 1000});
  for (int i = 0; i < 9; ++i)
    breaker.record(i, outcome_of(i % 2 == 0), 0);  // 4 of 9 failed
  EXPECT_EQ(breaker.state(9), State::kClosed);
  breaker.record(9, Outcome::kFailed, 0);
  EXPECT_EQ(breaker.state(9), State::kOpen);
}

TEST(CircuitBreaker, ForgetsOutcomesOutsideTheWindow) {
  CircuitBreaker breaker(
      {.failures = 100, .ratio = 0.4, .minimum = 10, .window = 1000});
  for (int i = 0; i < 9; ++i) breaker.record(i, Outcome::kFailed, 0);
  breaker.record(5000, Outcome::kFailed, 0);
  EXPECT_EQ(breaker.state(5000), State::kClosed);
}

TEST(CircuitBreaker, LetsOneProbeThroughAndClosesOnItsSuccess) {
  CircuitBreaker breaker({.failures = 1, .min_open = 100, .max_open = 100});
  breaker.record(0, Outcome::kFailed, 1);
  EXPECT_EQ(breaker.enter(0), 100);
  EXPECT_EQ(breaker.enter(99), 1);
  EXPECT_EQ(breaker.state(100), State::kHalfOpen);
  EXPECT_EQ(breaker.enter(100), 0);
  EXPECT_GT(breaker.enter(100), 0) << "a second request during the probe";
  breaker.record(150, Outcome::kOk, 0);
  EXPECT_EQ(breaker.state(150), State::kClosed);
  EXPECT_EQ(breaker.enter(150), 0);
  EXPECT_EQ(breaker.enter(150), 0);
}

TEST(CircuitBreaker, AFailedProbeOpensItAgain) {
  CircuitBreaker breaker({.failures = 1, .min_open = 100, .max_open = 100});
  breaker.record(0, Outcome::kFailed, 0);
  EXPECT_EQ(breaker.enter(100), 0);
  breaker.record(120, Outcome::kFailed, 1);
  EXPECT_EQ(breaker.state(120), State::kOpen);
  EXPECT_EQ(breaker.enter(120), 100);
}

TEST(CircuitBreaker, AnAbortedProbeMakesRoomForAnother) {
  CircuitBreaker breaker({.failures = 1});
  breaker.record(0, Outcome::kFailed, 0);
  EXPECT_EQ(breaker.enter(1000), 0);
  breaker.record(1000, Outcome::kCancelled, 0);
  EXPECT_EQ(breaker.enter(1000), 0);
}

TEST(CircuitBreaker, ALostProbeDoesNotBlockForEver) {
  CircuitBreaker breaker({.failures = 1});
  breaker.record(0, Outcome::kFailed, 0);
  EXPECT_EQ(breaker.enter(1000), 0);
  const double wait = breaker.enter(1000);
  EXPECT_EQ(breaker.enter(1000 + wait), 0);
}

// For outages of any length: the end of a blip is noticed within `min_open`,
// the end of an outage within `growth` times its length, with few probes.
TEST(CircuitBreaker, NoticesTheEndInProportionToTheOutage) {
  std::mt19937_64 generator(5);
  auto random = [&] {
    return std::uniform_real_distribution<double>(0, 1)(generator);
  };
  for (double outage = 100; outage < 100'000; outage *= 1.3) {
    const BreakerOptions options;
    CircuitBreaker breaker(options);
    for (uint32_t i = 0; i < options.failures; ++i)
      breaker.record(0, Outcome::kFailed, random());
    double now = 0;
    int probes = 0;
    while (breaker.state(now) != State::kClosed) {
      now += breaker.enter(now);
      ASSERT_EQ(breaker.enter(now), 0);
      ++probes;
      breaker.record(now, outcome_of(now >= outage), random());
    }
    EXPECT_GE(now, outage);
    const bool blip = outage <= options.steady * options.min_open / 2;
    EXPECT_LE(now - outage,
              blip ? options.min_open
                   : std::min(options.growth * outage, options.max_open));
    EXPECT_LE(probes, 9 + outage / (options.max_open / 2));
  }
}

TEST(CircuitBreaker, StaysOpenEquallyLongAFewTimesThenLonger) {
  CircuitBreaker breaker({.failures = 1,
                          .min_open = 10,
                          .steady = 2,
                          .growth = 3,
                          .max_open = 100});
  double now = 0;
  auto outage = [&] {
    for (const double wait : {10, 10, 30, 90, 100, 100}) {
      breaker.record(now, Outcome::kFailed, 1);
      EXPECT_EQ(breaker.enter(now), wait);
      now += wait;
      EXPECT_EQ(breaker.enter(now), 0);
    }
  };
  outage();
  breaker.record(now, Outcome::kOk, 0);
  outage();  // the first outage is forgotten
}

// A naive model: every outcome is kept with its time slice.
TEST(CircuitBreaker, AgreesWithANaiveModel) {
  std::mt19937_64 generator(6);
  auto random = [&] {
    return std::uniform_real_distribution<double>(0, 1)(generator);
  };
  for (int round = 0; round < 300; ++round) {
    BreakerOptions options;
    options.failures = static_cast<uint32_t>(1 + generator() % 8);
    options.ratio = random();
    options.minimum = static_cast<uint32_t>(1 + generator() % 20);
    options.window = static_cast<double>(80 + generator() % 2000);
    options.min_open = static_cast<double>(1 + generator() % 500);
    options.max_open =
        options.min_open * static_cast<double>(1 + generator() % 20);
    options.steady = static_cast<uint32_t>(generator() % 5);
    options.growth = 1 + 3 * random();
    CircuitBreaker breaker(options);
    struct Past {
      double slice;
      bool ok;
    };
    std::vector<Past> outcomes;
    bool open = false;
    bool probing = false;
    double until = 0;
    uint32_t in_a_row = 0;
    uint32_t opened = 0;
    double now = 0;
    const double failing = random();
    for (int step = 0; step < 400; ++step) {
      now += static_cast<double>(generator() % 60);
      const bool may =
          !open || (!probing && now >= until) || (probing && now >= until);
      ASSERT_EQ(breaker.enter(now) == 0, may);
      if (!may) continue;
      if (open) {
        probing = true;
        until = now + options.max_open + options.window;
        if (generator() % 8 == 0) {
          breaker.record(now, Outcome::kCancelled, 0);
          probing = false;
          until = 0;
          continue;
        }
      }
      const bool ok = random() > failing;
      const double jitter = random();
      breaker.record(now, outcome_of(ok), jitter);
      const double slice = std::floor(now / (options.window / 8));
      outcomes.push_back({slice, ok});
      if (ok) {
        if (open) outcomes.clear();
        open = probing = false;
        in_a_row = 0;
        continue;
      }
      ++in_a_row;
      double total = 0;
      double failed = 0;
      for (const Past& outcome : outcomes) {
        if (outcome.slice <= now / (options.window / 8) - 8) continue;
        ++total;
        if (!outcome.ok) ++failed;
      }
      const bool too_many =
          total >= options.minimum && failed > options.ratio * total;
      if (open || in_a_row >= options.failures || too_many) {
        opened = open ? opened + 1 : 1;
        double wait = options.min_open;
        for (uint32_t i = options.steady; i < opened; ++i)
          wait = std::min(wait * options.growth, options.max_open);
        open = true;
        probing = false;
        until = now + wait * (0.5 + jitter / 2);
      }
    }
  }
}

}  // namespace
}  // namespace apus::lazy
