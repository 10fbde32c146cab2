#include <algorithm>
#include <cmath>
#include <numbers>

#include "reader.h"

namespace apus::quantum {

// Changes the operations from `begin` to the end, all unitary.
bool Reader::modify(const Modifier& modifier, size_t begin,
                    const uint32_t* controls) {
  switch (modifier.kind) {
    case Modifier::Kind::kInverse:
      return invert(begin);
    case Modifier::Kind::kPower:
      return raise(modifier.power, begin);
    case Modifier::Kind::kControl:
    case Modifier::Kind::kNegative:
      break;
  }
  uint32_t mask = 0;
  for (uint32_t i = 0; i < modifier.count; ++i) {
    mask |= uint32_t{1} << controls[i];
  }
  const size_t end = operations_.size();
  for (size_t i = begin; i < end; ++i) operations_[i].controls |= mask;
  if (modifier.kind == Modifier::Kind::kControl) return true;
  // Where all are |0>: between two rounds of X.
  for (uint32_t i = 0; i < 2 * modifier.count; ++i) {
    Operation flip{.kind = Kind::kX};
    flip.targets[0] = static_cast<uint8_t>(controls[i % modifier.count]);
    if (!emit(flip)) return false;
  }
  Operation* const all = operations_.data();
  std::rotate(all + begin, all + end, all + end + modifier.count);
  return true;
}

bool Reader::invert(size_t begin) {
  for (size_t i = begin; i < operations_.size(); ++i) {
    // iSWAP has no inverse among the kinds, but is RXX(-pi/2) RYY(-pi/2), and
    // these commute.
    if (operations_[i].kind != Kind::kISwap) continue;
    operations_[i].kind = Kind::kRXX;
    operations_[i].angles[0] = -std::numbers::pi / 2;
    Operation second = operations_[i];
    second.kind = Kind::kRYY;
    if (!emit(second)) return false;
    std::rotate(operations_.data() + i, operations_.end() - 1,
                operations_.end());
  }
  std::reverse(operations_.data() + begin, operations_.end());
  for (size_t i = begin; i < operations_.size(); ++i) {
    operations_[i] = inverse(operations_[i]);
  }
  return true;
}

bool Reader::raise(double power, size_t begin) {
  if (power < 0 && !invert(begin)) return false;
  const size_t end = power == 0 ? begin : operations_.size();
  operations_.truncate(end);
  if (end == begin) return true;
  for (double i = 1; i < std::abs(power); ++i) {
    for (size_t at = begin; at < end; ++at) {
      const Operation again = operations_[at];
      if (!emit(again)) return false;
    }
  }
  return true;
}

}  // namespace apus::quantum
