// Writes a circuit as OpenQASM text. Methods return false when they have set
// the error.
#ifndef APUS_QUANTUM_QASM_WRITER_H_
#define APUS_QUANTUM_QASM_WRITER_H_

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <string_view>

#include "apus/base/array.h"
#include "apus/quantum/qasm.h"

namespace apus::quantum {

class Writer {
 public:
  Writer(const Circuit& circuit, QasmVersion version)
      : circuit_(circuit), old_(version == QasmVersion::k2) {}
  std::expected<Array<char>, QasmError> write();

 private:
  // writer.cpp: registers, conditions and what is not a gate
  bool program();
  bool registers();
  bool statement(const Operation& operation);
  bool condition(const Operation& operation);
  bool definitions();
  bool is_register(uint64_t mask) const;
  bool bit(uint32_t bit);

  // write_gate.cpp
  bool gate(const Operation& operation);
  bool matrix(const Operation& operation);
  bool phase(const Operation& operation);
  bool named(std::string_view name, uint32_t own_controls,
             const Operation& operation, std::initializer_list<double> angles);
  bool angle(double angle);
  bool qubit(uint32_t qubit);

  bool put(std::initializer_list<std::string_view> parts);
  bool put(uint64_t number);
  bool no_memory();
  bool fail(std::initializer_list<std::string_view> parts);

  const Circuit& circuit_;
  const bool old_;  // version 2
  Array<char> text_;
  Array<uint64_t> masks_;  // of version 2's registers of bits
  QasmError error_;
};

// A gate that no library has, as the writer defines it. The reader knows the
// text, so that a circuit comes back as it was.
struct Definition {
  Kind kind;
  bool old_library;  // qelib1.inc has it
  std::string_view text;
};
inline constexpr Definition kDefinitions[] = {
    {Kind::kRXX, true,
     "gate rxx(a) q, r { h q; h r; cx q, r; rz(a) r; cx q, r; h q; h r; }"},
    {Kind::kRYY, false,
     "gate ryy(a) q, r { rx(pi/2) q; rx(pi/2) r; cx q, r; rz(a) r; cx q, r; "
     "rx(-pi/2) q; rx(-pi/2) r; }"},
    {Kind::kRZZ, true, "gate rzz(a) q, r { cx q, r; rz(a) r; cx q, r; }"},
    {Kind::kISwap, false,
     "gate iswap q, r { s q; s r; h q; cx q, r; cx r, q; h r; }"},
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_QASM_WRITER_H_
