#include "apus/quantum/circuit.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <new>

#include "apus/quantum/gates.h"

namespace apus::quantum {

namespace {

constexpr KindInfo kInfo[kKinds] = {
    {"gphase", 0, 1, true, false},   {"id", 1, 0, true, false},
    {"x", 1, 0, true, false},        {"y", 1, 0, true, false},
    {"z", 1, 0, true, false},        {"h", 1, 0, true, false},
    {"s", 1, 0, true, false},        {"sdg", 1, 0, true, false},
    {"t", 1, 0, true, false},        {"tdg", 1, 0, true, false},
    {"sx", 1, 0, true, false},       {"sxdg", 1, 0, true, false},
    {"p", 1, 1, true, false},        {"rx", 1, 1, true, false},
    {"ry", 1, 1, true, false},       {"rz", 1, 1, true, false},
    {"u", 1, 3, true, false},        {"matrix1", 1, 0, true, false},
    {"swap", 2, 0, true, false},     {"iswap", 2, 0, true, false},
    {"rxx", 2, 1, true, false},      {"ryy", 2, 1, true, false},
    {"rzz", 2, 1, true, false},      {"matrix2", 2, 0, true, false},
    {"diagonal", 0, 1, true, true},  {"permutation", 0, 0, true, true},
    {"measure", 1, 0, false, false}, {"reset", 1, 0, false, false},
    {"barrier", 0, 0, false, true},
};

template <typename T>
void free_all(Array<T*>& tables) {
  for (T* table : tables) delete table;
  tables.clear();
}

// Stores `value` as the last element.
template <typename T>
std::expected<uint32_t, Status> append(Array<T>& array, const T& value) {
  if (!array.push_back(value)) return std::unexpected(Status::kOutOfMemory);
  return static_cast<uint32_t>(array.size() - 1);
}

bool is_table_length(size_t length) {
  return length >= 2 && std::has_single_bit(length) &&
         length <= size_t{1} << kMaxQubits;
}

}  // namespace

const KindInfo& info(Kind kind) { return kInfo[static_cast<uint32_t>(kind)]; }

std::expected<Circuit, Status> Circuit::create(uint32_t qubits, uint32_t bits) {
  if (qubits == 0 || qubits > kMaxQubits || bits > kMaxBits) {
    return std::unexpected(Status::kSize);
  }
  return Circuit(qubits, bits);
}

Circuit::Circuit(Circuit&&) noexcept = default;

Circuit& Circuit::operator=(Circuit&& other) noexcept {
  qubits_ = other.qubits_;
  bits_ = other.bits_;
  operations_.swap(other.operations_);
  matrices1_.swap(other.matrices1_);
  matrices2_.swap(other.matrices2_);
  levels_.swap(other.levels_);
  permutations_.swap(other.permutations_);
  return *this;
}

Circuit::~Circuit() {
  free_all(levels_);
  free_all(permutations_);
}

Status Circuit::check_qubits(const Operation& operation) const {
  const KindInfo& shape = info(operation.kind);
  const uint32_t all = (uint32_t{1} << qubits_) - 1;
  uint32_t used = operation.controls;
  if (shape.mask) {
    if (operation.qubits == 0) return Status::kQubit;
    if (used & operation.qubits) return Status::kSameQubit;
    used |= operation.qubits;
  }
  for (uint32_t i = 0; i < shape.targets; ++i) {
    if (operation.targets[i] >= qubits_) return Status::kQubit;
    const uint32_t bit = uint32_t{1} << operation.targets[i];
    if (used & bit) return Status::kSameQubit;
    used |= bit;
  }
  return used & ~all ? Status::kQubit : Status::kOk;
}

Status Circuit::check_table(const Operation& operation) const {
  const auto fits = [&](size_t tables) { return operation.table < tables; };
  const size_t length = size_t{1} << std::popcount(operation.qubits);
  bool right = true;
  switch (operation.kind) {
    case Kind::kMatrix1:
      right = fits(matrices1_.size());
      break;
    case Kind::kMatrix2:
      right = fits(matrices2_.size());
      break;
    case Kind::kDiagonal:
      right = fits(levels_.size()) &&
              levels_[operation.table]->level.size() == length;
      break;
    case Kind::kPermutation:
      right = fits(permutations_.size()) &&
              permutations_[operation.table]->to.size() == length;
      break;
    default:
      break;
  }
  return right ? Status::kOk : Status::kLength;
}

Status Circuit::add(const Operation& operation) {
  if (static_cast<uint32_t>(operation.kind) >= kKinds) {
    return Status::kUnsupported;
  }
  const KindInfo& shape = info(operation.kind);
  if (operation.controls && !shape.gate) return Status::kUnsupported;
  if (const Status status = check_qubits(operation); status != Status::kOk) {
    return status;
  }
  for (uint32_t i = 0; i < shape.angles; ++i) {
    if (!std::isfinite(operation.angles[i])) return Status::kNumber;
  }
  if (operation.kind == Kind::kMeasure && operation.bit >= bits_) {
    return Status::kBit;
  }
  const uint64_t bits = bits_ == 64 ? ~uint64_t{0} : (uint64_t{1} << bits_) - 1;
  if (operation.when_mask & ~bits ||
      operation.when_value & ~operation.when_mask) {
    return Status::kBit;
  }
  if (const Status status = check_table(operation); status != Status::kOk) {
    return status;
  }
  return operations_.push_back(operation) ? Status::kOk : Status::kOutOfMemory;
}

Status Circuit::add(Kind kind, uint32_t target, double a, double b, double c) {
  return add_controlled(kind, 0, target, a, b, c);
}

Status Circuit::add2(Kind kind, uint32_t first, uint32_t second, double angle) {
  if (first >= qubits_ || second >= qubits_) return Status::kQubit;
  Operation operation{.kind = kind};
  operation.targets[0] = static_cast<uint8_t>(first);
  operation.targets[1] = static_cast<uint8_t>(second);
  operation.angles[0] = angle;
  return add(operation);
}

Status Circuit::add_controlled(Kind kind, uint32_t controls, uint32_t target,
                               double a, double b, double c) {
  if (target >= qubits_) return Status::kQubit;
  Operation operation{.kind = kind, .controls = controls};
  operation.targets[0] = static_cast<uint8_t>(target);
  operation.angles[0] = a;
  operation.angles[1] = b;
  operation.angles[2] = c;
  return add(operation);
}

Status Circuit::measure(uint32_t qubit, uint32_t bit) {
  if (qubit >= qubits_) return Status::kQubit;
  if (bit >= bits_) return Status::kBit;
  Operation operation{.kind = Kind::kMeasure};
  operation.targets[0] = static_cast<uint8_t>(qubit);
  operation.bit = static_cast<uint8_t>(bit);
  return add(operation);
}

std::expected<uint32_t, Status> Circuit::add_matrix(const Matrix1& matrix) {
  if (!is_unitary(matrix.at, 2)) return std::unexpected(Status::kNotUnitary);
  return append(matrices1_, matrix);
}

std::expected<uint32_t, Status> Circuit::add_matrix(const Matrix2& matrix) {
  if (!is_unitary(matrix.at, 4)) return std::unexpected(Status::kNotUnitary);
  return append(matrices2_, matrix);
}

std::expected<uint32_t, Status> Circuit::add_levels(std::span<const double> f) {
  if (!is_table_length(f.size())) return std::unexpected(Status::kLength);
  for (const double value : f) {
    if (!std::isfinite(value)) return std::unexpected(Status::kNumber);
  }
  Levels* table = new (std::nothrow) Levels;
  if (table == nullptr || !table->values.resize(f.size()) ||
      !table->level.resize(f.size()) || !levels_.reserve(levels_.size() + 1)) {
    delete table;
    return std::unexpected(Status::kOutOfMemory);
  }
  Array<double>& values = table->values;
  std::copy(f.begin(), f.end(), values.begin());
  std::sort(values.begin(), values.end());
  values.truncate(
      size_t(std::unique(values.begin(), values.end()) - values.begin()));
  for (size_t i = 0; i < f.size(); ++i) {
    table->level[i] = static_cast<uint32_t>(
        std::lower_bound(values.begin(), values.end(), f[i]) - values.begin());
  }
  return append(levels_, table);
}

std::expected<uint32_t, Status> Circuit::add_permutation(
    std::span<const uint32_t> f) {
  if (!is_table_length(f.size())) return std::unexpected(Status::kLength);
  Permutation* table = new (std::nothrow) Permutation;
  Array<uint8_t> seen;
  // Cycles longer than one are at most half as many as indices.
  if (table == nullptr || !table->to.resize(f.size()) ||
      !table->leaders.reserve(f.size() / 2) || !seen.resize(f.size()) ||
      !permutations_.reserve(permutations_.size() + 1)) {
    delete table;
    return std::unexpected(Status::kOutOfMemory);
  }
  for (const uint32_t to : f) {
    if (to >= f.size() || seen[to]) {
      delete table;
      return std::unexpected(Status::kNotPermutation);
    }
    seen[to] = 1;
  }
  std::copy(f.begin(), f.end(), table->to.begin());
  for (uint32_t z = 0; z < f.size(); ++z) {
    if (!seen[z] || f[z] == z) continue;
    // reserved above, so it cannot fail
    (void)table->leaders.push_back(z);
    for (uint32_t at = z; seen[at]; at = f[at]) seen[at] = 0;
  }
  return append(permutations_, table);
}

}  // namespace apus::quantum
