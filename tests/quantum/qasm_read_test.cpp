#include <gtest/gtest.h>

#include <numbers>
#include <string>

#include "apus/quantum/qasm.h"
#include "qasm_naive.h"

namespace apus::quantum {
namespace {

using testing::difference;
constexpr double kPi = std::numbers::pi;

const std::string k3 = "OPENQASM 3.0; include \"stdgates.inc\"; qubit[3] q; ";
const std::string k2 =
    "OPENQASM 2.0; include \"qelib1.inc\"; qreg q[3]; creg c[3]; ";

Circuit read(const std::string& text) {
  auto circuit = read_qasm(text);
  EXPECT_TRUE(circuit) << circuit.error().line << ":" << circuit.error().column
                       << " " << circuit.error().message << "\n"
                       << text;
  return circuit ? std::move(*circuit) : std::move(*Circuit::create(1));
}

void expect_error(const std::string& text, uint32_t line, uint32_t column,
                  const std::string& message) {
  const auto circuit = read_qasm(text);
  ASSERT_FALSE(circuit) << text;
  const QasmError& error = circuit.error();
  EXPECT_EQ(error.line, line) << error.message;
  EXPECT_EQ(error.column, column) << error.message;
  EXPECT_NE(std::string(error.message).find(message), std::string::npos)
      << error.message;
}

// Equal also in its phase.
void expect_same(const std::string& one, const std::string& other) {
  EXPECT_LT(difference(read(k3 + one), read(k3 + other), false), 1e-12)
      << one << "\n"
      << other;
}

TEST(QasmRead, TheGatesOfAVersion2Text) {
  const Circuit circuit = read(k2 +
                               "h q[0]; cx q[0],q[1]; u1(pi/4) q[2];"
                               "measure q -> c;");
  ASSERT_EQ(circuit.operations().size(), 6u);
  EXPECT_EQ(circuit.qubits(), 3u);
  EXPECT_EQ(circuit.bits(), 3u);
  EXPECT_EQ(circuit.operations()[1].controls, 1u);
  EXPECT_EQ(circuit.operations()[1].targets[0], 1);
  EXPECT_EQ(circuit.operations()[2].angles[0], kPi / 4);
  EXPECT_EQ(circuit.operations()[5].kind, Kind::kMeasure);
  EXPECT_EQ(circuit.operations()[5].bit, 2);
}

TEST(QasmRead, RegistersGoInStep) {
  const Circuit circuit = read(
      "include \"stdgates.inc\"; qubit[2] a; qubit[2] b; cx a, b; cx a[0], b;");
  ASSERT_EQ(circuit.operations().size(), 4u);
  EXPECT_EQ(circuit.operations()[1].controls, 2u);
  EXPECT_EQ(circuit.operations()[1].targets[0], 3);
  EXPECT_EQ(circuit.operations()[3].controls, 1u);
  EXPECT_EQ(circuit.operations()[3].targets[0], 3);
}

TEST(QasmRead, ExpressionsHaveTheUsualPrecedence) {
  const auto value = [](const std::string& text) {
    return read(k2 + "rx(" + text + ") q[0];").operations()[0].angles[0];
  };
  EXPECT_EQ(value("1 + 2 * 3 - 4 / 2"), 5);
  EXPECT_EQ(value("-2 ^ 2"), -4);
  EXPECT_EQ(value("2 ^ 3 ^ 2"), 512);
  EXPECT_EQ(value("2 ^ -1"), .5);
  EXPECT_EQ(value("-(1.5e1 - .5)"), -14.5);
  EXPECT_DOUBLE_EQ(value("sin(pi / 6) + sqrt(4) + ln(exp(1))"), 3.5);
  EXPECT_EQ(read("include \"stdgates.inc\"; const float[64] a = tau / 8;"
                 "qubit q; gate g(b) r { rx(a + b) r; } g(2 ** 2) q;")
                .operations()[0]
                .angles[0],
            kPi / 4 + 4);
}

TEST(QasmRead, GateDefinitionsAreExpanded) {
  expect_same(
      "gate bell a, b { h a; cx a, b; } gate two(x) a, b { bell a, b; rz(-x) "
      "b; "
      "bell b, a; } two(pi/3) q[2], q[0];",
      "h q[2]; cx q[2], q[0]; rz(-pi/3) q[0]; h q[0]; cx q[0], q[2];");
}

TEST(QasmRead, AParameterHidesAConstant) {
  expect_same(
      "const int a = 3; gate g(a) r { rx(a) r; } g(1) q[0]; rx(a) q[1];",
      "rx(1) q[0]; rx(3) q[1];");
}

TEST(QasmRead, ModifiersOfGates) {
  expect_same("ctrl @ x q[0], q[1];", "cx q[0], q[1];");
  expect_same("ctrl(2) @ x q[0], q[2], q[1];", "ccx q[0], q[2], q[1];");
  expect_same("negctrl @ x q[0], q[1];", "x q[0]; cx q[0], q[1]; x q[0];");
  expect_same("negctrl @ ctrl @ x q[0], q[1], q[2];",
              "x q[0]; ccx q[0], q[1], q[2]; x q[0];");
  expect_same("inv @ s q[0];", "sdg q[0];");
  expect_same("inv @ u3(.1, .2, .3) q[0];", "u3(-.1, -.3, -.2) q[0];");
  expect_same("pow(3) @ t q[0];", "t q[0]; t q[0]; t q[0];");
  expect_same("pow(-2) @ t q[0];", "tdg q[0]; tdg q[0];");
  expect_same("pow(0) @ t q[0];", "");
  expect_same("inv @ pow(2) @ ctrl @ rx(.5) q[0], q[1];",
              "crx(-1.0) q[0], q[1];");
  expect_same("inv @ iswap q[0], q[1]; iswap q[0], q[1];", "");
  expect_same("gate g a, b { h a; t b; cx a, b; } inv @ g q[0], q[1];",
              "cx q[0], q[1]; tdg q[1]; h q[0];");
  expect_same("gate g a { h a; t a; } ctrl @ g q[2], q[0];",
              "ch q[2], q[0]; cp(pi/4) q[2], q[0];");
}

// openqasm.com, language specification 3.0, "Built-in gates" and stdgates.inc.
TEST(QasmRead, ControlsMakeThePhasesOfVersion3Visible) {
  expect_same("ctrl @ gphase(pi/4) q[1];", "t q[1];");
  expect_same("ctrl @ U(.3, .4, .5) q[0], q[1];",
              "cu(.3, .4, .5, .15) q[0], q[1];");
  expect_same("ctrl @ u3(.3, .4, .5) q[0], q[1];",
              "cu(.3, .4, .5, -.45) q[0], q[1];");
  expect_same("ctrl @ u2(.4, .5) q[0], q[1];",
              "cu(pi/2, .4, .5, -.45) q[0], q[1];");
  expect_same("ctrl @ rz(.4) q[0], q[1];", "crz(.4) q[0], q[1];");
  expect_same("cu(.1, .2, .3, .4) q[0], q[1];",
              "p(.4) q[0]; cu(.1, .2, .3, 0) q[0], q[1];");
  EXPECT_EQ(read(k3 + "U(1, 2, 3) q[0];").operations().size(), 1u);
  EXPECT_EQ(read(k3 + "gphase(1);").operations().size(), 1u);
}

TEST(QasmRead, ConditionsBecomeMasks) {
  const Circuit circuit = read(
      k3 +
      "bit[2] b; bit c; if (b == 2) x q[0]; if (c) { x q[1]; h q[1]; } else "
      "y q[1]; if (!b[0] && c == 1) z q; if (b[1]) if (c != 1) s q[0];");
  const auto& all = circuit.operations();
  ASSERT_EQ(all.size(), 8u);
  const auto expect = [&](size_t i, uint64_t mask, uint64_t value) {
    EXPECT_EQ(all[i].when_mask, mask) << i;
    EXPECT_EQ(all[i].when_value, value) << i;
  };
  expect(0, 3, 2);
  expect(2, 4, 4);
  expect(3, 4, 0);
  expect(6, 5, 4);
  expect(7, 6, 2);
}

TEST(QasmRead, MeasurementsResetsAndBarriers) {
  const Circuit circuit = read(
      "OPENQASM 3; qubit[2] q; bit[2] c = measure q; c[-1] = measure q[0];"
      "reset q; barrier; barrier q[1]; if (c[0]) c[0] = measure q[1];");
  const auto& all = circuit.operations();
  ASSERT_EQ(all.size(), 8u);
  EXPECT_EQ(all[2].bit, 1);
  EXPECT_EQ(all[4].kind, Kind::kReset);
  EXPECT_EQ(all[5].qubits, 3u);
  EXPECT_EQ(all[6].qubits, 2u);
}

TEST(QasmRead, ErrorsNameTheirPlace) {
  expect_error("qubit q;\nh q;", 2, 1, "include \"stdgates.inc\"");
  expect_error(k3 + "\n  foo q[0];", 2, 3, "no gate \"foo\"");
  expect_error("qubit[2] π;\n /* α */ x π;", 2, 10, "needs: include");
  expect_error(k3 + "\ncx q[0], q[0];", 2, 10, "twice");
  expect_error(k3 + "\nx q[3];", 2, 5, "out of range");
  expect_error(k3 + "\nrx(1/0) q[0];", 2, 4, "no finite value");
  expect_error(k3 + "\nrx(a) q[0];", 2, 4, "\"a\"");
  expect_error(k3 + "\nx q[0]", 2, 7, "expected \";\", but the text ends");
  expect_error(k3 + "\nrx q[0];", 2, 1, "takes 1 parameters");
  expect_error(k3 + "\nccx q[0], q[1];", 2, 1, "takes 3 qubits");
  expect_error(k3 + "\nfor int i in [0:2] { x q[i]; }", 2, 1, "\"for\"");
  expect_error("OPENQASM 4.0;", 1, 10, "version 2.0 or 3.0");
  expect_error("include \"my.inc\";", 1, 9, "my.inc");
  expect_error("qubit[27] q;", 1, 11, "more than 26 qubits");
  expect_error("qubit[20] q; qubit[7] r;", 1, 23, "more than 26 qubits");
  expect_error("qubit q; bit[65] c;", 1, 18, "more than 64");
  expect_error("qubit q; qubit q;", 1, 16, "already");
  expect_error("bit c;", 1, 1, "no qubits");
  expect_error(k2 + "\nmeasure q;", 2, 10, "a bit for the result");
  expect_error(k2 + "\nmeasure q[0] -> c;", 2, 17, "as many bits");
  expect_error(k2 + "\nif (c == 8) x q[0];", 2, 10, "out of range");
  expect_error(k2 + "\nif (c == 1) measure q -> c;", 2, 27, "measured inside");
  expect_error(k2 + "\nif (c) x q[0];", 2, 6, "expected \"==\"");
  expect_error(k2 + "\nopaque g q;", 2, 1, "not supported");
  expect_error(k2 + "\n\"q", 2, 1, "a statement");
  expect_error("gate g a { h a; }", 1, 12, "needs: include");
  expect_error(k3 + "gate g a {\n cx a, b; }", 2, 8,
               "not a qubit of this gate");
  expect_error(k3 + "gate g(a, a) b {}", 1, 61, "twice");
}

TEST(QasmRead, TextsThatExplodeAreRefused) {
  std::string text = k3 + "gate g0 a { x a; } ";
  for (int i = 1; i < 60; ++i) {
    const std::string last = "g" + std::to_string(i - 1) + " a; ";
    text += "gate g" + std::to_string(i) + " a { " + last + last + "} ";
  }
  EXPECT_FALSE(read_qasm(text + "g59 q[0];"));
  EXPECT_FALSE(read_qasm(k3 + "rx(" + std::string(100000, '(') + "1"));
  EXPECT_FALSE(read_qasm(k3 + "rx(" + std::string(100000, '-') + "1"));
  EXPECT_FALSE(read_qasm(k3 + "pow(1e6) @ pow(1e6) @ x q[0];"));
  std::string nested = k3 + "bit c; ";
  for (int i = 0; i < 10000; ++i) nested += "if (c) ";
  EXPECT_FALSE(read_qasm(nested + "x q[0];"));
}

}  // namespace
}  // namespace apus::quantum
