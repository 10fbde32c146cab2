// The exact minimum of an Ising problem by Russian doll search (Verfaillie,
// Lemaître, Schiex: "Russian doll search for solving constraint optimization
// problems", AAAI 1996): a branch and bound that solves the problem of the last
// spin, then of the last two, and so on. The minimum of each is a bound for all
// larger ones: the spins not yet set cost at least what they cost on their own,
// less the pull of the spins that are set.
//
// The time is exponential at worst: about 40 spins of a sparse graph, 30 of a
// dense one, take a second. It runs in slices, so the caller can stop it.
// Memory: O(spins + couplings). Never throws, reads no clock.
#ifndef APUS_QUANTUM_CLASSICAL_BRANCH_AND_BOUND_H_
#define APUS_QUANTUM_CLASSICAL_BRANCH_AND_BOUND_H_

#include "apus/quantum/classical/ising.h"

namespace apus::quantum {

class BranchAndBound {
 public:
  // Keeps a reference to the problem. kOutOfMemory.
  static std::expected<BranchAndBound, Status> create(const Ising& ising);

  // Visits at most as many nodes. Returns whether the minimum is proved; calls
  // after that do nothing.
  bool step(uint64_t nodes);

  // The nodes visited so far.
  uint64_t nodes() const { return nodes_; }

  // The minimum and its spins. Requires: step() has returned true.
  double energy() const { return least_[0]; }
  const int8_t* spins() const { return answer_.data(); }

 private:
  struct Later {
    uint32_t at;  // the position of a neighbor that is set later
    double weight;
  };
  struct Level {
    double energy;   // of the spins that are set before this one
    double pull;     // sum of |pull_| of this spin and those after it
    size_t trail;    // size of trail_ before this spin was set
    uint32_t tried;  // values of this spin
  };
  struct Undo {
    uint32_t at;
    double pull;
  };

  explicit BranchAndBound(const Ising& ising) : ising_(&ising) {}

  bool arrange();
  void begin();
  bool search(uint64_t& nodes);
  void undo(size_t size);
  std::span<const Later> later(uint32_t at) const {
    return {later_.data() + starts_[at], starts_[at + 1] - starts_[at]};
  }

  const Ising* ising_;
  // By position in the search's order:
  Array<uint32_t> order_;  // the spin
  Array<double> fields_;
  Array<uint32_t> starts_;
  Array<Later> later_;
  Array<double> pull_;   // on a spin by those that are set
  Array<double> least_;  // energy of the problem from this position on
  Array<int8_t> set_;
  Array<int8_t> best_;
  Array<Level> levels_;
  Array<Undo> trail_;
  Array<int8_t> answer_;  // by spin

  uint64_t nodes_ = 0;
  double tolerance_ = 0;  // rounding errors of sums are below it
  double incumbent_ = 0;
  uint32_t first_ = 0;  // position where the current doll begins
  uint32_t depth_ = 0;
  bool symmetric_ = true;  // no fields: all spins flipped have the same energy
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CLASSICAL_BRANCH_AND_BOUND_H_
