// The gates that an OpenQASM text has without defining them: built in, and
// those of qelib1.inc and stdgates.inc. An include brings all of both, and ryy
// and iswap.
#ifndef APUS_QUANTUM_QASM_LIBRARY_H_
#define APUS_QUANTUM_QASM_LIBRARY_H_

#include <cstdint>
#include <string_view>

#include "apus/quantum/circuit.h"

namespace apus::quantum {

struct LibraryGate {
  // How the parameters make the operation, and its phase in version 3.
  enum class Form : uint8_t {
    kPlain,  // they are its angles
    kBigU,   // version 3 has e^(i theta/2) before U
    kU3,     // version 3 makes it special: e^(-i (phi + lambda)/2)
    kU2,     // U3 with theta = pi/2
    kCU,     // the fourth is a phase of the control
  };
  std::string_view name;
  Kind kind;
  uint8_t parameters;
  uint8_t controls;  // the first qubits
  Form form = Form::kPlain;
  uint8_t built_in = 0;  // bit version - 2: no include is needed for it
};

// nullptr when there is none of that name. O(gates).
const LibraryGate* find_library_gate(std::string_view name);

// Adjoint of a unitary operation that has one of the same kind.
// Requires: not kISwap, no tables.
Operation inverse(const Operation& operation);

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_QASM_LIBRARY_H_
