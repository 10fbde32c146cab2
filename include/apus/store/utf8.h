// Lengths of a text in UTF-8 and in UTF-16, in which JavaScript counts. Safe on
// any bytes; meaningful for well-formed UTF-8.
#ifndef APUS_STORE_UTF8_H_
#define APUS_STORE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace apus::store {

// The text's UTF-16 code units: every byte that is not a continuation starts a
// character, and a character of four bytes takes two units. O(bytes).
uint32_t utf16_units(std::span<const uint8_t> text);

// The bytes of the text's first `units` code units, or of all when it has
// fewer.
size_t utf8_bytes(std::span<const uint8_t> text, uint32_t units);

}  // namespace apus::store

#endif  // APUS_STORE_UTF8_H_
