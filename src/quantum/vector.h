// 128 bits of complex numbers: two of floats or one of doubles, as SSE and
// WebAssembly's SIMD have them. The compiler's vector extension, nothing else.
#ifndef APUS_QUANTUM_VECTOR_H_
#define APUS_QUANTUM_VECTOR_H_

#include <complex>
#include <cstdint>

namespace apus::quantum {

template <typename Real>
struct Lanes;

template <>
struct Lanes<float> {
  using Vector = float __attribute__((vector_size(16), may_alias));
  // Complex numbers in a vector, and the log2 of their number.
  static constexpr uint32_t kCount = 2;
  static constexpr uint32_t kBits = 1;

  static Vector make(std::complex<double> a, std::complex<double> b) {
    return Vector{float(a.real()), float(a.imag()), float(b.real()),
                  float(b.imag())};
  }
  // (re, im) becomes (im, re).
  static Vector swap(Vector v) {
    return __builtin_shufflevector(v, v, 1, 0, 3, 2);
  }
  static Vector low(Vector v) {
    return __builtin_shufflevector(v, v, 0, 1, 0, 1);
  }
  static Vector high(Vector v) {
    return __builtin_shufflevector(v, v, 2, 3, 2, 3);
  }
  // The first and the second number of each of two vectors.
  static Vector firsts(Vector a, Vector b) {
    return __builtin_shufflevector(a, b, 0, 1, 4, 5);
  }
  static Vector seconds(Vector a, Vector b) {
    return __builtin_shufflevector(a, b, 2, 3, 6, 7);
  }
};

template <>
struct Lanes<double> {
  using Vector = double __attribute__((vector_size(16), may_alias));
  static constexpr uint32_t kCount = 1;
  static constexpr uint32_t kBits = 0;

  static Vector make(std::complex<double> a, std::complex<double>) {
    return Vector{a.real(), a.imag()};
  }
  static Vector swap(Vector v) { return __builtin_shufflevector(v, v, 1, 0); }
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_VECTOR_H_
