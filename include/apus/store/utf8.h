// Lengths of the same text in UTF-8 and in UTF-16, which is how JavaScript
// counts. Requires well-formed UTF-8 for a meaningful answer; safe on any
// bytes.
#ifndef APUS_STORE_UTF8_H_
#define APUS_STORE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace apus::store {

// UTF-16 code units of the text: every byte but continuations starts a
// character, and one of four bytes takes two units. O(bytes).
uint32_t utf16_units(std::span<const uint8_t> text);

// The bytes of the text's first `units` code units; all where it has fewer.
size_t utf8_bytes(std::span<const uint8_t> text, uint32_t units);

}  // namespace apus::store

#endif  // APUS_STORE_UTF8_H_
