#include "apus/quantum/classical/annealer.h"

#include <cmath>
#include <numbers>

namespace apus::quantum {

std::expected<Annealer, Status> Annealer::create(const Ising& ising,
                                                 uint64_t seed) {
  Annealer it(ising, seed);
  const uint32_t size = ising.size();
  if (!it.spins_.resize(size) || !it.slopes_.resize(size) ||
      !it.best_spins_.resize(size))
    return std::unexpected(Status::kOutOfMemory);
  double strongest = 0;
  double weakest = INFINITY;
  for (uint32_t i = 0; i < size; ++i) {
    double sum = std::abs(ising.field(i));
    double most = sum;
    for (const auto& neighbor : ising.neighbors(i)) {
      const double weight = std::abs(neighbor.weight);
      sum += weight;
      if (weight > most) most = weight;
    }
    if (sum > strongest) strongest = sum;
    if (most > 0 && most < weakest) weakest = most;
  }
  if (strongest > 0) {
    it.hot_ = 2 * strongest / std::numbers::ln2;
    it.cold_ = 2 * weakest / std::log(100.0);
  }
  it.best_ = INFINITY;
  it.restart();
  return it;
}

void Annealer::restart() {
  for (int8_t& spin : spins_) spin = random_.below(2) ? 1 : -1;
  for (uint32_t i = 0; i < ising_->size(); ++i)
    slopes_[i] = ising_->slope(spins_.data(), i);
}

void Annealer::flip(uint32_t spin) {
  const double change = -2.0 * spins_[spin];
  spins_[spin] = static_cast<int8_t>(-spins_[spin]);
  for (const auto& it : ising_->neighbors(spin))
    slopes_[it.spin] += change * it.weight;
}

void Annealer::sweep(double temperature) {
  for (uint32_t i = 0; i < ising_->size(); ++i) {
    const double rise = -2 * spins_[i] * slopes_[i];
    if (rise <= 0 || random_.uniform() < std::exp(-rise / temperature)) flip(i);
  }
}

void Annealer::descend() {
  bool moved = true;
  while (moved) {
    moved = false;
    for (uint32_t i = 0; i < ising_->size(); ++i) {
      // More than a rounding error, or it might flip to and fro.
      if (spins_[i] * slopes_[i] <= 1e-12 * hot_) continue;
      flip(i);
      moved = true;
    }
  }
}

void Annealer::run(uint32_t sweeps) {
  const double ratio = std::pow(cold_ / hot_, 1.0 / sweeps);
  double temperature = hot_;
  for (uint32_t i = 0; i < sweeps; ++i) sweep(temperature *= ratio);
  descend();
  const double energy = ising_->energy(spins_.data());
  if (energy >= best_) return;
  best_ = energy;
  for (uint32_t i = 0; i < ising_->size(); ++i) best_spins_[i] = spins_[i];
}

}  // namespace apus::quantum
