// The door of the quantum room, with Embind: circuits, simulators and sums of
// Pauli products. Arrays cross in the bulk buffer or as views of the engine's
// memory, which hold until the next call that may allocate.
//
// Numbers below 0 are a Status, negated.
#include <emscripten/bind.h>
#include <emscripten/em_js.h>

#include <new>
#include <string>

#include "apus/quantum/decimal.h"
#include "apus/quantum/layout.h"
#include "apus/quantum/qasm.h"
#include "quantum_simulator.h"

using namespace apus::quantum;
using namespace apus::quantum::door;
using apus::Array;
using emscripten::val;

// The JavaScript engine's conversions (decimal.h). Both are ASCII.
EM_JS(double, apus_parse_decimal, (const char* text, size_t size),
      { return Number(UTF8ToString(text, size)); });
EM_JS(size_t, apus_format_decimal, (double number, char* text), {
  const digits = String(number);
  for (let i = 0; i < digits.length; i++)
    HEAPU8[(text >>> 0) + i] = digits.charCodeAt(i);
  return digits.length;
});

namespace apus::quantum {
double parse_decimal(std::string_view text) {
  return apus_parse_decimal(text.data(), text.size());
}
size_t format_decimal(double number, char* text) {
  return apus_format_decimal(number, text);
}
}  // namespace apus::quantum

namespace {

QasmError qasm_error;
Array<char> qasm_text;

// Room for that many numbers; null when memory is refused.
Numbers room(uint32_t numbers) {
  if (!buffer.resize(numbers)) return Numbers(val::null());
  return view<Numbers>(buffer.data(), numbers);
}

Circuit* create_circuit(uint32_t qubits, uint32_t bits) {
  auto circuit = Circuit::create(qubits, bits);
  return circuit ? new (std::nothrow) Circuit(std::move(*circuit)) : nullptr;
}

double load(Circuit& circuit, uint32_t numbers) {
  return negated(load_records(circuit, {buffer.data(), numbers}));
}

// All operations, as load() takes them; null when memory is refused.
Numbers save(const Circuit& circuit) {
  const size_t numbers = circuit.operations().size() * kFields;
  if (!buffer.resize(numbers)) return Numbers(val::null());
  save_records(circuit, {buffer.data(), numbers});
  return view<Numbers>(buffer.data(), numbers);
}

template <typename Matrix>
double add_matrix(Circuit& circuit) {
  Matrix matrix;
  const double* at = buffer.data();
  for (auto& entry : matrix.at) {
    entry = {at[0], at[1]};
    at += 2;
  }
  return number(circuit.add_matrix(matrix));
}

double add_levels(Circuit& circuit, uint32_t count) {
  return number(circuit.add_levels({buffer.data(), count}));
}

double add_permutation(Circuit& circuit, uint32_t count) {
  const auto* values = reinterpret_cast<const uint32_t*>(buffer.data());
  return number(circuit.add_permutation({values, count}));
}

// From so many bytes of the buffer; null sets qasmError().
Circuit* from_qasm(uint32_t bytes) {
  auto circuit =
      read_qasm({reinterpret_cast<const char*>(buffer.data()), bytes});
  Circuit* made = nullptr;
  if (circuit) {
    made = new (std::nothrow) Circuit(std::move(*circuit));
    qasm_error = {.status = Status::kOutOfMemory, .message = "out of memory"};
  } else {
    qasm_error = circuit.error();
  }
  return made;
}

// UTF-8; null sets qasmError().
Bytes to_qasm(const Circuit& circuit, uint32_t version) {
  auto text = write_qasm(circuit, static_cast<QasmVersion>(version));
  if (!text) {
    qasm_error = text.error();
    return Bytes(val::null());
  }
  qasm_text = std::move(*text);
  return view<Bytes>(reinterpret_cast<const uint8_t*>(qasm_text.data()),
                     qasm_text.size());
}

std::string message(const QasmError& error) { return error.message; }
uint32_t status(const QasmError& error) { return uint32_t(error.status); }
QasmError last_qasm_error() { return qasm_error; }

double add_term(PauliSum& sum, double coefficient, uint32_t x, uint32_t z) {
  return negated(sum.add(coefficient, x, z));
}

}  // namespace

EMSCRIPTEN_BINDINGS(quantum) {
  using namespace emscripten;
  register_type<Numbers>("Float64Array | null");
  register_type<Amplitudes>("Float32Array | Float64Array");
  register_type<Words>("Uint32Array");
  register_type<Bytes>("Uint8Array | null");

  function("room", &room);
  function("fromQasm", &from_qasm, allow_raw_pointers());
  function("toQasm", &to_qasm);
  function("qasmError", &last_qasm_error);

  class_<QasmError>("QasmError")
      .property("line", &QasmError::line)
      .property("column", &QasmError::column)
      .function("message", &message)
      .function("status", &status);

  value_object<Bloch>("Bloch")
      .field("x", &Bloch::x)
      .field("y", &Bloch::y)
      .field("z", &Bloch::z);

  class_<Circuit>("Circuit")
      .class_function("create", &create_circuit, allow_raw_pointers())
      .function("qubits", &Circuit::qubits)
      .function("bits", &Circuit::bits)
      .function("load", &load)
      .function("save", &save)
      .function("addMatrix1", &add_matrix<Matrix1>)
      .function("addMatrix2", &add_matrix<Matrix2>)
      .function("addLevels", &add_levels)
      .function("addPermutation", &add_permutation);

  class_<PauliSum>("PauliSum")
      .constructor<>()
      .function("add", &add_term)
      .function("qubits", &PauliSum::qubits);

  class_<Simulator>("Simulator")
      .constructor<>()
      .function("start", &Simulator::start)
      .function("advance", &Simulator::advance)
      .function("done", &Simulator::done)
      .function("progress", &Simulator::progress)
      .function("tally", &Simulator::tally)
      .function("values", &Simulator::values)
      .function("counts", &Simulator::counts)
      .function("finish", &Simulator::finish)
      .function("clear", &Simulator::clear)
      .function("qubits", &Simulator::qubits)
      .function("state", &Simulator::state)
      .function("probabilities", &Simulator::probabilities)
      .function("bloch", &Simulator::bloch)
      .function("expectation", &Simulator::expectation)
      .function("fidelity", &Simulator::fidelity);
}
