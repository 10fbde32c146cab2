// What a simulator keeps between the calls of JavaScript, and the views that
// these return. Only for wasm/quantum.cpp.
#ifndef APUS_WASM_QUANTUM_SIMULATOR_H_
#define APUS_WASM_QUANTUM_SIMULATOR_H_

#include <emscripten/bind.h>

#include <algorithm>
#include <memory>
#include <new>

#include "apus/quantum/pauli_sum.h"
#include "apus/quantum/records.h"
#include "apus/quantum/simulator.h"

// What the declarations of --emit-tsd say of a view.
EMSCRIPTEN_DECLARE_VAL_TYPE(Numbers)
EMSCRIPTEN_DECLARE_VAL_TYPE(Amplitudes)
EMSCRIPTEN_DECLARE_VAL_TYPE(Words)
EMSCRIPTEN_DECLARE_VAL_TYPE(Bytes)

namespace apus::quantum::door {

// The bulk buffer.
inline Array<double> buffer;

inline double negated(Status status) { return -double(status); }

template <typename T>
double number(const std::expected<T, Status>& result) {
  return result ? double(*result) : negated(result.error());
}

template <typename View, typename T>
View view(const T* data, size_t size) {
  return View(emscripten::val(emscripten::typed_memory_view(size, data)));
}

// One simulator: the states of both precisions, of which the last run's is
// read.
class Simulator {
 public:
  // `noise` are the six numbers of Noise. The circuit must live until done().
  double start(const Circuit& circuit, uint32_t shots, double seed,
               bool doubled, uint32_t count) {
    RunOptions options{.shots = shots, .seed = uint64_t(seed)};
    if (count == 6) {
      const double* n = buffer.data();
      options.noise = {n[0], n[1], n[2], n[3], n[4], n[5]};
    }
    doubled_ = doubled;
    return doubled ? begin(double_, circuit, options)
                   : begin(float_, circuit, options);
  }
  double advance(double amplitudes) {
    const auto most = static_cast<uint64_t>(amplitudes);
    return negated(doubled_ ? double_.run->advance(most)
                            : float_.run->advance(most));
  }
  bool done() const {
    return doubled_ ? double_.run->done() : float_.run->done();
  }
  double progress() const {
    return doubled_ ? double_.run->progress() : float_.run->progress();
  }
  // Counts the outcomes: how many distinct ones there are.
  double tally() {
    const auto all =
        doubled_ ? double_.run->outcomes() : float_.run->outcomes();
    if (!values_.resize(all.size()) || !counts_.resize(all.size())) {
      return negated(Status::kOutOfMemory);
    }
    std::copy(all.begin(), all.end(), values_.begin());
    const size_t distinct = apus::quantum::tally({values_.data(), all.size()},
                                                 {counts_.data(), all.size()});
    values_.truncate(distinct);
    counts_.truncate(distinct);
    return double(distinct);
  }
  Words values() const {
    return view<Words>(reinterpret_cast<const uint32_t*>(values_.data()),
                       2 * values_.size());
  }
  Words counts() const { return view<Words>(counts_.data(), counts_.size()); }
  // The run's memory; the state stays.
  void finish() {
    float_.run.reset();
    double_.run.reset();
    values_ = {};
    counts_ = {};
  }

  // Frees the states.
  void clear() {
    finish();
    float_.state.reset();
    double_.state.reset();
  }
  // 0 before the first run.
  uint32_t qubits() const {
    if (doubled_) return double_.state ? double_.state->qubits() : 0;
    return float_.state ? float_.state->qubits() : 0;
  }
  // Real and imaginary parts. Here and below, requires: qubits() > 0.
  Amplitudes state() const {
    if (doubled_) {
      return view<Amplitudes>(
          reinterpret_cast<const double*>(double_.state->data()),
          2 * double_.state->size());
    }
    return view<Amplitudes>(
        reinterpret_cast<const float*>(float_.state->data()),
        2 * float_.state->size());
  }
  // Into the buffer, which has room for them.
  double probabilities(uint32_t qubits) {
    const std::span<double> out(buffer.data(), buffer.size());
    return negated(doubled_ ? double_.state->probabilities(qubits, out)
                            : float_.state->probabilities(qubits, out));
  }
  Bloch bloch(uint32_t qubit) const {
    return doubled_ ? double_.state->bloch(qubit) : float_.state->bloch(qubit);
  }
  // NaN for a sum that has more qubits.
  double expectation(const PauliSum& sum) const {
    const auto result = doubled_ ? double_.state->expectation(sum)
                                 : float_.state->expectation(sum);
    return result.value_or(__builtin_nan(""));
  }
  // With amplitudes of the same precision in the buffer.
  double fidelity() const {
    return doubled_ ? overlap(*double_.state) : overlap(*float_.state);
  }

 private:
  template <typename Real>
  struct Machine {
    std::unique_ptr<State<Real>> state;
    std::unique_ptr<Run<Real>> run;
  };

  template <typename Real>
  double begin(Machine<Real>& machine, const Circuit& circuit,
               const RunOptions& options) {
    finish();
    // The other's memory, which this one may need.
    if (doubled_) {
      float_.state.reset();
    } else {
      double_.state.reset();
    }
    if (!machine.state) {
      machine.state.reset(new (std::nothrow) State<Real>());
      if (!machine.state) return negated(Status::kOutOfMemory);
    }
    const Status made = machine.state->create(circuit.qubits());
    if (made != Status::kOk) return negated(made);
    machine.run.reset(new (std::nothrow)
                          Run<Real>(circuit, *machine.state, options));
    if (!machine.run) return negated(Status::kOutOfMemory);
    return negated(machine.run->start());
  }

  template <typename Real>
  double overlap(const State<Real>& mine) const {
    State<Real> other;
    const Status made = other.create(mine.qubits());
    if (made != Status::kOk) return negated(made);
    const auto* at = reinterpret_cast<const std::complex<Real>*>(buffer.data());
    const Status set = other.set({at, mine.size()});
    return set == Status::kOk ? number(mine.fidelity(other)) : negated(set);
  }

  bool doubled_ = false;
  Machine<float> float_;
  Machine<double> double_;
  Array<uint64_t> values_;
  Array<uint32_t> counts_;
};

}  // namespace apus::quantum::door

#endif  // APUS_WASM_QUANTUM_SIMULATOR_H_
