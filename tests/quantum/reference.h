// The model that the simulator is compared with: dense matrices of all qubits
// by Kronecker products, density matrices, random states and circuits. Slow and
// simple.
#ifndef APUS_TESTS_QUANTUM_REFERENCE_H_
#define APUS_TESTS_QUANTUM_REFERENCE_H_

#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include "../base/random.h"
#include "apus/quantum/circuit.h"

namespace apus::quantum::reference {

using Complex = std::complex<double>;
using Vector = std::vector<Complex>;
inline constexpr Complex kI{0, 1};

// Square, row by row.
struct Matrix {
  size_t size;
  Vector at;

  explicit Matrix(size_t n) : size(n), at(n * n) {}
  Matrix(size_t n, Vector entries) : size(n), at(std::move(entries)) {}
  Complex& operator()(size_t row, size_t column) {
    return at[row * size + column];
  }
  Complex operator()(size_t row, size_t column) const {
    return at[row * size + column];
  }
};

inline Matrix identity(size_t size) {
  Matrix result(size);
  for (size_t i = 0; i < size; ++i) result(i, i) = 1;
  return result;
}

inline Matrix operator+(Matrix a, const Matrix& b) {
  for (size_t i = 0; i < a.at.size(); ++i) a.at[i] += b.at[i];
  return a;
}
inline Matrix operator*(Complex factor, Matrix a) {
  for (Complex& entry : a.at) entry *= factor;
  return a;
}
inline Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix result(a.size);
  for (size_t i = 0; i < a.size; ++i) {
    for (size_t k = 0; k < a.size; ++k) {
      for (size_t j = 0; j < a.size; ++j) result(i, j) += a(i, k) * b(k, j);
    }
  }
  return result;
}
inline Vector operator*(const Matrix& a, const Vector& v) {
  Vector result(a.size);
  for (size_t i = 0; i < a.size; ++i) {
    for (size_t j = 0; j < a.size; ++j) result[i] += a(i, j) * v[j];
  }
  return result;
}
inline Matrix adjoint(const Matrix& a) {
  Matrix result(a.size);
  for (size_t i = 0; i < a.size; ++i) {
    for (size_t j = 0; j < a.size; ++j) result(i, j) = std::conj(a(j, i));
  }
  return result;
}

// a is the more significant factor.
inline Matrix kron(const Matrix& a, const Matrix& b) {
  Matrix result(a.size * b.size);
  for (size_t i = 0; i < result.size; ++i) {
    for (size_t j = 0; j < result.size; ++j) {
      result(i, j) = a(i / b.size, j / b.size) * b(i % b.size, j % b.size);
    }
  }
  return result;
}

// e^a by its power series.
inline Matrix exponential(const Matrix& a) {
  Matrix sum = identity(a.size);
  Matrix term = sum;
  for (int k = 1; k < 60; ++k) {
    term = Complex(1.0 / k) * (term * a);
    sum = sum + term;
  }
  return sum;
}

inline Matrix pauli(char name) {
  switch (name) {
    case 'X':
      return {2, {0, 1, 1, 0}};
    case 'Y':
      return {2, {0, -kI, kI, 0}};
    case 'Z':
      return {2, {1, 0, 0, -1}};
    default:
      return identity(2);
  }
}

// A matrix on some qubits (qubits[0] is its lowest bit), where all controls are
// |1>, as a matrix on n qubits: 1 + |1><1|…|1><1| (U - 1), with U - 1 as the sum
// of its entries times |row><column| on each qubit.
inline Matrix embed(uint32_t n, const Matrix& u,
                    const std::vector<uint32_t>& qubits, uint32_t controls) {
  Matrix result = identity(size_t{1} << n);
  for (size_t row = 0; row < u.size; ++row) {
    for (size_t column = 0; column < u.size; ++column) {
      Matrix product(1, {u(row, column) - Complex(row == column)});
      for (uint32_t q = n; q-- > 0;) {
        Matrix factor = identity(2);
        if (controls >> q & 1) factor = {2, {0, 0, 0, 1}};
        for (size_t j = 0; j < qubits.size(); ++j) {
          if (qubits[j] != q) continue;
          factor = Matrix(2);
          factor(row >> j & 1, column >> j & 1) = 1;
        }
        product = kron(product, factor);
      }
      result = result + product;
    }
  }
  return result;
}

// In [0, 1).
inline double uniform(apus::Random& random) { return random() * 0x1p-32; }

inline Vector random_state(uint32_t n, apus::Random& random) {
  Vector state(size_t{1} << n);
  double sum = 0;
  for (Complex& a : state) {
    a = {uniform(random) - 0.5, uniform(random) - 0.5};
    sum += std::norm(a);
  }
  for (Complex& a : state) a /= std::sqrt(sum);
  return state;
}

// A random unitary: columns made orthogonal by Gram and Schmidt.
inline Matrix random_unitary(size_t size, apus::Random& random) {
  Matrix u(size);
  for (Complex& entry : u.at) {
    entry = {uniform(random) - 0.5, uniform(random) - 0.5};
  }
  for (size_t row = 0; row < size; ++row) {
    for (size_t other = 0; other < row; ++other) {
      Complex product = 0;
      for (size_t i = 0; i < size; ++i) {
        product += std::conj(u(other, i)) * u(row, i);
      }
      for (size_t i = 0; i < size; ++i) u(row, i) -= product * u(other, i);
    }
    double sum = 0;
    for (size_t i = 0; i < size; ++i) sum += std::norm(u(row, i));
    for (size_t i = 0; i < size; ++i) u(row, i) /= std::sqrt(sum);
  }
  return u;
}

// The matrix of a kind with one or two targets, from its definition.
inline Matrix definition(Kind kind, const double* angles) {
  using std::numbers::pi;
  const auto turn = [](const Matrix& p, double angle) {
    return exponential(Complex(0, -angle / 2) * p);
  };
  const auto phase = [](double angle) { return std::polar(1.0, angle); };
  const Matrix x = pauli('X'), y = pauli('Y'), z = pauli('Z');
  const double a = angles[0];
  switch (kind) {
    case Kind::kX:
      return x;
    case Kind::kY:
      return y;
    case Kind::kZ:
      return z;
    case Kind::kH:
      return Complex(1 / std::sqrt(2)) * (x + z);
    case Kind::kS:
      return phase(pi / 4) * turn(z, pi / 2);
    case Kind::kSdg:
      return phase(-pi / 4) * turn(z, -pi / 2);
    case Kind::kT:
      return phase(pi / 8) * turn(z, pi / 4);
    case Kind::kTdg:
      return phase(-pi / 8) * turn(z, -pi / 4);
    case Kind::kSX:
      return phase(pi / 4) * turn(x, pi / 2);
    case Kind::kSXdg:
      return phase(-pi / 4) * turn(x, -pi / 2);
    case Kind::kP:
      return phase(a / 2) * turn(z, a);
    case Kind::kRX:
      return turn(x, a);
    case Kind::kRY:
      return turn(y, a);
    case Kind::kRZ:
      return turn(z, a);
    case Kind::kU:
      return phase((angles[1] + angles[2]) / 2) *
             (turn(z, angles[1]) * (turn(y, a) * turn(z, angles[2])));
    case Kind::kSwap:
      return Complex(0.5) *
             (identity(4) + kron(x, x) + kron(y, y) + kron(z, z));
    case Kind::kISwap:
      return exponential(Complex(0, pi / 4) * (kron(x, x) + kron(y, y)));
    case Kind::kRXX:
      return turn(kron(x, x), a);
    case Kind::kRYY:
      return turn(kron(y, y), a);
    case Kind::kRZZ:
      return turn(kron(z, z), a);
    default:
      return identity(2);
  }
}

}  // namespace apus::quantum::reference

#endif  // APUS_TESTS_QUANTUM_REFERENCE_H_
