#include <cmath>
#include <numbers>

#include "apus/quantum/decimal.h"
#include "reader.h"

namespace apus::quantum {

namespace {

constexpr uint32_t kDeepest = 64;

struct Constant {
  std::string_view name;
  double value;
};
constexpr Constant kConstants[] = {
    {"pi", std::numbers::pi},      {"π", std::numbers::pi},
    {"tau", 2 * std::numbers::pi}, {"τ", 2 * std::numbers::pi},
    {"euler", std::numbers::e},    {"ℇ", std::numbers::e},
};

struct Function {
  std::string_view name;
  double (*compute)(double);
};
constexpr Function kFunctions[] = {
    {"sin", [](double x) { return std::sin(x); }},
    {"cos", [](double x) { return std::cos(x); }},
    {"tan", [](double x) { return std::sin(x) / std::cos(x); }},
    {"arctan", [](double x) { return std::atan2(x, 1.0); }},
    {"exp", [](double x) { return std::exp(x); }},
    {"ln", [](double x) { return std::log(x); }},
    {"log", [](double x) { return std::log(x); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},
};

// Whole exponents exactly, and without the tables of std::pow.
double to_power(double base, double exponent) {
  if (exponent != std::floor(exponent) || std::abs(exponent) > 1024) {
    return std::exp(exponent * std::log(base));
  }
  double result = 1;
  for (double i = std::abs(exponent); i > 0; --i) result *= base;
  return exponent < 0 ? 1 / result : result;
}

}  // namespace

bool Reader::expression(double* value) {
  const size_t at = lexer_.token().at;
  if (++depth_ > kDeepest) return fail(at, {"nested too deep"});
  if (!sum(value)) return false;
  --depth_;
  // The parameters of a definition have no values yet.
  return checking_ || std::isfinite(*value) ||
         fail(at, {"the expression has no finite value"});
}

bool Reader::sum(double* value) {
  if (!product(value)) return false;
  for (;;) {
    double more;
    if (accept("+")) {
      if (!product(&more)) return false;
      *value += more;
    } else if (accept("-")) {
      if (!product(&more)) return false;
      *value -= more;
    } else {
      return true;
    }
  }
}

bool Reader::product(double* value) {
  if (!unary(value)) return false;
  for (;;) {
    double more;
    if (accept("*")) {
      if (!unary(&more)) return false;
      *value *= more;
    } else if (accept("/")) {
      if (!unary(&more)) return false;
      *value /= more;
    } else {
      return true;
    }
  }
}

bool Reader::unary(double* value) {
  bool negative = false;
  for (; lexer_.is("-") || lexer_.is("+"); lexer_.next()) {
    negative ^= lexer_.is("-");
  }
  if (!power(value)) return false;
  if (negative) *value = -*value;
  return true;
}

// Binds tighter than a sign before it, and to the right.
bool Reader::power(double* value) {
  if (!primary(value)) return false;
  if (!lexer_.is("**") && !(version_ == 2 && lexer_.is("^"))) return true;
  const size_t at = lexer_.token().at;
  lexer_.next();
  double exponent;
  if (++depth_ > kDeepest) return fail(at, {"nested too deep"});
  if (!unary(&exponent)) return false;
  --depth_;
  *value = to_power(*value, exponent);
  return true;
}

bool Reader::primary(double* value) {
  const Token token = lexer_.token();
  lexer_.next();
  switch (token.kind) {
    case Token::Kind::kInteger:
    case Token::Kind::kNumber: {
      if (token.text.size() > kMostDigits) {
        return fail(token.at, {"a number of too many digits"});
      }
      *value = parse_decimal(token.text);
      return true;
    }
    case Token::Kind::kName:
      break;
    default:
      if (token.text == "(" && token.kind == Token::Kind::kSymbol) {
        return expression(value) && expect(")");
      }
      lexer_.seek(token.at);
      return fail_here("a number");
  }
  for (size_t i = values_.size(); i-- > 0;) {
    const bool seen = i >= first_value_ || i < constants_;
    if (!seen || values_[i].name != token.text) continue;
    *value = values_[i].value;
    return true;
  }
  for (const Constant& constant : kConstants) {
    if (constant.name != token.text) continue;
    *value = constant.value;
    return true;
  }
  for (const Function& it : kFunctions) {
    if (it.name != token.text) continue;
    if (!expect("(") || !expression(value) || !expect(")")) return false;
    *value = it.compute(*value);
    return true;
  }
  return fail(token.at, {"\"", token.text, "\" is not a number here"});
}

bool Reader::whole(double least, double most, double* value) {
  const size_t at = lexer_.token().at;
  if (!expression(value)) return false;
  if (*value != std::floor(*value))
    return fail(at, {"expected a whole number"});
  return (*value >= least && *value <= most) ||
         fail(at, {"the number is out of range"});
}

}  // namespace apus::quantum
