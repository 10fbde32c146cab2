#include "apus/quantum/algorithms/grover.h"

#include <cmath>

namespace apus::quantum {
namespace {

constexpr size_t kBlock =
    64;  // floats are added up in blocks, blocks as doubles

}  // namespace

std::expected<Grover, Status> Grover::create(uint32_t qubits,
                                             std::span<const uint32_t> marked) {
  if (qubits == 0 || qubits > kMaxQubits) return std::unexpected(Status::kSize);
  for (const uint32_t index : marked)
    if (index >> qubits) return std::unexpected(Status::kQubit);
  Grover it;
  if (!it.amplitudes_.resize(size_t{1} << qubits) ||
      !it.marked_.resize(marked.size()))
    return std::unexpected(Status::kOutOfMemory);
  for (size_t i = 0; i < marked.size(); ++i) it.marked_[i] = marked[i];
  it.restart();
  return it;
}

void Grover::restart() {
  const double size = static_cast<double>(amplitudes_.size());
  for (float& it : amplitudes_) it = static_cast<float>(1 / std::sqrt(size));
}

void Grover::iterate(uint32_t times) {
  const size_t size = amplitudes_.size();
  const size_t block = size < kBlock ? size : kBlock;
  float* amplitudes = amplitudes_.data();
  for (; times > 0; --times) {
    for (const uint32_t index : marked_) amplitudes[index] = -amplitudes[index];
    double sum = 0;
    for (size_t at = 0; at < size; at += block) {
      float part[4] = {0, 0, 0, 0};
      for (size_t i = 0; i < block; ++i) part[i & 3] += amplitudes[at + i];
      sum += static_cast<double>(part[0] + part[1]) +
             static_cast<double>(part[2] + part[3]);
    }
    const float twice = static_cast<float>(2 * sum / static_cast<double>(size));
    for (size_t i = 0; i < size; ++i) amplitudes[i] = twice - amplitudes[i];
  }
}

double Grover::probability() const {
  double sum = 0;
  for (const uint32_t index : marked_) {
    const double amplitude = amplitudes_[index];
    sum += amplitude * amplitude;
  }
  return sum;
}

uint32_t Grover::sample(double unit) const {
  const size_t size = amplitudes_.size();
  double total = 0;  // 1, but for rounding errors
  for (const float it : amplitudes_) total += static_cast<double>(it) * it;
  double left = unit * total;
  for (size_t i = 0; i < size; ++i) {
    left -= static_cast<double>(amplitudes_[i]) * amplitudes_[i];
    if (left < 0) return static_cast<uint32_t>(i);
  }
  return static_cast<uint32_t>(size - 1);
}

}  // namespace apus::quantum
