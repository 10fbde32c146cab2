// A circuit as data: a list of operations on numbered qubits and classical
// bits. Parsers and algorithms build it, the simulator runs it.
//
// Qubit 0 is the least significant bit of an index: amplitude 0b10 belongs to
// qubit 1 = |1>, qubit 0 = |0>. Angles are radians. Sets of qubits are masks:
// bit q stands for qubit q.
//
// Every add() checks its arguments before anything changes. Not thread-safe;
// owns its memory; never throws.
#ifndef APUS_QUANTUM_CIRCUIT_H_
#define APUS_QUANTUM_CIRCUIT_H_

#include <complex>
#include <cstdint>
#include <expected>
#include <span>

#include "apus/base/array.h"
#include "apus/quantum/status.h"

namespace apus::quantum {

inline constexpr uint32_t kMaxQubits = 26;
inline constexpr uint32_t kMaxBits = 64;

// A matrix counts as unitary when no entry of U U* - 1 is larger than this.
inline constexpr double kUnitaryTolerance = 1e-6;

// Matrices are in gates.h. Comments give the angles in their order.
enum class Kind : uint8_t {
  // No targets. e^(i a), with controls a phase on their subspace; angle: a.
  kGlobalPhase,
  // One target.
  kId,
  kX,
  kY,
  kZ,
  kH,
  kS,
  kSdg,
  kT,
  kTdg,
  kSX,
  kSXdg,
  kP,   // diag(1, e^(i lambda)); lambda
  kRX,  // e^(-i theta X / 2); theta
  kRY,
  kRZ,
  // [[cos(t/2), -e^(i l) sin(t/2)], [e^(i p) sin(t/2), e^(i(p+l)) cos(t/2)]];
  // theta t, phi p, lambda l. Qiskit's; OpenQASM 3's has e^(i t/2) before it.
  kU,
  kMatrix1,  // table: index of a 2x2 matrix
  // Two targets.
  kSwap,
  kISwap,
  kRXX,  // e^(-i theta XX / 2); theta
  kRYY,
  kRZZ,
  kMatrix2,  // table: index of a 4x4 matrix; targets[0] is its low bit
  // On `qubits`, whose lowest is bit 0 of the table's index z.
  kDiagonal,     // |z> becomes e^(i a f(z)) |z>; table: f; angle: a
  kPermutation,  // |z> becomes |f(z)>; table: f
  // Not gates: no controls.
  kMeasure,  // the target into `bit`
  kReset,    // the target to |0>
  kBarrier,  // on `qubits`, for drawings; the simulator ignores it
};
inline constexpr uint32_t kKinds = static_cast<uint32_t>(Kind::kBarrier) + 1;

// The shape of a kind.
struct KindInfo {
  const char* name;  // OpenQASM's, lower case: "sdg", "rxx", "measure"
  uint8_t targets;   // 0, 1 or 2
  uint8_t angles;    // 0 to 3
  bool gate;         // unitary: may have controls
  bool mask;         // acts on `qubits`
};
// O(1).
const KindInfo& info(Kind kind);

// One operation. Fields that its kind does not use are ignored.
struct Operation {
  Kind kind = Kind::kId;
  uint8_t targets[2] = {0, 0};
  uint8_t bit = 0;        // kMeasure
  uint32_t controls = 0;  // it acts where all these qubits are |1>
  uint32_t qubits = 0;    // kDiagonal, kPermutation, kBarrier
  uint32_t table = 0;     // an index that an add_… below returned
  double angles[3] = {0, 0, 0};
  // It runs only if (classical bits & when_mask) == when_value.
  uint64_t when_mask = 0;
  uint64_t when_value = 0;
};

// Row by row: entry [row * size + column].
struct Matrix1 {
  std::complex<double> at[4];
};
struct Matrix2 {
  std::complex<double> at[16];
};

// f of a diagonal as its distinct values: f(z) = values[level[z]]. A run
// computes one exponential a value, not one an index.
struct Levels {
  Array<double> values;  // ascending
  Array<uint32_t> level;
};

// f of a permutation, and the smallest index of each of its cycles longer than
// one, ascending: a run moves amplitudes in place.
struct Permutation {
  Array<uint32_t> to;
  Array<uint32_t> leaders;
};

class Circuit {
 public:
  // kSize unless 1 <= qubits <= kMaxQubits and bits <= kMaxBits.
  static std::expected<Circuit, Status> create(uint32_t qubits,
                                               uint32_t bits = 0);
  Circuit(Circuit&&) noexcept;
  Circuit& operator=(Circuit&&) noexcept;
  ~Circuit();

  uint32_t qubits() const { return qubits_; }
  uint32_t bits() const { return bits_; }
  std::span<const Operation> operations() const {
    return {operations_.data(), operations_.size()};
  }
  const Matrix1& matrix1(uint32_t table) const { return matrices1_[table]; }
  const Matrix2& matrix2(uint32_t table) const { return matrices2_[table]; }
  const Levels& levels(uint32_t table) const { return *levels_[table]; }
  const Permutation& permutation(uint32_t table) const {
    return *permutations_[table];
  }

  // Appends an operation. kQubit, kSameQubit, kBit, kNumber, kUnsupported
  // (controls on a kind that is not a gate), kLength (no such table, or it does
  // not fit `qubits`), kOutOfMemory. O(1) amortised.
  [[nodiscard]] Status add(const Operation& operation);

  // Short forms of add().
  [[nodiscard]] Status add(Kind kind, uint32_t target, double a = 0,
                           double b = 0, double c = 0);
  [[nodiscard]] Status add2(Kind kind, uint32_t first, uint32_t second,
                            double angle = 0);
  [[nodiscard]] Status add_controlled(Kind kind, uint32_t controls,
                                      uint32_t target, double a = 0,
                                      double b = 0, double c = 0);
  [[nodiscard]] Status measure(uint32_t qubit, uint32_t bit);

  // Store a table and return its index for Operation::table; many operations
  // may share one. kNotUnitary, kOutOfMemory.
  std::expected<uint32_t, Status> add_matrix(const Matrix1& matrix);
  std::expected<uint32_t, Status> add_matrix(const Matrix2& matrix);
  // f(z) for z = 0, 1, …; the length is a power of two, 2 to 2^kMaxQubits.
  // kLength, kNumber, kOutOfMemory. O(n log n).
  std::expected<uint32_t, Status> add_levels(std::span<const double> f);
  // kLength, kNotPermutation, kOutOfMemory. O(n).
  std::expected<uint32_t, Status> add_permutation(std::span<const uint32_t> f);

 private:
  Circuit(uint32_t qubits, uint32_t bits) : qubits_(qubits), bits_(bits) {}
  Status check_qubits(const Operation& operation) const;
  Status check_table(const Operation& operation) const;

  uint32_t qubits_;
  uint32_t bits_;
  Array<Operation> operations_;
  Array<Matrix1> matrices1_;
  Array<Matrix2> matrices2_;
  Array<Levels*> levels_;
  Array<Permutation*> permutations_;
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CIRCUIT_H_
