// A circuit with parameters, whose energy an optimizer lowers: the state of
// VQE, QAOA and variational classifiers.
//
// Its steps are rotations e^(-i angle P / 2) about Pauli strings P (RX, RY, RZ,
// RXX, RYY, RZZ and the exponentials of unitary coupled cluster), phases
// e^(-i angle C) of a diagonal operator C, and controlled Z. A rotation about
// any string is one sweep over the vector, though a device would run a ladder
// of gates, and its derivative is the string itself. So all derivatives cost
// about three runs, however many parameters there are (adjoint differentiation:
// Jones, Gacon, arXiv:2009.02823).
//
// Memory: two vectors of complex<double>, 32 MiB for 20 qubits. Not
// thread-safe; never throws.
#ifndef APUS_QUANTUM_ALGORITHMS_ANSATZ_H_
#define APUS_QUANTUM_ALGORITHMS_ANSATZ_H_

#include "apus/quantum/classical/observable.h"

namespace apus::quantum {

class Ansatz {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Begins with |start>, or with all indices equally likely for kNone.
  // kSize unless 1 <= qubits <= Observable::kMaxQubits, kQubit, kOutOfMemory.
  static std::expected<Ansatz, Status> create(uint32_t qubits, uint32_t start);

  // Append a step. The angle is offset + scale * values[parameter], or the
  // offset alone for kNone. kQubit, kNumber, kOutOfMemory.
  [[nodiscard]] Status rotate(uint32_t x, uint32_t z, uint32_t parameter,
                              double scale, double offset);
  // By the diagonal of the observable that expectation() and gradient() get.
  [[nodiscard]] Status phase(uint32_t parameter, double scale);
  // Z where all these qubits are 1.
  [[nodiscard]] Status sign(uint32_t qubits);

  // How many values it reads: the largest parameter and one.
  uint32_t parameters() const { return parameters_; }

  // The energy of its state. Requires, here and below: parameters() values and
  // an observable of as many qubits. O(2^qubits (steps + strings)).
  double expectation(const Observable& observable, const double* values);

  // The same, and its derivatives by all parameters, from one run forth and one
  // back.
  double gradient(const Observable& observable, const double* values,
                  double* derivatives);

  // The derivatives as a device measures them, by the parameter-shift rule
  // (Schuld et al., Phys. Rev. A 99, 032331, 2019): two runs with the angle
  // half a pi up and down for each rotation. Requires: no phase(). Returns the
  // number of runs.
  uint32_t shift(const Observable& observable, const double* values,
                 double* derivatives);

  // The state of the last expectation(): 2^qubits amplitudes.
  const std::complex<double>* state() const { return state_.data(); }

 private:
  using Amplitude = std::complex<double>;
  enum class Kind : uint8_t { kRotation, kPhase, kSign };
  struct Step {
    Kind kind;
    PauliTerm string;  // of coefficient 1; sign(): its z
    uint32_t parameter;
    double scale;
    double offset;
  };

  Ansatz(uint32_t qubits, uint32_t start) : qubits_(qubits), start_(start) {}
  Status push(const Step& step);
  double angle(const Step& step, const double* values) const;
  void run(const Observable& observable, const double* values, size_t shifted,
           double by);
  void apply(const Step& step, const Observable& observable, double angle,
             Amplitude* state) const;
  double slope(const Step& step, const Observable& observable,
               const Amplitude* state) const;

  uint32_t qubits_;
  uint32_t start_;
  uint32_t parameters_ = 0;
  Array<Step> steps_;
  Array<Amplitude> state_;
  Array<Amplitude> image_;  // the observable times the state
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_ALGORITHMS_ANSATZ_H_
