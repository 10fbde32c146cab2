#include "apus/quantum/simulator.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <new>

#include "plan.h"

namespace apus::quantum {

namespace {

// All qubits of an operation, controls among them.
uint32_t qubits_of(const Operation& operation) {
  const KindInfo& shape = info(operation.kind);
  uint32_t mask = operation.controls;
  if (shape.mask) mask |= operation.qubits;
  for (uint32_t i = 0; i < shape.targets; ++i) {
    mask |= uint32_t{1} << operation.targets[i];
  }
  return mask;
}

uint64_t bit_of(const Operation& measurement) {
  return uint64_t{1} << measurement.bit;
}

}  // namespace

Status Noise::check() const {
  for (const double p : {depolarizing1, depolarizing2, amplitude_damping,
                         phase_damping, readout0, readout1}) {
    if (!(p >= 0 && p <= 1)) return Status::kProbability;
  }
  return Status::kOk;
}

template <typename Real>
Run<Real>::~Run() {
  delete plan_;
}

// Whether all shots can be sampled from one state.
template <typename Real>
void Run<Real>::inspect() {
  trajectories_ = options_.noise.on_gates();
  uint32_t touched = 0;
  uint32_t measured = 0;
  for (const Operation& operation : circuit_.operations()) {
    if (operation.kind == Kind::kBarrier) continue;
    const uint32_t qubits = qubits_of(operation);
    if (operation.when_mask) trajectories_ = true;
    if (operation.kind == Kind::kMeasure) {
      measures_ = true;
      measured |= qubits;
    } else if (operation.kind == Kind::kReset) {
      if ((touched | measured) & qubits) trajectories_ = true;
    } else {
      if (measured & qubits) trajectories_ = true;
      touched |= qubits;
    }
  }
}

template <typename Real>
Status Run<Real>::start() {
  Status status = options_.noise.check();
  if (status != Status::kOk) return status;
  if (plan_ == nullptr) plan_ = new (std::nothrow) Plan<Real>;
  if (plan_ == nullptr || !outcomes_.resize(options_.shots)) {
    return Status::kOutOfMemory;
  }
  status = state_.create(circuit_.qubits());
  if (status != Status::kOk) return status;
  inspect();
  begin_shot();
  return Status::kOk;
}

template <typename Real>
void Run<Real>::begin_shot() {
  next_ = 0;
  planned_ = 0;
  bits_ = 0;
  touched_ = 0;
  plan_->start(circuit_, state_.data(), options_.fuse);
}

template <typename Real>
double Run<Real>::progress() const {
  if (done_) return 1;
  const size_t all = circuit_.operations().size();
  const double applied =
      double(next_ - planned_) + plan_->progress() * double(planned_);
  const double share = all == 0 ? 0 : applied / double(all);
  return trajectories_ && options_.shots > 0 ? (shot_ + share) / options_.shots
                                             : share;
}

template <typename Real>
Status Run<Real>::advance(uint64_t amplitudes) {
  int64_t work = int64_t(std::min(amplitudes, uint64_t{1} << 62));
  Status status = Status::kOk;
  while (work > 0 && !done_ && status == Status::kOk) {
    if (!plan_->done()) {
      status = plan_->advance(work);
    } else if (decaying_) {
      decay(uint32_t(std::countr_zero(decaying_)));
      decaying_ &= decaying_ - 1;
      work -= int64_t(2 * state_.size());
    } else if (next_ < circuit_.operations().size()) {
      status = feed(work);
    } else {
      status = end_shot();
      work -= int64_t(state_.size());
    }
  }
  if (status != Status::kOk) {
    state_.set_zero();
    done_ = true;
    outcomes_.clear();
  }
  return status;
}

// Plans gates up to the next operation that needs the state. Requires: a plan
// that is done.
template <typename Real>
Status Run<Real>::feed(int64_t& work) {
  plan_->start(circuit_, state_.data(), options_.fuse);
  planned_ = 0;
  const std::span<const Operation> operations = circuit_.operations();
  for (; next_ < operations.size(); ++next_, ++planned_) {
    const Operation& operation = operations[next_];
    if (decaying_ || plan_->full()) break;
    if ((bits_ & operation.when_mask) != operation.when_value) continue;
    if (info(operation.kind).gate) {
      const Status status = add_gate(operation);
      if (status != Status::kOk) return status;
      continue;
    }
    if (operation.kind == Kind::kBarrier) continue;
    if (operation.kind == Kind::kMeasure && !trajectories_) continue;
    const bool fresh = !(touched_ & qubits_of(operation));
    if (operation.kind == Kind::kReset && fresh) continue;
    if (!plan_->empty()) break;
    act(operation);
    work -= int64_t(2 * state_.size());
  }
  return Status::kOk;
}

template <typename Real>
Status Run<Real>::add_gate(const Operation& operation) {
  const uint32_t qubits = qubits_of(operation);
  touched_ |= qubits;
  const Status status = plan_->add(operation);
  if (status != Status::kOk || !options_.noise.on_gates()) return status;
  if (options_.noise.amplitude_damping > 0) decaying_ = qubits;
  return add_errors(qubits);
}

// The errors that do not depend on the state: Pauli operators.
template <typename Real>
Status Run<Real>::add_errors(uint32_t qubits) {
  const Noise& noise = options_.noise;
  const uint32_t count = uint32_t(std::popcount(qubits));
  uint64_t product = 0;  // two bits a qubit: 0 identity, 1 X, 2 Y, 3 Z
  const double p = count == 1 ? noise.depolarizing1 : noise.depolarizing2;
  if (p > 0 && random_.uniform() < p) {
    const uint64_t others = (uint64_t{1} << 2 * count) - 1;
    product = 1 + uint64_t(random_.uniform() * double(others));
  }
  // Phase damping is a Z with probability (1 - sqrt(1 - p)) / 2.
  const double flips = (1 - std::sqrt(1 - noise.phase_damping)) / 2;
  for (; qubits; qubits &= qubits - 1, product >>= 2) {
    constexpr Kind kPaulis[] = {Kind::kId, Kind::kX, Kind::kY, Kind::kZ};
    Operation error{.kind = kPaulis[product & 3]};
    error.targets[0] = uint8_t(std::countr_zero(qubits));
    Status status = Status::kOk;
    if (product & 3) status = plan_->add(error);
    if (status == Status::kOk && flips > 0 && random_.uniform() < flips) {
      error.kind = Kind::kZ;
      status = plan_->add(error);
    }
    if (status != Status::kOk) return status;
  }
  return Status::kOk;
}

// Amplitude damping: the qubit decays, or it did not, which makes |0> likelier.
template <typename Real>
void Run<Real>::decay(uint32_t qubit) {
  const double one = state_.probability(qubit);
  const double damping = options_.noise.amplitude_damping;
  if (random_.uniform() < damping * one) {
    state_.scale(qubit, 0, Real(1 / std::sqrt(one)));
    state_.flip(qubit);
  } else {
    const double factor = 1 / std::sqrt(1 - damping * one);
    state_.scale(qubit, Real(factor), Real(factor * std::sqrt(1 - damping)));
  }
}

// A measurement or a reset.
template <typename Real>
void Run<Real>::act(const Operation& operation) {
  const uint32_t qubit = operation.targets[0];
  const bool value = state_.measure(qubit, random_);
  if (operation.kind == Kind::kReset) {
    if (value) state_.flip(qubit);
    return;
  }
  const uint64_t bit = bit_of(operation);
  bits_ = (bits_ & ~bit) | recorded(value ? bit : 0, bit);
}

// What the readout makes of measured bits.
template <typename Real>
uint64_t Run<Real>::recorded(uint64_t bits, uint64_t measured) {
  const Noise& noise = options_.noise;
  if (noise.readout0 == 0 && noise.readout1 == 0) return bits;
  for (uint64_t left = measured; left; left &= left - 1) {
    const uint64_t bit = left & -left;
    const double p = bits & bit ? noise.readout1 : noise.readout0;
    if (random_.uniform() < p) bits ^= bit;
  }
  return bits;
}

template <typename Real>
Status Run<Real>::end_shot() {
  plan_->start(circuit_, state_.data(), options_.fuse);
  planned_ = 0;
  if (!trajectories_ || options_.shots == 0) {
    done_ = true;
    return trajectories_ || options_.shots == 0 ? Status::kOk : sample();
  }
  if (measures_) {
    outcomes_[shot_] = bits_;
  } else {
    uint32_t index;
    state_.sample(random_, {&index, 1});
    outcomes_[shot_] = recorded(index, state_.size() - 1);
  }
  if (++shot_ == options_.shots) {
    done_ = true;
  } else {
    state_.set_zero();
    begin_shot();
  }
  return Status::kOk;
}

// Takes all shots from the state.
template <typename Real>
Status Run<Real>::sample() {
  Array<uint32_t> indices;
  if (!indices.resize(options_.shots)) return Status::kOutOfMemory;
  state_.sample(random_, {indices.data(), indices.size()});
  // The qubit behind each classical bit: that of its last measurement.
  uint8_t qubits[kMaxBits];
  uint64_t measured = measures_ ? 0 : state_.size() - 1;
  for (const Operation& operation : circuit_.operations()) {
    if (operation.kind != Kind::kMeasure) continue;
    qubits[operation.bit] = operation.targets[0];
    measured |= bit_of(operation);
  }
  for (uint32_t i = 0; i < options_.shots; ++i) {
    uint64_t bits = measures_ ? 0 : indices[i];
    for (uint64_t left = measures_ ? measured : 0; left; left &= left - 1) {
      const uint32_t bit = uint32_t(std::countr_zero(left));
      bits |= uint64_t(indices[i] >> qubits[bit] & 1) << bit;
    }
    outcomes_[i] = recorded(bits, measured);
  }
  return Status::kOk;
}

template class Run<float>;
template class Run<double>;

}  // namespace apus::quantum
