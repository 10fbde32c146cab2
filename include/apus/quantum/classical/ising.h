// An Ising problem: the energy of spins s = +1 or -1,
//
//   E(s) = sum of fields[i] s[i] + sum of weight s[a] s[b] over couplings.
//
// MaxCut, QUBO and number partitioning are Ising problems (Lucas, "Ising
// formulations of many NP problems", Front. Phys. 2, 2014). A solution is an
// array of spins; bit 1 of a measured qubit is the spin -1, the eigenvalue of Z.
//
// Immutable once created; owns its memory; never throws.
#ifndef APUS_QUANTUM_CLASSICAL_ISING_H_
#define APUS_QUANTUM_CLASSICAL_ISING_H_

#include <cstdint>
#include <expected>
#include <span>

#include "apus/base/array.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

struct Coupling {
  uint32_t a;
  uint32_t b;
  double weight;
};

class Ising {
 public:
  struct Neighbor {
    uint32_t spin;
    double weight;
  };

  // Couplings of one pair add up. kSize without spins, kQubit for a coupling of
  // a spin that there is not, kSameQubit of one with itself, kNumber,
  // kOutOfMemory. O(spins + couplings), and memory likewise.
  static std::expected<Ising, Status> create(
      std::span<const double> fields, std::span<const Coupling> couplings);

  uint32_t size() const { return static_cast<uint32_t>(fields_.size()); }
  double field(uint32_t spin) const { return fields_[spin]; }
  std::span<const Neighbor> neighbors(uint32_t spin) const {
    return {neighbors_.data() + starts_[spin],
            starts_[spin + 1] - starts_[spin]};
  }

  // Requires: `spins` has size() entries of +1 or -1. O(spins + couplings).
  double energy(const int8_t* spins) const;

  // The derivative of the energy by one spin: the energy changes by
  // -2 s[spin] slope(spin) when it flips. O(neighbors).
  double slope(const int8_t* spins, uint32_t spin) const;

 private:
  Ising() = default;

  Array<double> fields_;
  Array<uint32_t> starts_;  // of each spin's neighbors
  Array<Neighbor> neighbors_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CLASSICAL_ISING_H_
