// The matrices of the gates, and checks on matrices. Pure functions.
#ifndef APUS_QUANTUM_GATES_H_
#define APUS_QUANTUM_GATES_H_

#include "apus/quantum/circuit.h"

namespace apus::quantum {

// Whether each entry of U U* - 1 is at most kUnitaryTolerance; false for NaN.
// `at` holds size * size entries, row by row. O(size^3).
bool is_unitary(const std::complex<double>* at, uint32_t size);

// The matrix of a gate with one target, without its controls; a global phase
// counts as one.
// Requires: a gate of `circuit` with at most one target and no mask.
Matrix1 matrix1_of(const Circuit& circuit, const Operation& operation);

// The same for two targets.
Matrix2 matrix2_of(const Circuit& circuit, const Operation& operation);

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_GATES_H_
