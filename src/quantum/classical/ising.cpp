#include "apus/quantum/classical/ising.h"

#include <cmath>

namespace apus::quantum {

std::expected<Ising, Status> Ising::create(
    std::span<const double> fields, std::span<const Coupling> couplings) {
  const size_t size = fields.size();
  if (size == 0 || size > UINT32_MAX / 2) return std::unexpected(Status::kSize);
  for (const double field : fields)
    if (!std::isfinite(field)) return std::unexpected(Status::kNumber);
  for (const Coupling& it : couplings) {
    if (it.a >= size || it.b >= size) return std::unexpected(Status::kQubit);
    if (it.a == it.b) return std::unexpected(Status::kSameQubit);
    if (!std::isfinite(it.weight)) return std::unexpected(Status::kNumber);
  }
  Ising ising;
  if (!ising.fields_.resize(size) || !ising.starts_.resize(size + 1) ||
      !ising.neighbors_.resize(2 * couplings.size()))
    return std::unexpected(Status::kOutOfMemory);
  for (size_t i = 0; i < size; ++i) ising.fields_[i] = fields[i];
  Array<uint32_t>& starts = ising.starts_;
  for (const Coupling& it : couplings) {
    ++starts[it.a];
    ++starts[it.b];
  }
  uint32_t end = 0;
  for (uint32_t& start : starts) start = end += start;  // now each list's end
  // Filled from the end; a repeated pair stays in the list twice and adds up.
  for (const Coupling& it : couplings) {
    ising.neighbors_[--starts[it.a]] = {it.b, it.weight};
    ising.neighbors_[--starts[it.b]] = {it.a, it.weight};
  }
  return ising;
}

double Ising::slope(const int8_t* spins, uint32_t spin) const {
  double sum = fields_[spin];
  for (const Neighbor& it : neighbors(spin)) sum += it.weight * spins[it.spin];
  return sum;
}

double Ising::energy(const int8_t* spins) const {
  // Each coupling is in two slopes, each field in one.
  double twice = 0;
  for (uint32_t i = 0; i < size(); ++i)
    twice += spins[i] * (slope(spins, i) + fields_[i]);
  return twice / 2;
}

}  // namespace apus::quantum
