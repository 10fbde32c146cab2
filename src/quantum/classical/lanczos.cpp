#include "apus/quantum/classical/lanczos.h"

#include <cmath>

#include "apus/quantum/random.h"

namespace apus::quantum {
namespace {

constexpr double kResidual = 1e-10;

// How many eigenvalues of the tridiagonal matrix are below `x`: the negative
// pivots of its LDL^T (Sylvester's law of inertia).
size_t below(double x, const Array<double>& alpha, const Array<double>& beta) {
  size_t count = 0;
  double pivot = 1;
  for (size_t i = 0; i < alpha.size(); ++i) {
    const double coupled = i == 0 ? 0 : beta[i - 1] * beta[i - 1] / pivot;
    pivot = alpha[i] - x - coupled;
    if (pivot == 0) pivot = 1e-300;
    if (pivot < 0) ++count;
  }
  return count;
}

double norm(const Array<std::complex<double>>& vector) {
  double sum = 0;
  for (const auto& amplitude : vector) sum += std::norm(amplitude);
  return std::sqrt(sum);
}

}  // namespace

std::expected<Lanczos, Status> Lanczos::create(const Observable& observable,
                                               uint64_t seed) {
  Lanczos it(observable);
  const size_t size = observable.size();
  if (!it.before_.resize(size) || !it.now_.resize(size) ||
      !it.next_.resize(size))
    return std::unexpected(Status::kOutOfMemory);
  Random random(seed);
  for (Amplitude& amplitude : it.now_)
    amplitude = {random.uniform() - 0.5, random.uniform() - 0.5};
  const double length = norm(it.now_);
  for (Amplitude& amplitude : it.now_) amplitude /= length;
  return it;
}

// Finds the smallest eigenvalue of the tridiagonal matrix by bisection, and
// tells whether the residual of its vector, beta times the vector's last entry
// (Paige, 1971), is small.
bool Lanczos::converged() {
  const size_t size = alpha_.size();
  const double scale = observable_->scale();
  double low = -scale * (1 + 1e-12);
  double high = alpha_[0];
  for (const double alpha : alpha_)
    if (alpha < high) high = alpha;
  for (int i = 0; i < 200 && high - low > 1e-15 * scale; ++i) {
    const double middle = low + (high - low) / 2;
    (below(middle, alpha_, beta_) > 0 ? high : low) = middle;
  }
  value_ = high;
  // Inverse iteration just below the eigenvalue, where the matrix is positive
  // definite: elimination needs no pivoting.
  const double shift = value_ - 1e-13 * scale;
  double* pivots = work_.data();
  double* vector = work_.data() + size;
  for (size_t i = 0; i < size; ++i) vector[i] = 1;
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < size; ++i) {
      pivots[i] = alpha_[i] - shift;
      if (i == 0) continue;
      const double ratio = beta_[i - 1] / pivots[i - 1];
      pivots[i] -= ratio * beta_[i - 1];
      vector[i] -= ratio * vector[i - 1];
    }
    double sum = 0;
    for (size_t i = size; i-- > 0;) {
      if (i + 1 < size) vector[i] -= beta_[i] * vector[i + 1];
      vector[i] /= pivots[i];
      sum += vector[i] * vector[i];
    }
    const double length = std::sqrt(sum);
    for (size_t i = 0; i < size; ++i) vector[i] /= length;
  }
  return beta_[size - 1] * std::abs(vector[size - 1]) <= kResidual * scale;
}

std::expected<bool, Status> Lanczos::step() {
  if (done_) return true;
  const size_t steps = alpha_.size();
  if (!alpha_.reserve(steps + 1) || !beta_.reserve(steps + 1) ||
      !work_.resize(2 * (steps + 1)))
    return std::unexpected(Status::kOutOfMemory);
  observable_->apply(now_.data(), next_.data());
  double alpha = 0;
  for (size_t i = 0; i < now_.size(); ++i)
    alpha += (std::conj(now_[i]) * next_[i]).real();
  const double beta = steps == 0 ? 0 : beta_[steps - 1];
  for (size_t i = 0; i < now_.size(); ++i)
    next_[i] -= alpha * now_[i] + beta * before_[i];
  const double length = norm(next_);
  (void)alpha_.push_back(alpha);  // reserved
  (void)beta_.push_back(length);
  done_ = converged() || steps + 1 == now_.size();
  if (length > 0)
    for (Amplitude& amplitude : next_) amplitude /= length;
  before_.swap(now_);
  now_.swap(next_);
  return done_;
}

}  // namespace apus::quantum
