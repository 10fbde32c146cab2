// Diagonals and permutations that are tables over many qubits: one pass over
// the state each.
#include <bit>
#include <cmath>
#include <utility>

#include "plan.h"

namespace apus::quantum {

namespace {

// The bits of `number` at the places of `mask`.
uint32_t deposit(uint32_t number, uint32_t mask) {
  const uint32_t lowest = uint32_t(std::countr_zero(mask));
  const uint32_t shifted = mask >> lowest;
  if ((shifted & (shifted + 1)) == 0) return number << lowest;
  uint32_t result = 0;
  for (; mask; mask &= mask - 1, number >>= 1) {
    if (number & 1) result |= mask & -mask;
  }
  return result;
}

}  // namespace

// The exponential of each level.
template <typename Real>
Status Plan<Real>::find_factors(const Operation& operation) {
  if (operation.kind != Kind::kDiagonal) return Status::kOk;
  const Array<double>& values = circuit_->levels(operation.table).values;
  if (!buffer_.resize(values.size())) return Status::kOutOfMemory;
  for (size_t i = 0; i < values.size(); ++i) {
    const double angle = operation.angles[0] * values[i];
    buffer_[i] = {Real(std::cos(angle)), Real(std::sin(angle))};
  }
  return Status::kOk;
}

// Returns the work that it did: one or more passes through the table.
template <typename Real>
int64_t Plan<Real>::apply_diagonal(int64_t work) {
  const uint32_t qubits = table_->qubits;
  const uint32_t others =
      ((uint32_t{1} << circuit_->qubits()) - 1) & ~qubits & ~table_->controls;
  const Array<uint32_t>& level = circuit_->levels(table_->table).level;
  int64_t done = 0;
  do {
    Complex* const first = amplitudes_ + (at_ | table_->controls);
    uint32_t place = 0;
    for (size_t z = 0; z < level.size(); ++z) {
      const Complex factor = buffer_[level[z]];
      Complex& amplitude = first[place];
      amplitude = {
          amplitude.real() * factor.real() - amplitude.imag() * factor.imag(),
          amplitude.real() * factor.imag() + amplitude.imag() * factor.real()};
      place = (place - qubits) & qubits;
    }
    done += int64_t(level.size());
    at_ = (at_ - others) & others;
  } while (at_ != 0 && done < work);
  active_ = at_ != 0;
  return done;
}

template <typename Real>
void Plan<Real>::apply_permutation() {
  const uint32_t qubits = table_->qubits;
  const uint32_t others =
      ((uint32_t{1} << circuit_->qubits()) - 1) & ~qubits & ~table_->controls;
  const Permutation& table = circuit_->permutation(table_->table);
  uint32_t rest = 0;
  do {
    Complex* const first = amplitudes_ + (rest | table_->controls);
    for (const uint32_t leader : table.leaders) {
      Complex carried = first[deposit(leader, qubits)];
      uint32_t z = leader;
      do {
        z = table.to[z];
        std::swap(carried, first[deposit(z, qubits)]);
      } while (z != leader);
    }
    rest = (rest - others) & others;
  } while (rest != 0);
}

template Status Plan<float>::find_factors(const Operation&);
template Status Plan<double>::find_factors(const Operation&);
template int64_t Plan<float>::apply_diagonal(int64_t);
template int64_t Plan<double>::apply_diagonal(int64_t);
template void Plan<float>::apply_permutation();
template void Plan<double>::apply_permutation();

}  // namespace apus::quantum
