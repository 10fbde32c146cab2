// A step is a block made ready for the loops over amplitudes: which of them
// belong together, and the matrix as vectors.
#ifndef APUS_QUANTUM_STEPS_H_
#define APUS_QUANTUM_STEPS_H_

#include <cstdint>

#include "apus/base/array.h"
#include "block.h"
#include "vector.h"

namespace apus::quantum {

// Amplitudes that lie together in memory while steps run: those whose indices
// differ only in `inside`. The k-th lowest qubit of `inside` is bit k of their
// position.
struct Window {
  uint32_t inside;
  uint32_t bits;  // number of qubits inside
};

struct Step {
  // Qubits outside the window that must be |1>, or nothing happens.
  uint32_t outer_controls;
  // Positions' bits that the loop leaves alone, and those that it sets.
  uint32_t fixed;
  uint32_t controls;
  uint32_t offsets[8];
  // In vectors of amplitudes.
  uint8_t inputs;
  uint8_t outputs;
  bool diagonal;
  // Entries of each row that are not 0 if the matrix is taken row by row, or 0.
  uint8_t terms;
  bool real;
  // Row by row, a matrix on the lowest qubit takes two groups of amplitudes at a
  // time; the second one is here. Or 0.
  uint32_t partner;
  // The diagonal's qubits outside the window choose one of its parts.
  uint8_t outer_width;
  uint8_t outer[kMaxWidth];
  uint32_t first;    // of the matrix's vectors
  uint32_t columns;  // the first of a matrix that is taken row by row
};

// Steps and the vectors of their matrices. Owns its memory.
template <typename Real>
class Steps {
 public:
  using Vector = typename Lanes<Real>::Vector;

  void clear();
  // Appends a block. False when memory is exhausted.
  // Requires: a matrix, whose qubits are all inside unless it is diagonal.
  [[nodiscard]] bool add(Block block, const Window& window);
  // Applies all steps to a window of amplitudes. `outside` are the index's bits
  // outside the window. O(steps * 2^bits * 2^width).
  void apply(Real* amplitudes, uint32_t bits, uint32_t outside) const;
  uint32_t size() const { return uint32_t(steps_.size()); }

 private:
  void push(std::complex<double> a, std::complex<double> b);
  bool make_rows(Block& block, const Window& window);
  void push_rows(const Block& block, const Step& step);

  Array<Step> steps_;
  Array<Real> vectors_;
  // Of each entry of a matrix that is taken row by row: its input.
  Array<uint32_t> columns_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_STEPS_H_
