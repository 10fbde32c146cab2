// Reads an OpenQASM text by recursive descent and runs it as it goes: each
// statement appends its operations. A gate's definition is checked once, and
// its body is read again at every call.
//
// Methods return false when they have set the error; the reader then ends.
#ifndef APUS_QUANTUM_QASM_READER_H_
#define APUS_QUANTUM_QASM_READER_H_

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <string_view>

#include "apus/base/array.h"
#include "apus/quantum/qasm.h"
#include "lexer.h"
#include "library.h"

namespace apus::quantum {

class Reader {
 public:
  explicit Reader(std::string_view text) : lexer_(text) {}
  std::expected<Circuit, QasmError> read();

 private:
  struct Register {
    std::string_view name;
    uint32_t first, size;
    bool quantum, scalar;
  };
  // Qubits or bits first, first + 1, …
  struct Operand {
    uint32_t first, size;
    bool scalar;
    size_t at;
  };
  struct Gate {
    std::string_view name;
    uint32_t first_name;  // in names_: parameters, then qubits
    uint32_t parameters, qubits;
    size_t body;  // offset behind the brace
  };
  // A constant, or a parameter of the gate that runs.
  struct Value {
    std::string_view name;
    double value;
  };
  // The qubits of the gate that runs.
  struct Local {
    std::string_view name;
    uint32_t qubit;
  };
  struct Modifier {
    enum class Kind : uint8_t { kControl, kNegative, kInverse, kPower } kind;
    uint32_t count;  // of controls
    double power;
  };
  struct Condition {
    uint64_t mask = 0, value = 0;
  };
  // A call's gate: one of the two, with what stands before it.
  struct Call {
    const LibraryGate* library = nullptr;
    const Gate* gate = nullptr;
    size_t at = 0;
    Modifier modifiers[8];
    uint32_t modifier_count = 0;
    uint32_t controls = 0;       // of the modifiers
    uint32_t first_number = 0;   // in numbers_
    uint32_t first_operand = 0;  // in operands_
  };

  // reader.cpp: declarations and statements
  bool program();
  bool version();
  bool include();
  bool statement();
  bool declaration_2(bool quantum);
  bool declaration_3(bool quantum);
  bool declare(const Token& name, double size, bool quantum, bool scalar);
  bool constant();
  bool definition();
  bool name_list(uint32_t* count);
  bool check_body(const Gate& gate);
  bool measure_arrow();
  bool assignment();
  bool measure_pairs(const Operand& qubits, const Operand& bits);
  bool reset();
  bool barrier();

  // condition.cpp
  bool conditional();
  bool branch();
  bool condition(Condition* condition);
  bool comparison(Condition* condition);
  bool merge(const Condition& more, size_t at, Condition* condition);

  // call.cpp
  bool call();
  bool modifiers(Call& call);
  bool modifier(Call& call, Modifier::Kind kind);
  bool find_gate(Call& call);
  bool arguments(Call& call);
  bool broadcast(const Call& call);
  bool apply(const Call& call, const uint32_t* qubits);
  bool apply_library(const LibraryGate& gate, const double* angles,
                     const uint32_t* qubits);
  bool apply_gate(const Gate& gate, uint32_t first_number,
                  const uint32_t* qubits);
  bool body(size_t at);

  // modify.cpp
  bool modify(const Modifier& modifier, size_t begin, const uint32_t* controls);
  bool invert(size_t begin);
  bool raise(double power, size_t begin);

  // expression.cpp
  bool expression(double* value);
  bool sum(double* value);
  bool product(double* value);
  bool unary(double* value);
  bool power(double* value);
  bool primary(double* value);
  bool whole(double least, double most, double* value);

  // support.cpp
  bool operand(bool quantum, Operand* operand);
  const Register* find_register(std::string_view name) const;
  bool emit(Operation operation);
  bool step();
  bool accept(std::string_view text);
  bool expect(std::string_view text);
  bool name(Token* token);
  bool fresh(const Token& token);
  bool fail(size_t at, std::initializer_list<std::string_view> parts);
  bool fail_here(std::string_view wanted);
  bool no_memory();

  Lexer lexer_;
  QasmError error_;
  uint32_t version_ = 3;
  bool included_ = false;
  uint32_t qubits_ = 0;
  uint32_t bits_ = 0;
  Array<Register> registers_;
  Array<Gate> gates_;
  Array<std::string_view> names_;
  Array<Value> values_;
  Array<Local> locals_;
  Array<double> numbers_;    // arguments of the calls that run
  Array<Operand> operands_;  // the same
  Array<Operation> operations_;
  uint32_t steps_ = 0;  // statements that ran and operations that they made
  uint32_t depth_ = 0;  // of calls, expressions and branches
  bool in_gate_ = false;
  bool checking_ = false;     // a definition: calls end at their arguments
  uint32_t constants_ = 0;    // the first of values_
  uint32_t first_value_ = 0;  // values_ of the gate that runs
  uint32_t first_local_ = 0;
  Condition when_;
  uint64_t overwritten_ = 0;  // bits measured inside the outermost `if`
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_QASM_READER_H_
