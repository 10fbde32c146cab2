// Any text: it is refused with its place, or a circuit that reads back as it
// was from both versions that can say it. A libFuzzer target.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "apus/quantum/qasm.h"

using namespace apus::quantum;

namespace {

std::string text_of(const Circuit& circuit, QasmVersion version) {
  const auto text = write_qasm(circuit, version);
  return text ? std::string(text->data(), text->size()) : std::string();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy of its own, so that a read beyond the end is seen.
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto circuit = read_qasm(text);
  if (!circuit) {
    const QasmError& error = circuit.error();
    const bool placed = error.line > 0 && error.column > 0;
    if (!placed && error.status != Status::kOutOfMemory) abort();
    if (std::strlen(error.message) == 0) abort();
    return 0;
  }
  if (circuit->operations().size() > 1000) return 0;
  for (const QasmVersion version : {QasmVersion::k2, QasmVersion::k3}) {
    const std::string written = text_of(*circuit, version);
    if (written.empty() && version == QasmVersion::k3) abort();
    if (written.empty()) continue;
    const auto again = read_qasm(written);
    if (!again || text_of(*again, version) != written) abort();
  }
  return 0;
}
