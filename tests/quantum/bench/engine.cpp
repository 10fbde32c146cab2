// The engine alone, natively or as WebAssembly in Node: prints a line "name
// value" for each measure, the best of some rounds that take turns. Built for
// the benchmark only; engine.js runs it.
#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "../random_circuit.h"
#include "apus/quantum/simulator.h"

namespace apus::quantum {
namespace {

using reference::must;

// What libquantum does in a second or so.
constexpr uint32_t kPeerQubits = 16;
constexpr uint64_t kNoSlices = uint64_t{1} << 62;

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> passed =
      std::chrono::steady_clock::now() - begin;
  return passed.count();
}

// Layers of random rotations, Hadamards and CX between random neighbours: the
// circuit of the comparison with other simulators.
Circuit layers(uint32_t n, uint32_t depth) {
  apus::Random random(n * 100 + depth);
  Circuit circuit = *Circuit::create(n);
  for (uint32_t layer = 0; layer < depth; ++layer) {
    for (uint32_t q = 0; q < n; ++q) {
      if (random.one_in(2)) {
        must(circuit.add(Kind::kH, q));
      } else {
        must(circuit.add(Kind::kRZ, q, 6 * reference::uniform(random)));
      }
    }
    for (uint32_t q = layer % 2; q + 1 < n; q += 2) {
      must(circuit.add_controlled(Kind::kX, 1u << q, q + 1));
    }
  }
  return circuit;
}

// An unfused Hadamard on each qubit.
Circuit one_each(uint32_t n) {
  Circuit circuit = *Circuit::create(n);
  for (uint32_t q = 0; q < n; ++q) must(circuit.add(Kind::kH, q));
  return circuit;
}

// The circuit as libquantum.c reads it.
void print(const Circuit& circuit) {
  std::printf("%u\n", circuit.qubits());
  for (const Operation& gate : circuit.operations()) {
    const uint32_t target = gate.targets[0];
    if (gate.kind == Kind::kH) {
      std::printf("h %u\n", target);
    } else if (gate.kind == Kind::kRZ) {
      std::printf("rz %u %.17g\n", target, gate.angles[0]);
    } else {
      std::printf("cx %u %u\n", uint32_t(std::countr_zero(gate.controls)),
                  target);
    }
  }
}

void run(const Circuit& circuit, State<float>& state, bool fuse,
         uint32_t shots = 0) {
  Run<float> run(circuit, state, {.shots = shots, .fuse = fuse});
  must(run_to_end(run, state, kNoSlices, [](double) { return true; }));
}

// A plain copy with 128-bit vectors.
void copy(const State<float>& from, State<float>& to) {
  using Vector = float __attribute__((vector_size(16), may_alias));
  const auto* source = reinterpret_cast<const Vector*>(from.data());
  auto* target = reinterpret_cast<Vector*>(to.data());
  const size_t count = from.size() / 2;
  for (size_t i = 0; i < count; i += 4) {
    target[i] = source[i];
    target[i + 1] = source[i + 1];
    target[i + 2] = source[i + 2];
    target[i + 3] = source[i + 3];
  }
}

void measure(uint32_t rounds) {
  const uint32_t wide = 22;
  State<float> state;
  State<float> other;
  must(state.create(wide));
  must(other.create(wide));
  const Circuit hadamards = one_each(wide);
  const Circuit big = layers(wide, 20);
  const Circuit small = layers(20, 20);
  const Circuit tiny = layers(kPeerQubits, 20);
  double copy_s = 1e9;
  double hadamards_s = 1e9;
  double fused_s = 1e9;
  double unfused_s = 1e9;
  double small_s = 1e9;
  double tiny_s = 1e9;
  double sample_s = 1e9;
  const auto best = [](double& least, const std::function<void()>& work) {
    least = std::min(least, seconds(work));
  };
  for (uint32_t i = 0; i < rounds; ++i) {
    best(copy_s, [&] {
      copy(state, other);
      copy(other, state);
    });
    best(hadamards_s, [&] { run(hadamards, state, false); });
    best(fused_s, [&] { run(big, state, true); });
    best(unfused_s, [&] { run(big, state, false); });
    best(small_s, [&] { run(small, other, true); });
    std::vector<uint32_t> shots(100'000);
    Random random(i);
    best(sample_s, [&] { other.sample(random, shots); });
    best(tiny_s, [&] { run(tiny, other, true); });
    must(other.create(wide));
  }
  const double bytes = 16.0 * double(state.size());
  const double gates = double(big.operations().size());
  std::printf("copy_gb_per_s %.3f\n", 2 * bytes / copy_s / 1e9);
  std::printf("single_gates_gb_per_s %.3f\n", wide * bytes / hadamards_s / 1e9);
  std::printf("fused_gates_per_s %.1f\n", gates / fused_s);
  std::printf("unfused_gates_per_s %.1f\n", gates / unfused_s);
  std::printf("circuit_20q_ms %.2f\n", small_s * 1e3);
  std::printf("circuit_16q_ms %.3f\n", tiny_s * 1e3);
  std::printf("sample_100k_20q_ms %.2f\n", sample_s * 1e3);
}

}  // namespace
}  // namespace apus::quantum

// Arguments: the number of rounds, or "circuit" to print the peer's.
int main(int count, char** arguments) {
  using namespace apus::quantum;
  const std::string argument = count > 1 ? arguments[1] : "5";
  if (argument == "circuit") {
    print(layers(kPeerQubits, 20));
  } else {
    measure(uint32_t(std::atoi(argument.c_str())));
  }
}
