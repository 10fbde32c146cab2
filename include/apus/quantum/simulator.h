// Runs a circuit on a state, in slices: the caller decides how long each takes
// and between two of them may report progress or stop.
//
// Without noise, conditions, resets and gates after measurements, the circuit
// runs once and all shots are sampled from its state, which stays as it was
// before the measurements. Otherwise each shot is a run of its own (a quantum
// trajectory: Dalibard, Castin and Molmer, 1992) and the state is that of the
// last one.
//
// Not thread-safe; draws its random numbers from a seed; never throws, never
// reads a clock.
#ifndef APUS_QUANTUM_SIMULATOR_H_
#define APUS_QUANTUM_SIMULATOR_H_

#include <cstdint>
#include <span>

#include "apus/base/array.h"
#include "apus/quantum/circuit.h"
#include "apus/quantum/random.h"
#include "apus/quantum/state.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

// Errors of a device, all probabilities. After each gate, its qubits (controls
// among them) suffer the first four.
struct Noise {
  // That one of X, Y, Z follows a gate on one qubit, each equally likely; that
  // one of the 4^k - 1 other Pauli products follows a gate on k > 1 qubits.
  double depolarizing1 = 0;
  double depolarizing2 = 0;
  // That |1> decays to |0>.
  double amplitude_damping = 0;
  // The share of coherence 1 - sqrt(1 - p) that is lost without a decay.
  double phase_damping = 0;
  // That a measured 0 is recorded as 1, and a 1 as 0.
  double readout0 = 0;
  double readout1 = 0;

  // kProbability unless all are in [0, 1].
  Status check() const;
  // Whether gates have errors, not only readout.
  bool on_gates() const {
    return depolarizing1 > 0 || depolarizing2 > 0 || amplitude_damping > 0 ||
           phase_damping > 0;
  }
};

struct RunOptions {
  // How many outcomes to record. 0 runs the circuit once, for its state.
  uint32_t shots = 0;
  uint64_t seed = 1;
  Noise noise{};
  // Whether gates are fused and applied several in one sweep. The results
  // differ in rounding only.
  bool fuse = true;
};

template <typename Real>
class Plan;

template <typename Real>
class Run {
 public:
  // The circuit and the state must outlive it.
  Run(const Circuit& circuit, State<Real>& state, const RunOptions& options)
      : circuit_(circuit),
        state_(state),
        options_(options),
        random_(options.seed) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run();

  // Sets the state to |0…0>. kProbability, kOutOfMemory.
  [[nodiscard]] Status start();
  // Goes on until done() or until about `amplitudes` amplitudes have been
  // changed; a tenth of a second is about 2^27 of them. A pass over the state
  // is not interrupted. kOutOfMemory: the run is over, the state is |0…0>.
  // Requires: start() returned kOk.
  [[nodiscard]] Status advance(uint64_t amplitudes);
  bool done() const { return done_; }
  // In [0, 1], never falls.
  double progress() const;

  // One for each shot. Bit b is classical bit b, or qubit b if the circuit
  // measures nothing. Sampled from one state, they are in the order of its
  // indices.
  // Requires: done().
  std::span<const uint64_t> outcomes() const {
    return {outcomes_.data(), outcomes_.size()};
  }
  // Classical bits of the last trajectory.
  uint64_t bits() const { return bits_; }

 private:
  void inspect();
  void begin_shot();
  Status feed(int64_t& work);
  Status add_gate(const Operation& operation);
  Status add_errors(uint32_t qubits);
  void decay(uint32_t qubit);
  void act(const Operation& operation);
  Status end_shot();
  Status sample();
  uint64_t recorded(uint64_t bits, uint64_t measured);

  const Circuit& circuit_;
  State<Real>& state_;
  const RunOptions options_;
  Random random_;
  Plan<Real>* plan_ = nullptr;
  Array<uint64_t> outcomes_;
  uint64_t bits_ = 0;
  bool measures_ = false;      // whether anything is measured
  bool trajectories_ = false;  // whether each shot is a run of its own
  bool done_ = false;
  uint32_t shot_ = 0;
  size_t next_ = 0;        // operation
  size_t planned_ = 0;     // operations in the plan
  uint32_t decaying_ = 0;  // qubits that amplitude damping still has to visit
  uint32_t touched_ = 0;   // qubits that are no longer |0>
};

// Runs to the end. `proceed(progress)` is called between slices of about
// `slice` amplitudes; false ends the run: kAborted, and the state is |0…0>.
template <typename Real, typename Proceed>
Status run_to_end(Run<Real>& run, State<Real>& state, uint64_t slice,
                  Proceed proceed) {
  Status status = run.start();
  while (status == Status::kOk && !run.done()) {
    status = run.advance(slice);
    if (status == Status::kOk && !run.done() && !proceed(run.progress())) {
      state.set_zero();
      return Status::kAborted;
    }
  }
  return status;
}

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_SIMULATOR_H_
