// The tokens of an OpenQASM text, one at a time. It can go back to any place,
// so a gate's body is kept as its offset and read again at each call.
#ifndef APUS_QUANTUM_QASM_LEXER_H_
#define APUS_QUANTUM_QASM_LEXER_H_

#include <cstddef>
#include <string_view>

namespace apus::quantum {

struct Token {
  enum class Kind : unsigned char {
    kEnd,
    kName,
    kInteger,
    kNumber,
    kString,  // without its quotes
    kSymbol,  // one character, or one of -> == != ** && || <= >=
    kBad,
  };
  Kind kind = Kind::kEnd;
  std::string_view text;
  size_t at = 0;  // offset of its first byte
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) { next(); }

  const Token& token() const { return token_; }
  bool is(std::string_view text) const {
    return token_.text == text && (token_.kind == Token::Kind::kName ||
                                   token_.kind == Token::Kind::kSymbol);
  }
  // O(token and the space before it).
  void next();
  // Requires: `at` is the start of a token, or the end.
  void seek(size_t at) {
    at_ = at;
    next();
  }
  std::string_view text() const { return text_; }

 private:
  void skip_space();
  size_t end_of_number();
  char peek(size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  std::string_view text_;
  size_t at_ = 0;  // behind token_
  Token token_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_QASM_LEXER_H_
