#include <bit>
#include <cmath>

#include "reader.h"

namespace apus::quantum {

namespace {

uint64_t mask_of(uint32_t first, uint32_t size) {
  return (size == 64 ? ~uint64_t{0} : (uint64_t{1} << size) - 1) << first;
}

}  // namespace

// if (c == 3) x q[0];    if (c[0] && !c[1]) { … } else { … }
bool Reader::conditional() {
  const size_t at = lexer_.token().at;
  if (depth_ == 0) overwritten_ = 0;
  if (++depth_ > 64) return fail(at, {"nested too deep"});
  const Condition outer = when_;
  Condition own;
  if (!expect("(") || !condition(&own) || !expect(")")) return false;
  when_ = outer;
  if (!merge(own, at, &when_) || !branch()) return false;
  if (lexer_.is("else")) {
    if (std::popcount(own.mask) != 1) {
      return fail(lexer_.token().at,
                  {"\"else\" is supported where \"if\" reads one bit"});
    }
    lexer_.next();
    own.value ^= own.mask;
    when_ = outer;
    if (!merge(own, at, &when_) || !branch()) return false;
  }
  when_ = outer;
  --depth_;
  return true;
}

bool Reader::branch() {
  if (!accept("{")) return statement();
  while (!lexer_.is("}")) {
    if (!statement()) return false;
  }
  lexer_.next();
  return true;
}

bool Reader::condition(Condition* condition) {
  do {
    const size_t at = lexer_.token().at;
    Condition more;
    if (!comparison(&more) || !merge(more, at, condition)) return false;
  } while (accept("&&"));
  return true;
}

bool Reader::comparison(Condition* condition) {
  const bool negative = accept("!");
  Operand bits;
  if (!operand(false, &bits)) return false;
  condition->mask = mask_of(bits.first, bits.size);
  double value = 1;
  const int size = bits.size < 53 ? static_cast<int>(bits.size) : 53;
  bool unequal = negative;
  const bool compares = lexer_.is("==") || lexer_.is("!=");
  if (compares && !negative) {
    unequal = lexer_.is("!=");
    lexer_.next();
    if (accept("false")) {
      value = 0;
    } else if (!accept("true") && !whole(0, std::ldexp(1, size) - 1, &value)) {
      return false;
    }
  } else if (bits.size > 1) {
    return fail_here("\"==\" and a number");
  }
  condition->value = static_cast<uint64_t>(value) << bits.first;
  if (unequal) {
    if (bits.size > 1) {
      return fail(bits.at, {"\"!=\" is supported for one bit"});
    }
    condition->value ^= condition->mask;
  }
  return true;
}

bool Reader::merge(const Condition& more, size_t at, Condition* condition) {
  if (((condition->value ^ more.value) & condition->mask & more.mask) != 0) {
    return fail(at, {"the condition is never true"});
  }
  condition->mask |= more.mask;
  condition->value |= more.value;
  return true;
}

}  // namespace apus::quantum
