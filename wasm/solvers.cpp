// The solvers' door: problems and circuits come in through the bulk buffer, and
// JavaScript reads spins and amplitudes in place. The caller (js/quantum)
// checks every argument; null means that memory was refused.
#include <emscripten.h>

#include <new>

#include "apus/quantum/algorithms/ansatz.h"
#include "apus/quantum/algorithms/grover.h"
#include "apus/quantum/classical/annealer.h"
#include "apus/quantum/classical/branch_and_bound.h"
#include "apus/quantum/classical/lanczos.h"
#include "apus/quantum/classical/partition.h"

using namespace apus::quantum;
using apus::Array;

namespace {

// Three numbers for each record, which JavaScript lists as doubles. False when
// memory is refused.
template <typename T>
bool read(const double* numbers, uint32_t count, Array<T>& records,
          T (*make)(double, double, double)) {
  if (!records.resize(count)) return false;
  for (T& record : records) {
    record = make(numbers[0], numbers[1], numbers[2]);
    numbers += 3;
  }
  return true;
}

uint32_t whole(double number) { return static_cast<uint32_t>(number); }

template <typename T>
T* own(std::expected<T, Status> made) {
  return made ? new (std::nothrow) T(std::move(*made)) : nullptr;
}

}  // namespace

extern "C" {

// `couplings`: a, b and the weight of each.
EMSCRIPTEN_KEEPALIVE Ising* apus_ising_new(const double* fields, uint32_t spins,
                                           const double* couplings,
                                           uint32_t count) {
  Array<Coupling> records;
  if (!read<Coupling>(couplings, count, records,
                      [](double a, double b, double weight) {
                        return Coupling{whole(a), whole(b), weight};
                      }))
    return nullptr;
  return own(Ising::create({fields, spins}, {records.data(), records.size()}));
}
EMSCRIPTEN_KEEPALIVE void apus_ising_delete(Ising* ising) { delete ising; }

EMSCRIPTEN_KEEPALIVE BranchAndBound* apus_bound_new(const Ising* ising) {
  return own(BranchAndBound::create(*ising));
}
EMSCRIPTEN_KEEPALIVE bool apus_bound_step(BranchAndBound* search,
                                          uint32_t nodes) {
  return search->step(nodes);
}
EMSCRIPTEN_KEEPALIVE double apus_bound_nodes(const BranchAndBound* search) {
  return static_cast<double>(search->nodes());
}
EMSCRIPTEN_KEEPALIVE const int8_t* apus_bound_spins(
    const BranchAndBound* search) {
  return search->spins();
}
EMSCRIPTEN_KEEPALIVE void apus_bound_delete(BranchAndBound* search) {
  delete search;
}

EMSCRIPTEN_KEEPALIVE Annealer* apus_annealer_new(const Ising* ising,
                                                 uint32_t seed) {
  return own(Annealer::create(*ising, seed));
}
EMSCRIPTEN_KEEPALIVE void apus_annealer_run(Annealer* annealer,
                                            uint32_t sweeps) {
  annealer->restart();
  annealer->run(sweeps);
}
EMSCRIPTEN_KEEPALIVE double apus_annealer_best(const Annealer* annealer) {
  return annealer->best();
}
EMSCRIPTEN_KEEPALIVE const int8_t* apus_annealer_spins(
    const Annealer* annealer) {
  return annealer->spins();
}
EMSCRIPTEN_KEEPALIVE void apus_annealer_delete(Annealer* annealer) {
  delete annealer;
}

// Leaves the mask's low and high half where the numbers were.
EMSCRIPTEN_KEEPALIVE bool apus_partition(double* numbers, uint32_t count) {
  const auto mask = partition({numbers, count});
  if (!mask) return false;
  numbers[0] = static_cast<uint32_t>(*mask);
  numbers[1] = static_cast<uint32_t>(*mask >> 32);
  return true;
}

// `terms`: x, z and the weight of each.
EMSCRIPTEN_KEEPALIVE Observable* apus_observable_new(uint32_t qubits,
                                                     const double* terms,
                                                     uint32_t count) {
  Array<PauliTerm> records;
  if (!read<PauliTerm>(terms, count, records,
                       [](double x, double z, double weight) {
                         return PauliTerm{weight, whole(x), whole(z)};
                       }))
    return nullptr;
  return own(Observable::create(qubits, {records.data(), records.size()}));
}
EMSCRIPTEN_KEEPALIVE void apus_observable_delete(Observable* observable) {
  delete observable;
}

EMSCRIPTEN_KEEPALIVE Lanczos* apus_lanczos_new(const Observable* observable,
                                               uint32_t seed) {
  return own(Lanczos::create(*observable, seed));
}
// Whether it has converged; -1: memory was refused.
EMSCRIPTEN_KEEPALIVE int32_t apus_lanczos_step(Lanczos* lanczos) {
  const auto done = lanczos->step();
  return done ? *done : -1;
}
EMSCRIPTEN_KEEPALIVE double apus_lanczos_value(const Lanczos* lanczos) {
  return lanczos->value();
}
EMSCRIPTEN_KEEPALIVE void apus_lanczos_delete(Lanczos* lanczos) {
  delete lanczos;
}

EMSCRIPTEN_KEEPALIVE Ansatz* apus_ansatz_new(uint32_t qubits, uint32_t start) {
  return own(Ansatz::create(qubits, start));
}
EMSCRIPTEN_KEEPALIVE bool apus_ansatz_rotate(Ansatz* ansatz, uint32_t x,
                                             uint32_t z, uint32_t parameter,
                                             double scale, double offset) {
  return ansatz->rotate(x, z, parameter, scale, offset) == Status::kOk;
}
EMSCRIPTEN_KEEPALIVE bool apus_ansatz_phase(Ansatz* ansatz, uint32_t parameter,
                                            double scale) {
  return ansatz->phase(parameter, scale) == Status::kOk;
}
EMSCRIPTEN_KEEPALIVE bool apus_ansatz_sign(Ansatz* ansatz, uint32_t qubits) {
  return ansatz->sign(qubits) == Status::kOk;
}
EMSCRIPTEN_KEEPALIVE double apus_ansatz_expectation(
    Ansatz* ansatz, const Observable* observable, const double* values) {
  return ansatz->expectation(*observable, values);
}
EMSCRIPTEN_KEEPALIVE double apus_ansatz_gradient(Ansatz* ansatz,
                                                 const Observable* observable,
                                                 const double* values,
                                                 double* derivatives) {
  return ansatz->gradient(*observable, values, derivatives);
}
EMSCRIPTEN_KEEPALIVE uint32_t apus_ansatz_shift(Ansatz* ansatz,
                                                const Observable* observable,
                                                const double* values,
                                                double* derivatives) {
  return ansatz->shift(*observable, values, derivatives);
}
EMSCRIPTEN_KEEPALIVE const std::complex<double>* apus_ansatz_state(
    const Ansatz* ansatz) {
  return ansatz->state();
}
EMSCRIPTEN_KEEPALIVE void apus_ansatz_delete(Ansatz* ansatz) { delete ansatz; }

EMSCRIPTEN_KEEPALIVE Grover* apus_grover_new(uint32_t qubits,
                                             const uint32_t* marked,
                                             uint32_t count) {
  return own(Grover::create(qubits, {marked, count}));
}
EMSCRIPTEN_KEEPALIVE void apus_grover_restart(Grover* grover) {
  grover->restart();
}
EMSCRIPTEN_KEEPALIVE void apus_grover_iterate(Grover* grover, uint32_t times) {
  grover->iterate(times);
}
EMSCRIPTEN_KEEPALIVE double apus_grover_probability(const Grover* grover) {
  return grover->probability();
}
EMSCRIPTEN_KEEPALIVE uint32_t apus_grover_sample(const Grover* grover,
                                                 double unit) {
  return grover->sample(unit);
}
EMSCRIPTEN_KEEPALIVE void apus_grover_delete(Grover* grover) { delete grover; }

}  // extern "C"
