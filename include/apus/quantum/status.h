// The outcome of an operation that can fail. Nothing has changed unless it is
// kOk (a run that was aborted says what state it leaves).
#ifndef APUS_QUANTUM_STATUS_H_
#define APUS_QUANTUM_STATUS_H_

#include <cstdint>

namespace apus::quantum {

enum class Status : uint32_t {
  kOk = 0,
  // More qubits than kMaxQubits or classical bits than kMaxBits, or no qubits.
  kSize,
  // A qubit that the circuit does not have.
  kQubit,
  // Two qubits of one operation are the same.
  kSameQubit,
  // A classical bit that the circuit does not have, or a condition's value that
  // its bits cannot hold.
  kBit,
  // An angle, a coefficient or a table's value that is NaN or infinite.
  kNumber,
  // A probability outside [0, 1].
  kProbability,
  // A matrix that is not unitary to kUnitaryTolerance, or holds NaN.
  kNotUnitary,
  // A table that is not a permutation.
  kNotPermutation,
  // A table or an output whose length does not fit its qubits.
  kLength,
  // An operation that is not possible here: controls on a measurement, an
  // unknown kind.
  kUnsupported,
  // The allocator refused.
  kOutOfMemory,
  // The caller's callback ended the run.
  kAborted,
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_STATUS_H_
