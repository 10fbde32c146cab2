// Numbers as decimal text. The C library's functions take 19 KB of WebAssembly
// and JavaScript has them, so the door brings its own definitions, which the
// linker takes instead of those in src/quantum/qasm/decimal.cpp.
#ifndef APUS_QUANTUM_DECIMAL_H_
#define APUS_QUANTUM_DECIMAL_H_

#include <cstddef>
#include <string_view>

namespace apus::quantum {

inline constexpr size_t kMostDigits = 63;

// The nearest double; infinite when there is none. Requires: digits with at
// most one point, then perhaps an exponent; at most kMostDigits characters.
double parse_decimal(std::string_view text);

// Writes digits that parse_decimal() reads as the same number and returns how
// many characters. Requires: finite; room for kMostDigits.
size_t format_decimal(double number, char* text);

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_DECIMAL_H_
