#include "message.h"
#include "reader.h"

namespace apus::quantum {

bool Reader::fail(size_t at, std::initializer_list<std::string_view> parts) {
  error_ = make_error(parts);
  error_.line = error_.column = 1;
  for (const char c : lexer_.text().substr(0, at)) {
    if (c == '\n') {
      ++error_.line;
      error_.column = 1;
    } else if ((c & 0xC0) != 0x80) {
      ++error_.column;
    }
  }
  return false;
}

bool Reader::fail_here(std::string_view wanted) {
  const Token& token = lexer_.token();
  if (token.kind == Token::Kind::kEnd) {
    return fail(token.at, {"expected ", wanted, ", but the text ends"});
  }
  return fail(token.at, {"expected ", wanted, ", got \"", token.text, "\""});
}

bool Reader::no_memory() {
  error_ = make_error({"out of memory"}, Status::kOutOfMemory);
  return false;
}

bool Reader::accept(std::string_view text) {
  if (!lexer_.is(text)) return false;
  lexer_.next();
  return true;
}

bool Reader::expect(std::string_view text) {
  return accept(text) || fail_here(text);
}

bool Reader::name(Token* token) {
  if (lexer_.token().kind != Token::Kind::kName) return fail_here("a name");
  *token = lexer_.token();
  lexer_.next();
  return true;
}

bool Reader::fresh(const Token& token) {
  bool taken = find_register(token.text) != nullptr;
  for (const Value& value : values_) taken |= value.name == token.text;
  for (const Gate& gate : gates_) taken |= gate.name == token.text;
  return !taken || fail(token.at, {"\"", token.text, "\" is declared already"});
}

const Reader::Register* Reader::find_register(std::string_view name) const {
  for (const Register& it : registers_) {
    if (it.name == name) return &it;
  }
  return nullptr;
}

bool Reader::operand(bool quantum, Operand* operand) {
  Token token;
  if (!name(&token)) return false;
  if (in_gate_) {
    for (size_t i = first_local_; i < locals_.size(); ++i) {
      if (locals_[i].name != token.text) continue;
      *operand = {locals_[i].qubit, 1, true, token.at};
      return !lexer_.is("[") ||
             fail(lexer_.token().at, {"a gate's qubits have no index"});
    }
    return fail(token.at, {"\"", token.text, "\" is not a qubit of this gate"});
  }
  const Register* found = find_register(token.text);
  if (found == nullptr || found->quantum != quantum) {
    return fail(token.at, {"\"", token.text, "\" is not a register of ",
                           quantum ? "qubits" : "bits"});
  }
  const Register it = *found;
  *operand = {it.first, it.size, it.scalar, token.at};
  if (!lexer_.is("[")) return true;
  const size_t at = lexer_.token().at;
  lexer_.next();
  double index;
  if (!whole(-double(it.size), it.size - 1.0, &index) || !expect("]")) {
    return false;
  }
  if (index < 0 && version_ == 2) {
    return fail(at, {"an index below 0 needs version 3"});
  }
  if (index < 0) index += it.size;  // from the end
  *operand = {it.first + static_cast<uint32_t>(index), 1, true, token.at};
  return true;
}

bool Reader::step() {
  return ++steps_ <= 2 * kMostOperations ||
         fail(lexer_.token().at, {"the text expands to too many operations"});
}

bool Reader::emit(Operation operation) {
  if (operations_.size() >= kMostOperations) {
    return fail(lexer_.token().at, {"the text expands to too many operations"});
  }
  // An operation reads its bits when it runs, and `if` when it begins.
  if ((when_.mask & overwritten_) != 0) {
    return fail(lexer_.token().at,
                {"a bit that \"if\" reads is measured inside it"});
  }
  operation.when_mask = when_.mask;
  operation.when_value = when_.value;
  if (when_.mask != 0 && operation.kind == Kind::kMeasure) {
    overwritten_ |= uint64_t{1} << operation.bit;
  }
  return step() && (operations_.push_back(operation) || no_memory());
}

}  // namespace apus::quantum
