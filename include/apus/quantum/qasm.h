// Circuits as OpenQASM text, versions 2 and 3, read and written.
//
// Read: registers, gates of qelib1.inc and stdgates.inc, gate definitions,
// expressions and constants as parameters, the modifiers ctrl, negctrl, inv and
// pow with whole powers, measure, reset, barrier, if and else. Everything else
// is an error with its line and column. Registers become one row of qubits and
// one of bits, in the order of their declarations; gate definitions are
// expanded. A global phase that no control makes visible is dropped, unless a
// `gphase` statement asks for it.
//
// Sources: Cross et al., "Open Quantum Assembly Language", arXiv:1707.03429
// (version 2); openqasm.com, language specification 3.0 and stdgates.inc.
#ifndef APUS_QUANTUM_QASM_H_
#define APUS_QUANTUM_QASM_H_

#include <cstdint>
#include <expected>
#include <string_view>

#include "apus/base/array.h"
#include "apus/quantum/circuit.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

// A text that expands to more operations is refused.
inline constexpr uint32_t kMostOperations = 1 << 20;

struct QasmError {
  Status status = Status::kUnsupported;  // or kOutOfMemory
  uint32_t line = 0;    // from 1; 0 when the error has no place in a text
  uint32_t column = 0;  // from 1, in characters
  char message[192] = "";
};

// O(text + operations), with limits on both; hostile text is fine.
std::expected<Circuit, QasmError> read_qasm(std::string_view text);

enum class QasmVersion : uint8_t { k2 = 2, k3 = 3 };

// Registers are `q` and `c`; version 2 gets a register for each set of bits
// that a condition compares. Angles are exact: a multiple of pi when the
// product has the same bits, else as many digits as that needs. What a
// version cannot say is an error: matrices of two qubits, diagonals,
// permutations, in version 2 also controls that qelib1.inc has no gate for.
// O(operations).
std::expected<Array<char>, QasmError> write_qasm(const Circuit& circuit,
                                                 QasmVersion version);

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_QASM_H_
