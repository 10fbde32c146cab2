#include "apus/store/utf8.h"

namespace apus::store {
namespace {

uint32_t units_of(uint8_t byte) {
  return static_cast<uint32_t>((byte & 0xc0) != 0x80) +
         static_cast<uint32_t>(byte >= 0xf0);
}

}  // namespace

uint32_t utf16_units(std::span<const uint8_t> text) {
  uint32_t units = 0;
  for (const uint8_t byte : text) units += units_of(byte);
  return units;
}

size_t utf8_bytes(std::span<const uint8_t> text, uint32_t units) {
  size_t at = 0;
  while (at < text.size() && (units > 0 || (text[at] & 0xc0) == 0x80)) {
    const uint32_t taken = units_of(text[at++]);
    units -= taken < units ? taken : units;
  }
  return at;
}

}  // namespace apus::store
