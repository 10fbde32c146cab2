// Shared by the store's tests: seeded random numbers, text as bytes and back.
#ifndef APUS_TESTS_STORE_BYTES_H_
#define APUS_TESTS_STORE_BYTES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "../base/random.h"

namespace apus::store::testing {

using apus::Random;

inline std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string string_of(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace apus::store::testing

#endif  // APUS_TESTS_STORE_BYTES_H_
