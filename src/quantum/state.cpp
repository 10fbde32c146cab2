#include "apus/quantum/state.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "apus/quantum/circuit.h"

namespace apus::quantum {

namespace {

template <typename Real>
double square(std::complex<Real> a) {
  return double(a.real()) * double(a.real()) +
         double(a.imag()) * double(a.imag());
}

// Calls `visit` with the halves of each run in which a qubit is 0, then 1.
template <typename Real, typename Visit>
void each_pair(std::complex<Real>* data, size_t size, uint32_t qubit,
               Visit visit) {
  const size_t half = size_t{1} << qubit;
  for (size_t base = 0; base < size; base += 2 * half) {
    for (size_t i = base; i < base + half; ++i) visit(data[i], data[i + half]);
  }
}

}  // namespace

template <typename Real>
State<Real>::~State() {
  std::free(block_);
}

template <typename Real>
Status State<Real>::create(uint32_t qubits) {
  if (qubits == 0 || qubits > kMaxQubits) return Status::kSize;
  if (qubits != qubits_) {
    const uint64_t needed = bytes(qubits);
    if (needed > SIZE_MAX) return Status::kOutOfMemory;
    void* block = std::malloc(size_t(needed));
    if (block == nullptr) return Status::kOutOfMemory;
    std::free(block_);
    block_ = block;
    const auto address = reinterpret_cast<uintptr_t>(block);
    data_ = reinterpret_cast<std::complex<Real>*>((address + kAlignment - 1) &
                                                  ~uintptr_t{kAlignment - 1});
    qubits_ = qubits;
  }
  set_zero();
  return Status::kOk;
}

template <typename Real>
void State<Real>::set_zero() {
  std::fill_n(data_, size(), std::complex<Real>());
  if (data_) data_[0] = 1;
}

template <typename Real>
Status State<Real>::set(std::span<const std::complex<Real>> amplitudes) {
  if (amplitudes.size() != size()) return Status::kLength;
  double sum = 0;
  for (const std::complex<Real> amplitude : amplitudes) {
    sum += square(amplitude);
  }
  if (!std::isfinite(sum) || sum == 0) return Status::kNumber;
  const double factor = 1 / std::sqrt(sum);
  for (size_t i = 0; i < amplitudes.size(); ++i) {
    data_[i] = {Real(amplitudes[i].real() * factor),
                Real(amplitudes[i].imag() * factor)};
  }
  return Status::kOk;
}

template <typename Real>
double State<Real>::norm() const {
  // Four sums at a time: additions need not wait for each other.
  double sums[4] = {};
  const size_t size = this->size();
  for (size_t i = 0; i < size; ++i) sums[i % 4] += square(data_[i]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

template <typename Real>
double State<Real>::probability(uint32_t qubit) const {
  double zero = 0;
  double one = 0;
  each_pair(data_, size(), qubit,
            [&](std::complex<Real> a, std::complex<Real> b) {
              zero += square(a);
              one += square(b);
            });
  return one / (zero + one);
}

template <typename Real>
Status State<Real>::probabilities(uint32_t qubits,
                                  std::span<double> out) const {
  if (uint64_t{qubits} >> qubits_) return Status::kQubit;
  if (out.size() != size_t{1} << std::popcount(qubits)) return Status::kLength;
  std::fill(out.begin(), out.end(), 0.0);
  const uint32_t others = uint32_t(size() - 1) & ~qubits;
  // For each outcome, the indices that have it.
  uint32_t chosen = 0;
  for (double& sum : out) {
    uint32_t rest = 0;
    do {
      sum += square(data_[chosen | rest]);
      rest = (rest - others) & others;
    } while (rest != 0);
    chosen = (chosen - qubits) & qubits;
  }
  const double factor = 1 / norm();
  for (double& sum : out) sum *= factor;
  return Status::kOk;
}

template <typename Real>
Bloch State<Real>::bloch(uint32_t qubit) const {
  double zero = 0;
  double one = 0;
  double real = 0;
  double imaginary = 0;
  each_pair(data_, size(), qubit,
            [&](std::complex<Real> a, std::complex<Real> b) {
              zero += square(a);
              one += square(b);
              const std::complex<double> product =
                  std::conj(std::complex<double>(a)) * std::complex<double>(b);
              real += product.real();
              imaginary += product.imag();
            });
  const double factor = 1 / (zero + one);
  return {2 * real * factor, 2 * imaginary * factor, (zero - one) * factor};
}

template <typename Real>
std::expected<double, Status> State<Real>::expectation(
    const PauliSum& sum) const {
  if (sum.qubits() > qubits_) return std::unexpected(Status::kQubit);
  const std::span<const PauliTerm> terms = sum.terms();
  const size_t size = this->size();
  double total = 0;
  for (size_t first = 0, last = 0; first < terms.size(); first = last) {
    const uint32_t x = terms[first].x;
    while (last < terms.size() && terms[last].x == x) ++last;
    for (size_t i = 0; i < size; ++i) {
      const std::complex<double> product =
          std::conj(std::complex<double>(data_[i ^ x])) *
          std::complex<double>(data_[i]);
      for (const PauliTerm& term : terms.subspan(first, last - first)) {
        // Y = iXZ: each Y adds a factor of i. The real part is what the sum
        // over i and i ^ x leaves.
        const uint32_t turns = uint32_t(std::popcount(x & term.z)) +
                               2 * (uint32_t(std::popcount(i & term.z)) & 1);
        const double part = turns & 1 ? product.imag() : product.real();
        const bool minus = turns % 4 == 1 || turns % 4 == 2;
        total += minus ? -term.coefficient * part : term.coefficient * part;
      }
    }
  }
  return total / norm();
}

template <typename Real>
std::expected<double, Status> State<Real>::fidelity(const State& other) const {
  if (other.qubits_ != qubits_) return std::unexpected(Status::kLength);
  std::complex<double> sum = 0;
  const size_t size = this->size();
  for (size_t i = 0; i < size; ++i) {
    sum += std::conj(std::complex<double>(data_[i])) *
           std::complex<double>(other.data_[i]);
  }
  return square(sum) / (norm() * other.norm());
}

template <typename Real>
void State<Real>::sample(Random& random, std::span<uint32_t> out) const {
  const double total = norm();
  double rest = 1;  // 1 - the last of the sorted random numbers
  double sum = square(data_[0]);
  size_t index = 0;
  size_t last = 0;  // with a probability that is not 0
  const size_t size = this->size();
  for (size_t i = 0; i < out.size(); ++i) {
    // The smallest of k random numbers in [a, 1) is 1 - (1 - a) u^(1/k).
    rest *= std::exp(std::log1p(-random.uniform()) / double(out.size() - i));
    const double wanted = (1 - rest) * total;
    while (sum <= wanted && index + 1 < size) {
      if (data_[index] != std::complex<Real>()) last = index;
      sum += square(data_[++index]);
    }
    // Rounding may lead past the last one.
    out[i] = uint32_t(data_[index] != std::complex<Real>() ? index : last);
  }
}

template <typename Real>
bool State<Real>::measure(uint32_t qubit, Random& random) {
  const double one = probability(qubit);
  const bool value = random.uniform() < one;
  const Real factor = Real(1 / std::sqrt(value ? one : 1 - one));
  scale(qubit, value ? 0 : factor, value ? factor : 0);
  return value;
}

template <typename Real>
void State<Real>::scale(uint32_t qubit, Real zero, Real one) {
  each_pair(data_, size(), qubit,
            [&](std::complex<Real>& a, std::complex<Real>& b) {
              a *= zero;
              b *= one;
            });
}

template <typename Real>
void State<Real>::flip(uint32_t qubit) {
  each_pair(data_, size(), qubit,
            [&](std::complex<Real>& a, std::complex<Real>& b) {
              const std::complex<Real> before = a;
              a = b;
              b = before;
            });
}

template class State<float>;
template class State<double>;

}  // namespace apus::quantum
