#include "writer.h"

#include <bit>
#include <cstring>
#include <utility>

#include "message.h"

namespace apus::quantum {

std::expected<Array<char>, QasmError> write_qasm(const Circuit& circuit,
                                                 QasmVersion version) {
  return Writer(circuit, version).write();
}

std::expected<Array<char>, QasmError> Writer::write() {
  if (!program()) return std::unexpected(error_);
  return std::move(text_);
}

bool Writer::put(std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) {
    const size_t at = text_.size();
    if (!text_.resize(at + part.size())) return no_memory();
    std::memcpy(text_.data() + at, part.data(), part.size());
  }
  return true;
}

bool Writer::put(uint64_t number) {
  char digits[20];
  char* at = digits + sizeof(digits);
  do {
    *--at = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return put({std::string_view(at, digits + sizeof(digits))});
}

bool Writer::fail(std::initializer_list<std::string_view> parts) {
  error_ = make_error(parts);
  return false;
}

bool Writer::no_memory() {
  error_ = make_error({"out of memory"}, Status::kOutOfMemory);
  return false;
}

bool Writer::program() {
  if (!put({old_ ? "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n"
                 : "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n"}) ||
      !definitions() || !registers()) {
    return false;
  }
  for (const Operation& operation : circuit_.operations()) {
    if (!statement(operation)) return false;
  }
  return true;
}

bool Writer::definitions() {
  for (const Definition& it : kDefinitions) {
    if (old_ && it.old_library) continue;
    for (const Operation& operation : circuit_.operations()) {
      if (operation.kind != it.kind) continue;
      if (!put({it.text, "\n"})) return false;
      break;
    }
  }
  return true;
}

bool Writer::registers() {
  const uint32_t bits = circuit_.bits();
  if (!put({old_ ? "qreg q[" : "qubit["}) || !put(circuit_.qubits()) ||
      !put({old_ ? "];\n" : "] q;\n"})) {
    return false;
  }
  if (bits == 0) return true;
  const uint64_t all = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
  if (!old_) return put({"bit["}) && put(bits) && put({"] c;\n"});
  // Version 2 compares whole registers: one for each set of bits that a
  // condition reads, and one for each run of bits between them.
  uint64_t left = all;
  for (const Operation& operation : circuit_.operations()) {
    const uint64_t mask = operation.when_mask;
    if (mask == 0 || is_register(mask)) continue;
    const uint64_t run = mask >> std::countr_zero(mask);
    if ((run & (run + 1)) != 0 || (mask & left) != mask) {
      return fail(
          {"OpenQASM 2 has no conditions on bits that are not next to "
           "each other or overlap; version 3 has"});
    }
    left &= ~mask;
    if (!masks_.push_back(mask)) return no_memory();
  }
  while (left != 0) {
    const int first = std::countr_zero(left);
    const int size = std::countr_one(left >> first);
    const uint64_t mask =
        (size == 64 ? ~uint64_t{0} : (uint64_t{1} << size) - 1) << first;
    left &= ~mask;
    if (!masks_.push_back(mask)) return no_memory();
  }
  // In the order of their bits, so that reading gives the same numbers.
  for (size_t i = 0; i < masks_.size(); ++i) {
    for (size_t j = i; j > 0 && masks_[j] < masks_[j - 1]; --j) {
      std::swap(masks_[j], masks_[j - 1]);
    }
  }
  for (size_t i = 0; i < masks_.size(); ++i) {
    if (!put({"creg c"}) || (masks_.size() > 1 && !put(i)) || !put({"["}) ||
        !put(uint64_t(std::popcount(masks_[i]))) || !put({"];\n"})) {
      return false;
    }
  }
  return true;
}

bool Writer::is_register(uint64_t mask) const {
  for (const uint64_t it : masks_) {
    if (it == mask) return true;
  }
  return false;
}

bool Writer::bit(uint32_t bit) {
  if (!old_) return put({"c["}) && put(bit) && put({"]"});
  for (size_t i = 0; i < masks_.size(); ++i) {
    if ((masks_[i] >> bit & 1) == 0) continue;
    const uint32_t first = uint32_t(std::countr_zero(masks_[i]));
    return put({"c"}) && (masks_.size() == 1 || put(i)) && put({"["}) &&
           put(bit - first) && put({"]"});
  }
  return fail({"there is no such bit"});
}

bool Writer::condition(const Operation& operation) {
  const uint64_t mask = operation.when_mask;
  const uint64_t value = operation.when_value;
  if (mask == 0) return true;
  if (old_) {
    for (size_t i = 0; i < masks_.size(); ++i) {
      if (masks_[i] != mask) continue;
      return put({"if (c"}) && (masks_.size() == 1 || put(i)) &&
             put({" == "}) && put(value >> std::countr_zero(mask)) &&
             put({") "});
    }
  }
  const uint32_t bits = circuit_.bits();
  if (bits > 1 && bits < 53 && mask == (uint64_t{1} << bits) - 1) {
    return put({"if (c == "}) && put(value) && put({") "});
  }
  const char* between = "if (";
  for (uint64_t left = mask; left != 0; left &= left - 1) {
    const uint32_t at = static_cast<uint32_t>(std::countr_zero(left));
    if (!put({between, (value >> at & 1) != 0 ? "" : "!"}) || !bit(at)) {
      return false;
    }
    between = " && ";
  }
  return put({") "});
}

bool Writer::statement(const Operation& operation) {
  const bool barrier = operation.kind == Kind::kBarrier;
  if (!barrier && !condition(operation)) return false;
  switch (operation.kind) {
    case Kind::kMeasure:
      return old_ ? put({"measure "}) && qubit(operation.targets[0]) &&
                        put({" -> "}) && bit(operation.bit) && put({";\n"})
                  : bit(operation.bit) && put({" = measure "}) &&
                        qubit(operation.targets[0]) && put({";\n"});
    case Kind::kReset:
      return put({"reset "}) && qubit(operation.targets[0]) && put({";\n"});
    case Kind::kBarrier: {
      const char* between = "barrier ";
      for (uint32_t left = operation.qubits; left != 0; left &= left - 1) {
        if (!put({between}) || !qubit(uint32_t(std::countr_zero(left)))) {
          return false;
        }
        between = ", ";
      }
      return put({";\n"});
    }
    default:
      return gate(operation);
  }
}

}  // namespace apus::quantum
