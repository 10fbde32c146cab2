// Low energies of an Ising problem by simulated annealing (Kirkpatrick, Gelatt,
// Vecchi, Science 220, 1983) with Metropolis' rule. Finds good answers for
// thousands of spins and proves nothing.
//
// The temperatures of a run fall geometrically: at hot() a spin flips against
// the strongest pull of all its couplings every second time, at cold() no spin
// flips against its strongest coupling more often than every hundredth time.
//
// The same seed gives the same run. Memory: O(spins). Never throws.
#ifndef APUS_QUANTUM_CLASSICAL_ANNEALER_H_
#define APUS_QUANTUM_CLASSICAL_ANNEALER_H_

#include "apus/quantum/classical/ising.h"
#include "apus/quantum/random.h"

namespace apus::quantum {

class Annealer {
 public:
  // Keeps a reference to the problem. kOutOfMemory.
  static std::expected<Annealer, Status> create(const Ising& ising,
                                                uint64_t seed);

  double hot() const { return hot_; }
  double cold() const { return cold_; }

  // Random spins again; the best ones are kept. O(spins + couplings).
  void restart();

  // One run from hot to cold, ended by flips that only lower the energy.
  // Requires: sweeps > 0. O(sweeps (spins + couplings of flipped ones)).
  void run(uint32_t sweeps);

  // The lowest energy that a run has ended with, and its spins.
  double best() const { return best_; }
  const int8_t* spins() const { return best_spins_.data(); }

 private:
  Annealer(const Ising& ising, uint64_t seed) : ising_(&ising), random_(seed) {}
  void flip(uint32_t spin);
  void sweep(double temperature);
  void descend();

  const Ising* ising_;
  Random random_;
  double hot_ = 1;
  double cold_ = 1;
  double best_ = 0;
  Array<int8_t> spins_;
  Array<double> slopes_;
  Array<int8_t> best_spins_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CLASSICAL_ANNEALER_H_
