// The codes that JavaScript shares with the core, and the record in which an
// operation crosses the boundary.
#ifndef APUS_QUANTUM_LAYOUT_H_
#define APUS_QUANTUM_LAYOUT_H_

#include "apus/base/layout.h"
#include "apus/quantum/circuit.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

// An operation as numbers, all of them double. The halves of 64-bit masks are
// 32 bits each.
enum Field : uint32_t {
  kKind,
  kTarget0,
  kTarget1,
  kBit,
  kControls,
  kQubits,
  kTable,
  kAngle0,
  kAngle1,
  kAngle2,
  kMaskLow,
  kMaskHigh,
  kValueLow,
  kValueHigh,
  kFields,
};

static_assert(kAngle2 == kAngle0 + 2 && kTarget1 == kTarget0 + 1);
static_assert(kMaskHigh == kMaskLow + 1 && kValueHigh == kValueLow + 1);

inline constexpr LayoutEntry kLayout[] = {
    {"QUANTUM_FIELDS", kFields},
    {"QUANTUM_KIND", kKind},
    {"QUANTUM_TARGET", kTarget0},
    {"QUANTUM_BIT", kBit},
    {"QUANTUM_CONTROLS", kControls},
    {"QUANTUM_QUBITS", kQubits},
    {"QUANTUM_TABLE", kTable},
    {"QUANTUM_ANGLE", kAngle0},
    {"QUANTUM_MASK", kMaskLow},
    {"QUANTUM_VALUE", kValueLow},
    {"QUANTUM_MOST_QUBITS", kMaxQubits},
    {"QUANTUM_MOST_BITS", kMaxBits},
    {"QUANTUM_NOT_UNITARY", static_cast<int32_t>(Status::kNotUnitary)},
    {"QUANTUM_OUT_OF_MEMORY", static_cast<int32_t>(Status::kOutOfMemory)},
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_LAYOUT_H_
