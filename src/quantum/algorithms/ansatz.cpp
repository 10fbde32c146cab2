#include "apus/quantum/algorithms/ansatz.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace apus::quantum {
namespace {

using Amplitude = std::complex<double>;

// A product without the checks for NaN and infinity of std::complex's.
Amplitude times(Amplitude a, Amplitude b) {
  return {a.real() * b.real() - a.imag() * b.imag(),
          a.real() * b.imag() + a.imag() * b.real()};
}

// e^(-i angle P / 2) = cos(angle / 2) - i sin(angle / 2) P.
void rotate_state(const PauliTerm& string, double angle, size_t size,
                  Amplitude* state) {
  const double cosine = std::cos(angle / 2);
  const Amplitude sine = {0, -std::sin(angle / 2)};
  if (string.x == 0) {
    const Amplitude even = {cosine, sine.imag()};
    const Amplitude factors[] = {even, std::conj(even)};
    for (uint32_t i = 0; i < size; ++i)
      state[i] = times(state[i], factors[std::popcount(i & string.z) & 1]);
    return;
  }
  // P exchanges i and i ^ x; `up` is the factor of i in the image at i ^ x. It
  // only depends on a sign, and on the way back on another one.
  const Amplitude factor = times(sine, pauli_factor(string, 0));
  const bool flips = std::popcount(string.x & string.z) & 1;
  const uint32_t top = std::bit_floor(string.x);
  for (uint32_t high = 0; high < size; high += 2 * top)
    for (uint32_t i = high; i < high + top; ++i) {
      const uint32_t j = i ^ string.x;
      const bool odd = std::popcount(i & string.z) & 1;
      const Amplitude up = odd ? -factor : factor;
      const Amplitude down = flips ? -up : up;
      const Amplitude a = state[i];
      const Amplitude b = state[j];
      state[i] = cosine * a + times(down, b);
      state[j] = cosine * b + times(up, a);
    }
}

}  // namespace

std::expected<Ansatz, Status> Ansatz::create(uint32_t qubits, uint32_t start) {
  if (qubits == 0 || qubits > Observable::kMaxQubits)
    return std::unexpected(Status::kSize);
  if (start != kNone && start >> qubits) return std::unexpected(Status::kQubit);
  Ansatz it(qubits, start);
  const size_t size = size_t{1} << qubits;
  if (!it.state_.resize(size) || !it.image_.resize(size))
    return std::unexpected(Status::kOutOfMemory);
  return it;
}

Status Ansatz::push(const Step& step) {
  if ((step.string.x | step.string.z) >> qubits_) return Status::kQubit;
  if (!std::isfinite(step.scale) || !std::isfinite(step.offset))
    return Status::kNumber;
  if (!steps_.push_back(step)) return Status::kOutOfMemory;
  if (step.parameter != kNone && step.parameter >= parameters_)
    parameters_ = step.parameter + 1;
  return Status::kOk;
}

Status Ansatz::rotate(uint32_t x, uint32_t z, uint32_t parameter, double scale,
                      double offset) {
  return push({Kind::kRotation, {1, x, z}, parameter, scale, offset});
}

Status Ansatz::phase(uint32_t parameter, double scale) {
  return push({Kind::kPhase, {1, 0, 0}, parameter, scale, 0});
}

Status Ansatz::sign(uint32_t qubits) {
  return push({Kind::kSign, {1, 0, qubits}, kNone, 0, 0});
}

double Ansatz::angle(const Step& step, const double* values) const {
  if (step.parameter == kNone) return step.offset;
  return step.offset + step.scale * values[step.parameter];
}

void Ansatz::apply(const Step& step, const Observable& observable, double angle,
                   Amplitude* state) const {
  const size_t size = state_.size();
  switch (step.kind) {
    case Kind::kRotation:
      return rotate_state(step.string, angle, size, state);
    case Kind::kPhase: {
      const auto diagonal = observable.diagonal();
      // Neighbors often have the same value, and sines are slow.
      double last = 0;
      Amplitude factor = 1;
      for (size_t i = 0; i < size; ++i) {
        if (diagonal[i] != last) {
          last = diagonal[i];
          factor = {std::cos(angle * last), -std::sin(angle * last)};
        }
        state[i] = times(state[i], factor);
      }
      return;
    }
    case Kind::kSign:
      for (uint32_t i = 0; i < size; ++i)
        if ((i & step.string.z) == step.string.z) state[i] = -state[i];
  }
}

void Ansatz::run(const Observable& observable, const double* values,
                 size_t shifted, double by) {
  const size_t size = state_.size();
  const double even = 1 / std::sqrt(static_cast<double>(size));
  for (Amplitude& it : state_) it = start_ == kNone ? even : 0;
  if (start_ != kNone) state_[start_] = 1;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const double more = i == shifted ? by : 0;
    apply(steps_[i], observable, angle(steps_[i], values) + more,
          state_.data());
  }
}

double Ansatz::expectation(const Observable& observable, const double* values) {
  run(observable, values, SIZE_MAX, 0);
  return observable.expectation(state_.data());
}

// The energy's derivative by the step's angle: 2 Re <image| dU |state>, where
// dU is -i/2 P for a rotation and -i C for a phase.
double Ansatz::slope(const Step& step, const Observable& observable,
                     const Amplitude* state) const {
  Amplitude sum = 0;
  if (step.kind == Kind::kPhase) {
    const auto diagonal = observable.diagonal();
    for (size_t i = 0; i < state_.size(); ++i)
      sum += 2 * diagonal[i] * times(std::conj(image_[i]), state[i]);
    return sum.imag();
  }
  const PauliTerm& string = step.string;
  for (uint32_t i = 0; i < state_.size(); ++i) {
    const Amplitude part = times(std::conj(image_[i ^ string.x]), state[i]);
    sum += std::popcount(i & string.z) & 1 ? -part : part;
  }
  return times(sum, pauli_factor(string, 0)).imag();
}

double Ansatz::gradient(const Observable& observable, const double* values,
                        double* derivatives) {
  run(observable, values, SIZE_MAX, 0);
  observable.apply(state_.data(), image_.data());
  double energy = 0;
  for (size_t i = 0; i < state_.size(); ++i)
    energy += times(std::conj(state_[i]), image_[i]).real();
  for (uint32_t i = 0; i < parameters_; ++i) derivatives[i] = 0;
  for (size_t i = steps_.size(); i-- > 0;) {
    const Step& step = steps_[i];
    if (step.parameter != kNone)
      derivatives[step.parameter] +=
          step.scale * slope(step, observable, state_.data());
    const double back = -angle(step, values);
    apply(step, observable, back, state_.data());
    apply(step, observable, back, image_.data());
  }
  return energy;
}

uint32_t Ansatz::shift(const Observable& observable, const double* values,
                       double* derivatives) {
  uint32_t runs = 0;
  for (uint32_t i = 0; i < parameters_; ++i) derivatives[i] = 0;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    if (step.kind != Kind::kRotation || step.parameter == kNone) continue;
    double energies[2];
    for (int up = 0; up < 2; ++up) {
      run(observable, values, i, (up ? 0.5 : -0.5) * std::numbers::pi);
      energies[up] = observable.expectation(state_.data());
      ++runs;
    }
    derivatives[step.parameter] += step.scale * (energies[1] - energies[0]) / 2;
  }
  return runs;
}

}  // namespace apus::quantum
