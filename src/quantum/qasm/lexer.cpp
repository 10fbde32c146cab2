#include "lexer.h"

namespace apus::quantum {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes of UTF-8 count as letters: version 3 has π and names such as θ.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (c & 0x80) != 0;
}

constexpr std::string_view kPairs[] = {"->", "==", "!=", "**",
                                       "&&", "||", "<=", ">="};

}  // namespace

void Lexer::skip_space() {
  for (;;) {
    const char c = peek(at_);
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at_;
    } else if (text_.substr(at_, 2) == "//") {
      at_ = text_.find('\n', at_);
    } else if (text_.substr(at_, 2) == "/*") {
      at_ = text_.find("*/", at_ + 2);
      if (at_ < text_.size()) at_ += 2;
    } else {
      return;
    }
    if (at_ > text_.size()) at_ = text_.size();
  }
}

size_t Lexer::end_of_number() {
  size_t end = at_;
  while (is_digit(peek(end))) ++end;
  token_.kind = Token::Kind::kInteger;
  if (peek(end) == '.') {
    token_.kind = Token::Kind::kNumber;
    ++end;
    while (is_digit(peek(end))) ++end;
  }
  if (peek(end) == 'e' || peek(end) == 'E') {
    size_t digits = end + 1;
    if (peek(digits) == '+' || peek(digits) == '-') ++digits;
    if (is_digit(peek(digits))) {
      token_.kind = Token::Kind::kNumber;
      end = digits;
      while (is_digit(peek(end))) ++end;
    }
  }
  return end;
}

void Lexer::next() {
  skip_space();
  token_ = {Token::Kind::kEnd, text_.substr(text_.size()), at_};
  if (at_ >= text_.size()) return;
  const char c = text_[at_];
  size_t end = at_ + 1;
  size_t cut = 0;  // quotes
  if (is_letter(c)) {
    token_.kind = Token::Kind::kName;
    while (is_letter(peek(end)) || is_digit(peek(end))) ++end;
  } else if (is_digit(c) || (c == '.' && is_digit(peek(at_ + 1)))) {
    end = end_of_number();
  } else if (c == '"') {
    end = text_.find('"', at_ + 1);
    token_.kind = Token::Kind::kString;
    cut = 1;
    if (end == std::string_view::npos) {
      token_.kind = Token::Kind::kBad;
      end = at_ + 1;
      cut = 0;
    } else {
      ++end;
    }
  } else {
    constexpr std::string_view kSingles = ";,()[]{}=+-*/^%@!<>:";
    token_.kind = kSingles.find(c) == std::string_view::npos
                      ? Token::Kind::kBad
                      : Token::Kind::kSymbol;
    for (const std::string_view pair : kPairs) {
      if (text_.substr(at_, 2) != pair) continue;
      token_.kind = Token::Kind::kSymbol;
      end = at_ + 2;
    }
  }
  token_.text = text_.substr(at_ + cut, end - at_ - 2 * cut);
  at_ = end;
}

}  // namespace apus::quantum
