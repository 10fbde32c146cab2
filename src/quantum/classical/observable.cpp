#include "apus/quantum/classical/observable.h"

#include <bit>
#include <cmath>

namespace apus::quantum {
namespace {

bool odd(uint32_t mask) { return std::popcount(mask) & 1; }

// The coefficient times i for each Y: what all factors of a string share.
std::complex<double> common(const PauliTerm& string) {
  constexpr std::complex<double> kPowers[] = {1, {0, 1}, -1, {0, -1}};
  return string.coefficient * kPowers[std::popcount(string.x & string.z) & 3];
}

}  // namespace

std::complex<double> pauli_factor(const PauliTerm& term, uint32_t index) {
  return odd(index & term.z) ? -common(term) : common(term);
}

std::expected<Observable, Status> Observable::create(
    uint32_t qubits, std::span<const PauliTerm> terms) {
  if (qubits == 0 || qubits > kMaxQubits) return std::unexpected(Status::kSize);
  for (const PauliTerm& term : terms) {
    if ((term.x | term.z) >> qubits) return std::unexpected(Status::kQubit);
    if (!std::isfinite(term.coefficient))
      return std::unexpected(Status::kNumber);
  }
  Observable it(qubits);
  if (!it.diagonal_.resize(size_t{1} << qubits))
    return std::unexpected(Status::kOutOfMemory);
  for (const PauliTerm& term : terms) {
    it.scale_ += std::abs(term.coefficient);
    if (term.x != 0) {
      if (!it.flips_.push_back(term))
        return std::unexpected(Status::kOutOfMemory);
      continue;
    }
    for (uint32_t i = 0; i < it.size(); ++i)
      it.diagonal_[i] += odd(i & term.z) ? -term.coefficient : term.coefficient;
  }
  return it;
}

void Observable::apply(const std::complex<double>* in,
                       std::complex<double>* out) const {
  for (size_t i = 0; i < size(); ++i) out[i] = diagonal_[i] * in[i];
  for (const PauliTerm& string : flips_) {
    const std::complex<double> factor = common(string);
    for (uint32_t i = 0; i < size(); ++i) {
      const std::complex<double> part = factor * in[i];
      out[i ^ string.x] += odd(i & string.z) ? -part : part;
    }
  }
}

double Observable::expectation(const std::complex<double>* in) const {
  double sum = 0;
  for (size_t i = 0; i < size(); ++i) sum += diagonal_[i] * std::norm(in[i]);
  for (const PauliTerm& string : flips_) {
    std::complex<double> part = 0;
    for (uint32_t i = 0; i < size(); ++i) {
      const std::complex<double> overlap = std::conj(in[i ^ string.x]) * in[i];
      part += odd(i & string.z) ? -overlap : overlap;
    }
    sum += (common(string) * part).real();
  }
  return sum;
}

}  // namespace apus::quantum
