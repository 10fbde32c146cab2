#include <bit>
#include <cmath>
#include <numbers>

#include "apus/quantum/decimal.h"
#include "writer.h"

namespace apus::quantum {

namespace {

// A gate with controls that has a name of its own.
struct Short {
  Kind kind;
  uint8_t controls;
  bool old_only;
  std::string_view name;
};
constexpr Short kShorts[] = {
    {Kind::kX, 1, false, "cx"},       {Kind::kX, 2, false, "ccx"},
    {Kind::kX, 3, true, "c3x"},       {Kind::kX, 4, true, "c4x"},
    {Kind::kY, 1, false, "cy"},       {Kind::kZ, 1, false, "cz"},
    {Kind::kH, 1, false, "ch"},       {Kind::kSX, 1, true, "csx"},
    {Kind::kP, 1, true, "cu1"},       {Kind::kP, 1, false, "cp"},
    {Kind::kRX, 1, false, "crx"},     {Kind::kRY, 1, false, "cry"},
    {Kind::kRZ, 1, false, "crz"},     {Kind::kU, 1, true, "cu3"},
    {Kind::kSwap, 1, false, "cswap"},
};

}  // namespace

bool Writer::qubit(uint32_t qubit) {
  return put({"q["}) && put(qubit) && put({"]"});
}

bool Writer::angle(double angle) {
  constexpr double kPi = std::numbers::pi;
  // As the reader computes it: (i * pi) / d.
  for (const int d : {1, 2, 3, 4, 6, 8, 16, 32, 64}) {
    const double times = std::round(angle * d / kPi);
    if (times == 0 || std::abs(times) > 64 || times * kPi / d != angle)
      continue;
    const auto i = static_cast<uint64_t>(std::abs(times));
    return put({times < 0 ? "-" : ""}) && (i == 1 || (put(i) && put({"*"}))) &&
           put({"pi"}) && (d == 1 || (put({"/"}) && put(uint64_t(d))));
  }
  char text[kMostDigits];
  return put({{text, format_decimal(angle, text)}});
}

// `own_controls` of the controls belong to the named gate.
bool Writer::named(std::string_view name, uint32_t own_controls,
                   const Operation& operation,
                   std::initializer_list<double> angles) {
  const uint32_t all = static_cast<uint32_t>(std::popcount(operation.controls));
  if (all > own_controls) {
    if (old_) {
      return fail({"OpenQASM 2 has no gate \"", info(operation.kind).name,
                   "\" with that many controls; version 3 has"});
    }
    const uint32_t more = all - own_controls;
    if (more == 1 ? !put({"ctrl @ "})
                  : !(put({"ctrl("}) && put(more) && put({") @ "}))) {
      return false;
    }
  }
  if (!put({name})) return false;
  const char* between = "(";
  for (const double it : angles) {
    if (!put({between}) || !angle(it)) return false;
    between = ", ";
  }
  if (angles.size() > 0 && !put({")"})) return false;
  between = " ";
  for (uint32_t left = operation.controls; left != 0; left &= left - 1) {
    if (!put({between}) || !qubit(uint32_t(std::countr_zero(left)))) {
      return false;
    }
    between = ", ";
  }
  for (uint32_t i = 0; i < info(operation.kind).targets; ++i) {
    if (!put({between}) || !qubit(operation.targets[i])) return false;
    between = ", ";
  }
  return put({";\n"});
}

// e^(i a) U(theta, phi, lambda) of any 2x2 unitary.
bool Writer::matrix(const Operation& operation) {
  const auto& m = circuit_.matrix1(operation.table).at;
  const double theta = 2 * std::atan2(std::abs(m[2]), std::abs(m[0]));
  double a = 0, phi = 0, lambda = 0;
  if (std::abs(m[0]) < 1e-9) {
    phi = std::arg(m[2]);
    lambda = std::arg(-m[1]);
  } else {
    a = std::arg(m[0]);
    const bool diagonal = std::abs(m[2]) < 1e-9;
    phi = diagonal ? 0 : std::arg(m[2]) - a;
    lambda = (diagonal ? std::arg(m[3]) : std::arg(-m[1])) - a;
  }
  if (operation.controls == 0) {
    return named(old_ ? "u3" : "U", 0, operation, {theta, phi, lambda});
  }
  return named("cu", 1, operation, {theta, phi, lambda, a});
}

bool Writer::phase(const Operation& operation) {
  const double a = operation.angles[0];
  if (!old_) return named("gphase", 0, operation, {a});
  if (operation.controls == 0) {
    return fail({"OpenQASM 2 has no global phase; version 3 has"});
  }
  Operation same{.kind = Kind::kP};
  const int last = std::countr_zero(operation.controls);
  same.targets[0] = static_cast<uint8_t>(last);
  same.controls = operation.controls & ~(uint32_t{1} << last);
  same.angles[0] = a;
  return gate(same);
}

bool Writer::gate(const Operation& operation) {
  const KindInfo& it = info(operation.kind);
  const auto& a = operation.angles;
  const int controls = std::popcount(operation.controls);
  switch (operation.kind) {
    case Kind::kMatrix2:
    case Kind::kDiagonal:
    case Kind::kPermutation:
      return fail({"OpenQASM has no gate for a ", it.name,
                   "; write its gates into the circuit instead"});
    case Kind::kMatrix1:
      return matrix(operation);
    case Kind::kGlobalPhase:
      return phase(operation);
    case Kind::kU:
      if (controls == 0) {
        return named(old_ ? "u3" : "U", 0, operation, {a[0], a[1], a[2]});
      }
      if (!old_) return named("cu", 1, operation, {a[0], a[1], a[2], 0});
      return named("cu3", 1, operation, {a[0], a[1], a[2]});
    case Kind::kSXdg:
      if (!old_) {
        const std::string_view name =
            controls == 0 ? "inv @ sx" : "inv @ ctrl @ sx";
        return named(name, controls == 0 ? 0 : 1, operation, {});
      }
      break;
    default:
      break;
  }
  std::string_view name = it.name;
  uint32_t own = 0;
  if (old_ && operation.kind == Kind::kP) name = "u1";
  for (const Short& other : kShorts) {
    if (other.kind != operation.kind || other.controls != controls) continue;
    if (other.old_only && !old_) continue;
    name = other.name;
    own = other.controls;
    break;
  }
  return it.angles == 0 ? named(name, own, operation, {})
                        : named(name, own, operation, {a[0]});
}

}  // namespace apus::quantum
