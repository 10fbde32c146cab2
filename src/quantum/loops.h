// The loops over amplitudes in which circuits spend their time. Each changes
// the groups of amplitudes that a step describes, in place.
#ifndef APUS_QUANTUM_LOOPS_H_
#define APUS_QUANTUM_LOOPS_H_

#include "steps.h"

namespace apus::quantum {

// A complex matrix times a vector needs, for each entry a + bi and input x,
// a * x and b * (i x). i x swaps the parts of x; here the sums are swapped
// instead, once an output: out = sum(a x) + swap(sum((b, -b) x)).
template <typename Real, uint32_t kInputs, uint32_t kOutputs>
void dense(Real* amplitudes, const Step& step, uint32_t count,
           const typename Lanes<Real>::Vector* matrix) {
  using L = Lanes<Real>;
  using Vector = typename L::Vector;
  const uint32_t fixed = step.fixed;
  uint32_t base = step.controls;
  for (; count > 0; --count) {
    Vector* const at = reinterpret_cast<Vector*>(amplitudes + 2 * size_t{base});
    Vector* places[kOutputs];
    Vector in[kInputs];
    for (uint32_t i = 0; i < kOutputs; ++i) {
      places[i] = reinterpret_cast<Vector*>(reinterpret_cast<Real*>(at) +
                                            2 * size_t{step.offsets[i]});
      if constexpr (kInputs == kOutputs) {
        in[i] = *places[i];
      } else {
        const Vector both = *places[i];
        in[2 * i] = L::low(both);
        in[2 * i + 1] = L::high(both);
      }
    }
    const Vector* entry = matrix;
    for (uint32_t i = 0; i < kOutputs; ++i) {
      Vector straight = entry[0] * in[0];
      Vector crossed = entry[1] * in[0];
      entry += 2;
      for (uint32_t j = 1; j < kInputs; ++j, entry += 2) {
        straight += entry[0] * in[j];
        crossed += entry[1] * in[j];
      }
      *places[i] = straight + L::swap(crossed);
    }
    // Counts in the bits that are not fixed.
    base = (((base | fixed) + 1) & ~fixed) | step.controls;
  }
}

// A matrix on three qubits most of whose entries are 0: each row has the same
// number of terms.
template <typename Real, uint32_t kTerms, bool kReal, bool kLow>
void sparse(Real* amplitudes, const Step& step, uint32_t count,
            const typename Lanes<Real>::Vector* matrix,
            const uint32_t* columns) {
  using L = Lanes<Real>;
  using Vector = typename L::Vector;
  constexpr uint32_t kRows = 8;
  uint32_t base = step.controls;
  for (; count > 0; --count) {
    Real* const at = amplitudes + 2 * size_t{base};
    const auto place = [&](uint32_t i) {
      return reinterpret_cast<Vector*>(at + 2 * size_t{step.offsets[i]});
    };
    // The lowest qubit tells the two numbers of a vector apart. Two groups are
    // transposed so that it tells vectors apart, as the others do.
    Vector transposed[kLow ? kRows : 1];
    if constexpr (kLow) {
      for (uint32_t i = 0; i < kRows; i += 2) {
        const Vector a = *place(i);
        const Vector b = *place(i + 1);
        transposed[i] = L::firsts(a, b);
        transposed[i + 1] = L::seconds(a, b);
      }
    }
    const Real* const source =
        kLow ? reinterpret_cast<const Real*>(transposed) : at;
    Vector out[kRows];
    for (uint32_t i = 0; i < kRows; ++i) {
      const Vector* entry = matrix + i * kTerms * (kReal ? 1 : 2);
      const uint32_t* column = columns + i * kTerms;
      Vector in = *reinterpret_cast<const Vector*>(source + column[0]);
      Vector straight = entry[0] * in;
      Vector crossed = kReal ? in : entry[1] * in;
      for (uint32_t k = 1; k < kTerms; ++k) {
        in = *reinterpret_cast<const Vector*>(source + column[k]);
        straight += entry[kReal ? k : 2 * k] * in;
        if constexpr (!kReal) crossed += entry[2 * k + 1] * in;
      }
      out[i] = kReal ? straight : straight + L::swap(crossed);
    }
    for (uint32_t i = 0; i < kRows; i += 2) {
      if constexpr (kLow) {
        *place(i) = L::firsts(out[i], out[i + 1]);
        *place(i + 1) = L::seconds(out[i], out[i + 1]);
      } else {
        *place(i) = out[i];
        *place(i + 1) = out[i + 1];
      }
    }
    base = (((base | step.fixed) + 1) & ~step.fixed) | step.controls;
  }
}

template <typename Real, bool kLow>
void any_sparse(Real* amplitudes, const Step& step, uint32_t count,
                const typename Lanes<Real>::Vector* matrix,
                const uint32_t* columns) {
  const auto with = [&]<uint32_t kTerms, bool kReal>() {
    sparse<Real, kTerms, kReal, kLow>(amplitudes, step, count, matrix, columns);
  };
  if (step.real) {
    switch (step.terms) {
      case 2:
        return with.template operator()<2, true>();
      case 4:
        return with.template operator()<4, true>();
      default:
        return with.template operator()<8, true>();
    }
  }
  switch (step.terms) {
    case 1:
      return with.template operator()<1, false>();
    case 2:
      return with.template operator()<2, false>();
    default:
      return with.template operator()<4, false>();
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
