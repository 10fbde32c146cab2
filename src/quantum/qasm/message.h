// Builds the message of a QasmError without allocating.
#ifndef APUS_QUANTUM_QASM_MESSAGE_H_
#define APUS_QUANTUM_QASM_MESSAGE_H_

#include <cstring>
#include <initializer_list>
#include <string_view>

#include "apus/quantum/qasm.h"

namespace apus::quantum {

// Cuts what does not fit, between characters of UTF-8.
inline QasmError make_error(std::initializer_list<std::string_view> parts,
                            Status status = Status::kUnsupported) {
  QasmError error;
  error.status = status;
  size_t length = 0;
  for (const std::string_view part : parts) {
    size_t size = part.size() < 64 ? part.size() : 64;  // a name may be long
    if (size > sizeof(error.message) - 1 - length) {
      size = sizeof(error.message) - 1 - length;
    }
    while (size < part.size() && size > 0 && (part[size] & 0xC0) == 0x80) {
      --size;
    }
    std::memcpy(error.message + length, part.data(), size);
    length += size;
  }
  error.message[length] = 0;
  return error;
}

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_QASM_MESSAGE_H_
