#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>

#include "reader.h"

namespace apus::quantum {

namespace {
constexpr uint32_t kDeepest = 64;
}

// ctrl @ inv @ g(a, b) q, r;
bool Reader::call() {
  Call call;
  call.first_number = static_cast<uint32_t>(numbers_.size());
  call.first_operand = static_cast<uint32_t>(operands_.size());
  if (!modifiers(call) || !find_gate(call) || !arguments(call)) return false;
  const size_t begin = operations_.size();
  if (!lexer_.is(";")) return fail_here("\";\"");
  if (!broadcast(call)) return false;
  numbers_.truncate(call.first_number);
  operands_.truncate(call.first_operand);
  const bool asked =
      call.library != nullptr && call.library->kind == Kind::kGlobalPhase;
  if (!in_gate_ && !asked) {
    size_t kept = begin;
    for (size_t i = begin; i < operations_.size(); ++i) {
      const Operation operation = operations_[i];
      const bool invisible =
          operation.kind == Kind::kGlobalPhase && operation.controls == 0;
      if (!invisible) operations_[kept++] = operation;
    }
    operations_.truncate(kept);
  }
  return expect(";");
}

bool Reader::modifiers(Call& call) {
  for (;;) {
    using Kind = Modifier::Kind;
    bool fine;
    if (accept("ctrl")) {
      fine = modifier(call, Kind::kControl);
    } else if (accept("negctrl")) {
      fine = modifier(call, Kind::kNegative);
    } else if (accept("inv")) {
      fine = modifier(call, Kind::kInverse);
    } else if (accept("pow")) {
      fine = modifier(call, Kind::kPower);
    } else {
      return true;
    }
    if (!fine) return false;
  }
}

bool Reader::modifier(Call& call, Modifier::Kind kind) {
  const size_t at = lexer_.token().at;
  if (call.modifier_count == std::size(call.modifiers)) {
    return fail(at, {"more than 8 modifiers"});
  }
  Modifier it{kind, 0, 1};
  double number = 1;
  const bool controls =
      kind == Modifier::Kind::kControl || kind == Modifier::Kind::kNegative;
  if (kind == Modifier::Kind::kPower) {
    if (!expect("(") || !whole(-1e6, 1e6, &it.power) || !expect(")")) {
      return false;
    }
  } else if (controls && accept("(")) {
    if (!whole(1, kMaxQubits, &number) || !expect(")")) return false;
  }
  if (controls) it.count = static_cast<uint32_t>(number);
  call.controls += it.count;
  call.modifiers[call.modifier_count++] = it;
  return expect("@");
}

bool Reader::find_gate(Call& call) {
  Token token;
  if (!name(&token)) return false;
  call.at = token.at;
  for (size_t i = gates_.size(); i-- > 0 && call.gate == nullptr;) {
    if (gates_[i].name == token.text) call.gate = &gates_[i];
  }
  if (call.gate != nullptr) return true;
  call.library = find_library_gate(token.text);
  if (call.library == nullptr) {
    return fail(token.at, {"there is no gate \"", token.text, "\""});
  }
  if (included_ || (call.library->built_in & (1 << (version_ - 2))) != 0) {
    return true;
  }
  return fail(token.at, {"\"", token.text, "\" needs: include \"",
                         version_ == 2 ? "qelib1.inc" : "stdgates.inc", "\";"});
}

bool Reader::arguments(Call& call) {
  const uint32_t parameters =
      call.gate ? call.gate->parameters : call.library->parameters;
  uint32_t count = 0;
  if (accept("(") && !accept(")")) {
    do {
      double value;
      if (!expression(&value)) return false;
      if (!numbers_.push_back(value)) return no_memory();
      ++count;
    } while (accept(","));
    if (!expect(")")) return false;
  }
  if (count != parameters) {
    const char digit[2] = {char('0' + parameters % 10), 0};
    return fail(call.at, {"the gate takes ", parameters > 9 ? "more" : digit,
                          " parameters"});
  }
  const uint32_t own =
      call.gate ? call.gate->qubits
                : call.library->controls + info(call.library->kind).targets;
  const uint32_t needed = own + call.controls;
  if (needed == 0 && lexer_.is(";")) return true;  // gphase
  count = 0;
  do {
    Operand it;
    if (!operand(true, &it)) return false;
    if (!operands_.push_back(it)) return no_memory();
    ++count;
  } while (accept(","));
  const char digits[3] = {char('0' + needed / 10 % 10), char('0' + needed % 10),
                          0};
  return count == needed ||
         fail(call.at,
              {"the gate takes ", needed > 9 ? digits : digits + 1, " qubits"});
}

// Registers go in step, single qubits stay: cx q, r[0];
bool Reader::broadcast(const Call& call) {
  const uint32_t count =
      static_cast<uint32_t>(operands_.size()) - call.first_operand;
  if (count > kMaxQubits) return fail(call.at, {"more than 26 qubits"});
  uint32_t times = 1;
  for (uint32_t i = 0; i < count; ++i) {
    const Operand it = operands_[call.first_operand + i];
    if (it.scalar || it.size == 1) continue;
    if (times != 1 && times != it.size) {
      return fail(it.at, {"the registers have different sizes"});
    }
    times = it.size;
  }
  const size_t end = lexer_.token().at;
  for (uint32_t step = 0; step < times; ++step) {
    uint32_t qubits[kMaxQubits];
    uint32_t seen = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const Operand it = operands_[call.first_operand + i];
      qubits[i] = it.first + (it.size == 1 ? 0 : step);
      if ((seen >> qubits[i] & 1) != 0) {
        return fail(it.at, {"the gate has this qubit twice"});
      }
      seen |= uint32_t{1} << qubits[i];
    }
    if (!apply(call, qubits)) return false;
    lexer_.seek(end);
  }
  return true;
}

bool Reader::apply(const Call& call, const uint32_t* qubits) {
  const size_t begin = operations_.size();
  const uint32_t* own = qubits + call.controls;
  const double none = 0;
  const double* angles = call.first_number < numbers_.size()
                             ? numbers_.data() + call.first_number
                             : &none;
  if (!step()) return false;
  if (call.library) {
    if (!apply_library(*call.library, angles, own)) return false;
  } else if (!checking_) {
    if (!apply_gate(*call.gate, call.first_number, own)) return false;
  }
  // The last modifier is the first to act; the first controls are those of the
  // first.
  uint32_t left = call.controls;
  for (uint32_t i = call.modifier_count; i-- > 0;) {
    left -= call.modifiers[i].count;
    if (!modify(call.modifiers[i], begin, qubits + left)) return false;
  }
  return true;
}

bool Reader::apply_library(const LibraryGate& gate, const double* angles,
                           const uint32_t* qubits) {
  using Form = LibraryGate::Form;
  Operation operation{.kind = gate.kind};
  for (uint32_t i = 0; i < gate.controls; ++i) {
    operation.controls |= uint32_t{1} << *qubits++;
  }
  const KindInfo& kind = info(gate.kind);
  for (uint32_t i = 0; i < kind.targets; ++i) {
    operation.targets[i] = static_cast<uint8_t>(qubits[i]);
  }
  const bool shifted = gate.form == Form::kU2;
  if (shifted) operation.angles[0] = std::numbers::pi / 2;
  for (uint32_t i = shifted; i < kind.angles; ++i) {
    operation.angles[i] = angles[i - shifted];
  }
  Operation phase{.kind = Kind::kGlobalPhase, .controls = operation.controls};
  const double* made = operation.angles;
  if (gate.form == Form::kCU) phase.angles[0] = angles[3];
  if (version_ == 3 && gate.form == Form::kBigU) phase.angles[0] = made[0] / 2;
  if (version_ == 3 && (gate.form == Form::kU2 || gate.form == Form::kU3)) {
    phase.angles[0] = -(made[1] + made[2]) / 2;
  }
  return emit(operation) && (phase.angles[0] == 0 || emit(phase));
}

bool Reader::apply_gate(const Gate& gate, uint32_t first_number,
                        const uint32_t* qubits) {
  if (++depth_ > kDeepest) return fail(gate.body, {"nested too deep"});
  const Gate it = gate;  // the array may move
  const uint32_t first_value = first_value_, first_local = first_local_;
  const bool in_gate = in_gate_;
  const uint32_t value = static_cast<uint32_t>(values_.size());
  const uint32_t local = static_cast<uint32_t>(locals_.size());
  for (uint32_t i = 0; i < it.parameters; ++i) {
    const Value named{names_[it.first_name + i], numbers_[first_number + i]};
    if (!values_.push_back(named)) return no_memory();
  }
  for (uint32_t i = 0; i < it.qubits; ++i) {
    const Local named{names_[it.first_name + it.parameters + i], qubits[i]};
    if (!locals_.push_back(named)) return no_memory();
  }
  first_value_ = value;
  first_local_ = local;
  in_gate_ = true;
  if (!body(it.body)) return false;
  in_gate_ = in_gate;
  first_value_ = first_value;
  first_local_ = first_local;
  values_.truncate(value);
  locals_.truncate(local);
  --depth_;
  return true;
}

bool Reader::body(size_t at) {
  lexer_.seek(at);
  while (!lexer_.is("}")) {
    if (!statement()) return false;
  }
  steps_ += static_cast<uint32_t>((lexer_.token().at - at) / 32);
  return true;
}

}  // namespace apus::quantum
