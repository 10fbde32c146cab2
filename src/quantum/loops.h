// The loops over amplitudes in which circuits spend their time. Each changes
// the groups of amplitudes that a step describes, in place.
#ifndef APUS_QUANTUM_LOOPS_H_
#define APUS_QUANTUM_LOOPS_H_

#include <algorithm>

#include "steps.h"

namespace apus::quantum {

// How many groups of amplitudes rows() takes at a time.
inline constexpr uint32_t kGroups = 4;

// A complex matrix times a vector needs, for each entry a + bi and input x,
// a * x and b * (i x). i x swaps the parts of x; here the sums are swapped
// instead, once an output: out = sum(a x) + swap(sum((b, -b) x)).
template <typename Real, uint32_t kInputs, uint32_t kOutputs,
          bool kReal = false>
void dense(Real* amplitudes, const Step& step, uint32_t count,
           const typename Lanes<Real>::Vector* matrix) {
  using L = Lanes<Real>;
  using Vector = typename L::Vector;
  // Copies, since the compiler must take it that storing amplitudes changes
  // what is not local.
  const uint32_t fixed = step.fixed;
  const uint32_t controls = step.controls;
  uint32_t offsets[kOutputs];
  for (uint32_t i = 0; i < kOutputs; ++i) offsets[i] = 2 * step.offsets[i];
  constexpr bool kFits = kInputs * kOutputs <= 4;  // in registers
  Vector copies[kFits ? 2 * kInputs * kOutputs : 1];
  if constexpr (kFits) std::copy_n(matrix, 2 * kInputs * kOutputs, copies);
  uint32_t base = controls;
  for (; count > 0; --count) {
    Real* const at = amplitudes + 2 * size_t{base};
    Vector* places[kOutputs];
    Vector in[kInputs];
    for (uint32_t i = 0; i < kOutputs; ++i) {
      places[i] = reinterpret_cast<Vector*>(at + offsets[i]);
      if constexpr (kInputs == kOutputs) {
        in[i] = *places[i];
      } else {
        const Vector both = *places[i];
        in[2 * i] = L::low(both);
        in[2 * i + 1] = L::high(both);
      }
    }
    const Vector* entry = kFits ? copies : matrix;
    for (uint32_t i = 0; i < kOutputs; ++i) {
      Vector straight = entry[0] * in[0];
      Vector crossed = entry[1] * in[0];
      entry += 2;
      for (uint32_t j = 1; j < kInputs; ++j, entry += 2) {
        straight += entry[0] * in[j];
        if constexpr (!kReal) crossed += entry[1] * in[j];
      }
      *places[i] = kReal ? straight : straight + L::swap(crossed);
    }
    // Counts in the bits that are not fixed.
    base = (((base | fixed) + 1) & ~fixed) | controls;
  }
}

// A matrix on three qubits, row after row, each with the same number of entries
// that are not 0. Four groups of amplitudes at a time share the loads of the
// entries; their inputs are copied first, since the rows overwrite them.
// Requires: count % kGroups == 0.
template <typename Real, bool kReal, bool kLow>
void rows(Real* amplitudes, const Step& step, uint32_t count,
          const typename Lanes<Real>::Vector* matrix, const uint32_t* columns) {
  using L = Lanes<Real>;
  using Vector = typename L::Vector;
  constexpr uint32_t kRows = 8;
  const uint32_t fixed = step.fixed;
  const uint32_t controls = step.controls;
  const uint32_t terms = step.terms;
  uint32_t offsets[kRows];
  for (uint32_t i = 0; i < kRows; ++i) offsets[i] = 2 * step.offsets[i];
  Vector in[kRows * kGroups];
  Vector out[kLow ? kRows * kGroups : 1];
  uint32_t base = controls;
  for (; count > 0; count -= kGroups) {
    Real* groups[kGroups];
    for (Real*& group : groups) {
      group = amplitudes + 2 * size_t{base};
      base = (((base | fixed) + 1) & ~fixed) | controls;
    }
    const auto place = [&](uint32_t row, uint32_t group) {
      return reinterpret_cast<Vector*>(groups[group] + offsets[row]);
    };
    for (uint32_t i = 0; i < kRows; i += 2) {
      for (uint32_t g = 0; g < kGroups; ++g) {
        const Vector a = *place(i, g);
        const Vector b = *place(i + 1, g);
        // The lowest qubit tells the two numbers of a vector apart. Two groups
        // are transposed so that it tells vectors apart, as the others do.
        if constexpr (kLow) {
          in[i * kGroups + g] = L::firsts(a, b);
          in[(i + 1) * kGroups + g] = L::seconds(a, b);
        } else {
          in[i * kGroups + g] = a;
          in[(i + 1) * kGroups + g] = b;
        }
      }
    }
    const Vector* entry = matrix;
    const uint32_t* column = columns;
    for (uint32_t i = 0; i < kRows; ++i) {
      Vector straight[kGroups] = {};
      Vector crossed[kGroups] = {};
      for (uint32_t k = 0; k < terms; ++k) {
        const Vector* input = in + *column++;
        const Vector real = *entry++;
        for (uint32_t g = 0; g < kGroups; ++g) straight[g] += real * input[g];
        if constexpr (!kReal) {
          const Vector imaginary = *entry++;
          for (uint32_t g = 0; g < kGroups; ++g) {
            crossed[g] += imaginary * input[g];
          }
        }
      }
      for (uint32_t g = 0; g < kGroups; ++g) {
        Vector sum = straight[g];
        if constexpr (!kReal) sum += L::swap(crossed[g]);
        if constexpr (kLow) {
          out[i * kGroups + g] = sum;
        } else {
          *place(i, g) = sum;
        }
      }
    }
    if constexpr (kLow) {
      for (uint32_t i = 0; i < kRows; i += 2) {
        for (uint32_t g = 0; g < kGroups; ++g) {
          const Vector a = out[i * kGroups + g];
          const Vector b = out[(i + 1) * kGroups + g];
          *place(i, g) = L::firsts(a, b);
          *place(i + 1, g) = L::seconds(a, b);
        }
      }
    }
  }
}

template <typename Real, uint32_t kOutputs>
void diagonal(Real* amplitudes, const Step& step, uint32_t count,
              const typename Lanes<Real>::Vector* factors) {
  using L = Lanes<Real>;
  using Vector = typename L::Vector;
  uint32_t base = step.controls;
  for (; count > 0; --count) {
    Real* const at = amplitudes + 2 * size_t{base};
    for (uint32_t i = 0; i < kOutputs; ++i) {
      Vector* place =
          reinterpret_cast<Vector*>(at + 2 * size_t{step.offsets[i]});
      const Vector in = *place;
      *place = factors[2 * i] * in + L::swap(factors[2 * i + 1] * in);
    }
    base = (((base | step.fixed) + 1) & ~step.fixed) | step.controls;
  }
}

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_LOOPS_H_
