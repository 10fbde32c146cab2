#include "apus/quantum/decimal.h"

#include <charconv>
#include <limits>

namespace apus::quantum {

double parse_decimal(std::string_view text) {
  double number = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc::result_out_of_range
             ? std::numeric_limits<double>::infinity()
             : number;
}

size_t format_decimal(double number, char* text) {
  return size_t(std::to_chars(text, text + kMostDigits, number).ptr - text);
}

}  // namespace apus::quantum
