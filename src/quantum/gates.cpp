#include "apus/quantum/gates.h"

#include <cmath>
#include <numbers>

namespace apus::quantum {

namespace {

using Complex = std::complex<double>;

constexpr Complex kI{0, 1};

// e^(i angle)
Complex phase(double angle) { return {std::cos(angle), std::sin(angle)}; }

Matrix1 diagonal(Complex zero, Complex one) { return {{zero, 0, 0, one}}; }

}  // namespace

bool is_unitary(const Complex* at, uint32_t size) {
  for (uint32_t row = 0; row < size; ++row) {
    for (uint32_t other = 0; other < size; ++other) {
      Complex sum = row == other ? -1 : 0;
      for (uint32_t i = 0; i < size; ++i) {
        sum += at[row * size + i] * std::conj(at[other * size + i]);
      }
      // NaN fails the comparison.
      if (!(std::abs(sum) <= kUnitaryTolerance)) return false;
    }
  }
  return true;
}

Matrix1 matrix1_of(const Circuit& circuit, const Operation& operation) {
  const double angle = operation.angles[0];
  const double cosine = std::cos(angle / 2);
  const double sine = std::sin(angle / 2);
  constexpr double kHalf = std::numbers::sqrt2 / 2;
  switch (operation.kind) {
    case Kind::kGlobalPhase:
      return diagonal(phase(angle), phase(angle));
    case Kind::kX:
      return {{0, 1, 1, 0}};
    case Kind::kY:
      return {{0, -kI, kI, 0}};
    case Kind::kZ:
      return diagonal(1, -1);
    case Kind::kH:
      return {{kHalf, kHalf, kHalf, -kHalf}};
    case Kind::kS:
      return diagonal(1, kI);
    case Kind::kSdg:
      return diagonal(1, -kI);
    case Kind::kT:
      return diagonal(1, {kHalf, kHalf});
    case Kind::kTdg:
      return diagonal(1, {kHalf, -kHalf});
    case Kind::kSX:
      return {{Complex{.5, .5}, {.5, -.5}, {.5, -.5}, {.5, .5}}};
    case Kind::kSXdg:
      return {{Complex{.5, -.5}, {.5, .5}, {.5, .5}, {.5, -.5}}};
    case Kind::kP:
      return diagonal(1, phase(angle));
    case Kind::kRX:
      return {{cosine, -kI * sine, -kI * sine, cosine}};
    case Kind::kRY:
      return {{cosine, -sine, sine, cosine}};
    case Kind::kRZ:
      return diagonal(phase(-angle / 2), phase(angle / 2));
    case Kind::kU: {
      const auto [theta, phi, lambda] = operation.angles;
      return {{cosine, -phase(lambda) * sine, phase(phi) * sine,
               phase(phi + lambda) * cosine}};
    }
    case Kind::kMatrix1:
      return circuit.matrix1(operation.table);
    default:
      return diagonal(1, 1);
  }
}

Matrix2 matrix2_of(const Circuit& circuit, const Operation& operation) {
  const double angle = operation.angles[0];
  const Complex cosine = std::cos(angle / 2);
  const Complex turn = -kI * std::sin(angle / 2);
  switch (operation.kind) {
    case Kind::kSwap:
      return {{1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1}};
    case Kind::kISwap:
      return {{1, 0, 0, 0, 0, 0, kI, 0, 0, kI, 0, 0, 0, 0, 0, 1}};
    case Kind::kRXX:
      return {{cosine, 0, 0, turn, 0, cosine, turn, 0, 0, turn, cosine, 0, turn,
               0, 0, cosine}};
    case Kind::kRYY:
      return {{cosine, 0, 0, -turn, 0, cosine, turn, 0, 0, turn, cosine, 0,
               -turn, 0, 0, cosine}};
    case Kind::kRZZ: {
      const Complex same = phase(-angle / 2);
      const Complex other = phase(angle / 2);
      return {{same, 0, 0, 0, 0, other, 0, 0, 0, 0, other, 0, 0, 0, 0, same}};
    }
    default:
      return circuit.matrix2(operation.table);
  }
}

}  // namespace apus::quantum
