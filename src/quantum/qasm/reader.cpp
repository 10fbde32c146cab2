#include "reader.h"

#include <utility>

#include "message.h"
#include "writer.h"

namespace apus::quantum {

namespace {

constexpr size_t kMostNames = 1024;  // each is looked up one by one

constexpr std::string_view kNotSupported[] = {
    "for",    "while",   "def",      "defcal",  "cal",   "let",     "input",
    "output", "opaque",  "extern",   "int",     "uint",  "float",   "angle",
    "bool",   "complex", "duration", "stretch", "delay", "box",     "return",
    "switch", "end",     "array",    "pragma",  "break", "continue"};

}  // namespace

std::expected<Circuit, QasmError> read_qasm(std::string_view text) {
  return Reader(text).read();
}

std::expected<Circuit, QasmError> Reader::read() {
  if (!program()) return std::unexpected(error_);
  if (qubits_ == 0) {
    fail(0, {"the text declares no qubits"});
    return std::unexpected(error_);
  }
  auto circuit = Circuit::create(qubits_, bits_);
  Status status = circuit ? Status::kOk : circuit.error();
  for (size_t i = 0; i < operations_.size() && status == Status::kOk; ++i) {
    status = circuit->add(operations_[i]);
  }
  if (status == Status::kOk) return std::move(*circuit);
  return std::unexpected(
      make_error({"the circuit could not be built"}, status));
}

bool Reader::program() {
  if (lexer_.is("OPENQASM") && !version()) return false;
  while (lexer_.token().kind != Token::Kind::kEnd) {
    if (!statement()) return false;
  }
  return true;
}

bool Reader::version() {
  lexer_.next();
  const Token token = lexer_.token();
  const std::string_view text = token.text;
  if (text == "2" || text == "2.0") {
    version_ = 2;
  } else if (text != "3" && text != "3.0" && text != "3.1") {
    return fail(token.at, {"expected version 2.0 or 3.0, got \"", text, "\""});
  }
  lexer_.next();
  return expect(";");
}

bool Reader::include() {
  const Token token = lexer_.token();
  if (token.text != "qelib1.inc" && token.text != "stdgates.inc") {
    return fail(token.at, {"only \"qelib1.inc\" and \"stdgates.inc\" can be "
                           "included, got \"",
                           token.text, "\""});
  }
  included_ = true;
  lexer_.next();
  return expect(";");
}

// Inside a gate's body and an `if`, declarations are calls of unknown gates.
bool Reader::statement() {
  const Token token = lexer_.token();
  if (!step()) return false;
  if (accept(";")) return true;
  if (token.kind != Token::Kind::kName) return fail_here("a statement");
  for (const std::string_view word : kNotSupported) {
    if (token.text == word) {
      return fail(token.at, {"\"", word, "\" is not supported"});
    }
  }
  if (accept("barrier")) return barrier();
  if (in_gate_) return call();
  if (accept("measure")) return measure_arrow();
  if (accept("reset")) return reset();
  if (accept("if")) return conditional();
  if (depth_ == 0) {
    if (accept("include")) return include();
    if (accept("qreg")) return declaration_2(true);
    if (accept("creg")) return declaration_2(false);
    if (accept("qubit")) return declaration_3(true);
    if (accept("bit")) return declaration_3(false);
    if (accept("const")) return constant();
    if (accept("gate")) return definition();
  }
  const Register* found = find_register(token.text);
  if (found != nullptr && !found->quantum) return assignment();
  return call();
}

// qreg q[2];
bool Reader::declaration_2(bool quantum) {
  Token token;
  double size;
  return name(&token) && expect("[") && whole(1, 1e9, &size) && expect("]") &&
         declare(token, size, quantum, false) && expect(";");
}

// qubit[2] q; bit c; bit[2] c = measure q;
bool Reader::declaration_3(bool quantum) {
  double size = 1;
  const bool scalar = !lexer_.is("[");
  if (!scalar) {
    lexer_.next();
    if (!whole(1, 1e9, &size) || !expect("]")) return false;
  }
  Token token;
  if (!name(&token) || !declare(token, size, quantum, scalar)) return false;
  if (quantum || !lexer_.is("=")) return expect(";");
  lexer_.seek(token.at);
  return assignment();
}

bool Reader::declare(const Token& token, double size, bool quantum,
                     bool scalar) {
  if (!fresh(token)) return false;
  uint32_t& used = quantum ? qubits_ : bits_;
  const uint32_t most = quantum ? kMaxQubits : kMaxBits;
  if (size > most - used) {
    return fail(token.at, {quantum ? "more than 26 qubits"
                                   : "more than 64 classical bits"});
  }
  const Register it{token.text, used, static_cast<uint32_t>(size), quantum,
                    scalar};
  used += it.size;
  return registers_.push_back(it) || no_memory();
}

// const float[64] angle = pi / 2;
bool Reader::constant() {
  lexer_.next();  // its type: all of them are numbers here
  double value;
  if (accept("[") && (!whole(1, 1e9, &value) || !expect("]"))) return false;
  Token token;
  if (!name(&token) || !fresh(token) || !expect("=") || !expression(&value)) {
    return false;
  }
  if (constants_ >= kMostNames) return fail(token.at, {"too many constants"});
  if (!values_.push_back({token.text, value})) return no_memory();
  constants_ = first_value_ = static_cast<uint32_t>(values_.size());
  return expect(";");
}

bool Reader::name_list(uint32_t* count) {
  *count = 0;
  do {
    Token token;
    if (!name(&token)) return false;
    for (uint32_t i = 1; i <= *count; ++i) {
      if (names_[names_.size() - i] == token.text) {
        return fail(token.at, {"\"", token.text, "\" occurs twice"});
      }
    }
    if (!names_.push_back(token.text)) return no_memory();
    if (++*count > kMaxQubits) return fail(token.at, {"more than 26 names"});
  } while (accept(","));
  return true;
}

// gate g(a, b) q, r { … }
bool Reader::definition() {
  Token token;
  if (!name(&token) || !fresh(token)) return false;
  if (gates_.size() >= kMostNames) return fail(token.at, {"too many gates"});
  Gate gate{token.text, static_cast<uint32_t>(names_.size()), 0, 0, 0};
  if (accept("(") && !accept(")") &&
      !(name_list(&gate.parameters) && expect(")"))) {
    return false;
  }
  if (!name_list(&gate.qubits)) return false;
  if (!lexer_.is("{")) return fail_here("\"{\"");
  gate.body = lexer_.token().at + 1;
  lexer_.next();
  const size_t end = lexer_.text().find('}', gate.body);
  const std::string_view text = lexer_.text().substr(0, end + 1);
  for (const Definition& known : kDefinitions) {
    if (included_ && end != std::string_view::npos &&
        text.ends_with(known.text)) {
      lexer_.seek(end + 1);
      return true;
    }
  }
  return check_body(gate) && (gates_.push_back(gate) || no_memory());
}

bool Reader::check_body(const Gate& gate) {
  const double numbers[kMaxQubits] = {};
  uint32_t qubits[kMaxQubits];
  for (uint32_t i = 0; i < gate.qubits; ++i) qubits[i] = i;
  const uint32_t first = static_cast<uint32_t>(numbers_.size());
  for (const double number : numbers) {
    if (!numbers_.push_back(number)) return no_memory();
  }
  const size_t begin = operations_.size();
  checking_ = true;
  if (!apply_gate(gate, first, qubits)) return false;
  checking_ = false;
  numbers_.truncate(first);
  operations_.truncate(begin);
  lexer_.next();  // the brace at which the body ended
  return true;
}

// measure q -> c;
bool Reader::measure_arrow() {
  Operand qubits, bits;
  if (!operand(true, &qubits)) return false;
  if (lexer_.is(";")) {
    return fail_here("\"->\" and a bit for the result");
  }
  return expect("->") && operand(false, &bits) && measure_pairs(qubits, bits) &&
         expect(";");
}

// c = measure q;
bool Reader::assignment() {
  Operand qubits, bits;
  return operand(false, &bits) && expect("=") && expect("measure") &&
         operand(true, &qubits) && measure_pairs(qubits, bits) && expect(";");
}

bool Reader::measure_pairs(const Operand& qubits, const Operand& bits) {
  if (qubits.size != bits.size) {
    return fail(bits.at, {"as many bits as qubits are needed"});
  }
  for (uint32_t i = 0; i < qubits.size; ++i) {
    Operation operation{.kind = Kind::kMeasure};
    operation.targets[0] = static_cast<uint8_t>(qubits.first + i);
    operation.bit = static_cast<uint8_t>(bits.first + i);
    if (!emit(operation)) return false;
  }
  return true;
}

bool Reader::reset() {
  Operand qubits;
  if (!operand(true, &qubits)) return false;
  for (uint32_t i = 0; i < qubits.size; ++i) {
    Operation operation{.kind = Kind::kReset};
    operation.targets[0] = static_cast<uint8_t>(qubits.first + i);
    if (!emit(operation)) return false;
  }
  return expect(";");
}

// Without qubits, version 3 means all.
bool Reader::barrier() {
  Operation operation{.kind = Kind::kBarrier};
  if (lexer_.is(";")) {
    operation.qubits = (uint32_t{1} << qubits_) - 1;
    if (qubits_ == 0) return fail_here("a qubit");
  } else {
    do {
      Operand it;
      if (!operand(true, &it)) return false;
      operation.qubits |= ((uint32_t{1} << it.size) - 1) << it.first;
    } while (accept(","));
  }
  // In a gate it says nothing: its calls may be inverted and controlled.
  return (in_gate_ || emit(operation)) && expect(";");
}

}  // namespace apus::quantum
