// Gates on their way to the state: they are fused to blocks, and blocks are
// applied in sweeps over the state. A sweep takes as many blocks as it can
// whose qubits lie in one window of the index: the window's amplitudes are
// copied to a buffer in the cache, all its blocks are applied, and it is copied
// back. A circuit of many gates thus moves the state a few times, not once a
// gate. (Cache blocking: Doi and Horii, "Cache Blocking Technique to Large
// Scale Quantum Computing Simulation on Supercomputers", 2020.)
#ifndef APUS_QUANTUM_PLAN_H_
#define APUS_QUANTUM_PLAN_H_

#include <complex>
#include <cstdint>

#include "apus/base/array.h"
#include "apus/quantum/circuit.h"
#include "apus/quantum/status.h"
#include "fusion.h"
#include "steps.h"

namespace apus::quantum {

// Use: start(), add() until full() or the gates end, then advance() until
// done(), and again from start().
template <typename Real>
class Plan {
 public:
  using Complex = std::complex<Real>;

  // Requires: 2^(the circuit's qubits) amplitudes; both outlive the plan's use.
  void start(const Circuit& circuit, Complex* amplitudes, bool fuse);
  // A gate. kOutOfMemory; then nothing has changed.
  [[nodiscard]] Status add(const Operation& gate);
  bool full() const { return fusion_.full(); }
  bool empty() const { return fusion_.blocks().empty(); }

  // Applies gates until about `work` amplitudes have been changed, and takes
  // them from `work`, which may end below zero. kOutOfMemory leaves the state
  // between two gates.
  Status advance(int64_t& work);
  bool done() const { return head_ >= fusion_.blocks().size() && !active_; }
  // Share of the blocks that have been applied, in [0, 1].
  double progress() const;

 private:
  Status choose();
  void apply_window();
  int64_t apply_diagonal(int64_t work);
  void apply_permutation();
  Status find_factors(const Operation& operation);

  const Circuit* circuit_ = nullptr;
  Complex* amplitudes_ = nullptr;
  uint32_t width_ = 0;
  Fusion fusion_;
  uint32_t head_ = 0;       // all blocks before it have been applied
  Array<uint8_t> applied_;  // by block
  Array<uint32_t> chosen_;  // blocks of the sweep
  uint32_t applied_count_ = 0;
  // The sweep that runs.
  bool active_ = false;
  const Operation* table_ = nullptr;
  Steps<Real> steps_;
  Window window_{};
  uint32_t at_ = 0;        // the window's index, or the table's progress
  Array<uint32_t> rows_;   // of a window: where they start
  Array<Complex> buffer_;  // a window's amplitudes, or a table's factors
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_PLAN_H_
