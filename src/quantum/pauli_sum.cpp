#include "apus/quantum/pauli_sum.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

#include "apus/quantum/circuit.h"

namespace apus::quantum {

Status PauliSum::add(double coefficient, uint32_t x, uint32_t z) {
  if (!std::isfinite(coefficient)) return Status::kNumber;
  if ((x | z) >> kMaxQubits) return Status::kQubit;
  PauliTerm* place = std::lower_bound(
      terms_.begin(), terms_.end(), std::tuple(x, z),
      [](const PauliTerm& term, const std::tuple<uint32_t, uint32_t>& key) {
        return std::tuple(term.x, term.z) < key;
      });
  if (place != terms_.end() && place->x == x && place->z == z) {
    place->coefficient += coefficient;
    return Status::kOk;
  }
  const auto index = place - terms_.begin();
  if (!terms_.push_back({coefficient, x, z})) return Status::kOutOfMemory;
  std::rotate(terms_.begin() + index, terms_.end() - 1, terms_.end());
  return Status::kOk;
}

uint32_t PauliSum::qubits() const {
  uint32_t used = 0;
  for (const PauliTerm& term : terms_) used |= term.x | term.z;
  return uint32_t(std::bit_width(used));
}

}  // namespace apus::quantum
