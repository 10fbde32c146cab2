#include "library.h"

namespace apus::quantum {

namespace {

using Form = LibraryGate::Form;

constexpr LibraryGate kGates[] = {
    {"U", Kind::kU, 3, 0, Form::kBigU, 3},
    {"CX", Kind::kX, 0, 1, Form::kPlain, 1},
    {"gphase", Kind::kGlobalPhase, 1, 0, Form::kPlain, 2},
    {"id", Kind::kId, 0, 0},
    {"u0", Kind::kId, 1, 0},
    {"x", Kind::kX, 0, 0},
    {"y", Kind::kY, 0, 0},
    {"z", Kind::kZ, 0, 0},
    {"h", Kind::kH, 0, 0},
    {"s", Kind::kS, 0, 0},
    {"sdg", Kind::kSdg, 0, 0},
    {"t", Kind::kT, 0, 0},
    {"tdg", Kind::kTdg, 0, 0},
    {"sx", Kind::kSX, 0, 0},
    {"sxdg", Kind::kSXdg, 0, 0},
    {"p", Kind::kP, 1, 0},
    {"phase", Kind::kP, 1, 0},
    {"u1", Kind::kP, 1, 0},
    {"rx", Kind::kRX, 1, 0},
    {"ry", Kind::kRY, 1, 0},
    {"rz", Kind::kRZ, 1, 0},
    {"u", Kind::kU, 3, 0},
    {"u2", Kind::kU, 2, 0, Form::kU2},
    {"u3", Kind::kU, 3, 0, Form::kU3},
    {"cx", Kind::kX, 0, 1},
    {"cy", Kind::kY, 0, 1},
    {"cz", Kind::kZ, 0, 1},
    {"ch", Kind::kH, 0, 1},
    {"csx", Kind::kSX, 0, 1},
    {"cp", Kind::kP, 1, 1},
    {"cphase", Kind::kP, 1, 1},
    {"cu1", Kind::kP, 1, 1},
    {"crx", Kind::kRX, 1, 1},
    {"cry", Kind::kRY, 1, 1},
    {"crz", Kind::kRZ, 1, 1},
    {"cu3", Kind::kU, 3, 1},
    {"cu", Kind::kU, 4, 1, Form::kCU},
    {"ccx", Kind::kX, 0, 2},
    {"c3x", Kind::kX, 0, 3},
    {"c4x", Kind::kX, 0, 4},
    {"swap", Kind::kSwap, 0, 0},
    {"cswap", Kind::kSwap, 0, 1},
    {"rxx", Kind::kRXX, 1, 0},
    {"ryy", Kind::kRYY, 1, 0},
    {"rzz", Kind::kRZZ, 1, 0},
    {"iswap", Kind::kISwap, 0, 0},
};

Kind other(Kind kind) {
  switch (kind) {
    case Kind::kS:
      return Kind::kSdg;
    case Kind::kSdg:
      return Kind::kS;
    case Kind::kT:
      return Kind::kTdg;
    case Kind::kTdg:
      return Kind::kT;
    case Kind::kSX:
      return Kind::kSXdg;
    case Kind::kSXdg:
      return Kind::kSX;
    default:
      return kind;
  }
}

}  // namespace

const LibraryGate* find_library_gate(std::string_view name) {
  for (const LibraryGate& gate : kGates) {
    if (gate.name == name) return &gate;
  }
  return nullptr;
}

Operation inverse(const Operation& operation) {
  Operation result = operation;
  result.kind = other(operation.kind);
  result.angles[0] = -operation.angles[0];
  result.angles[1] = -operation.angles[2];
  result.angles[2] = -operation.angles[1];
  return result;
}

}  // namespace apus::quantum
