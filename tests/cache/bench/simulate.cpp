// Hit ratios of every policy over traces, natively: a line for each trace and
// size, in the order of PolicyKind, `adaptive` last. Reads lines "FILE SIZE..."
// from its input; a file has keys as 32-bit words (trace-files.js --write makes
// them). An argument is a number of seeds for the hashes of keys: the ratios
// are means over the seeds, and a line for each seed reports on `adaptive`: in
// how many cells it is within a point of the best, in how many it is more than
// 0.05 points below all the policies that it chooses from, and the mean gap.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "../hit_ratio.h"

namespace {

constexpr uint32_t kPolicies = apus::cache::Engine::kAdaptive;

struct Tally {
  int cells = 0;
  int near = 0;
  int below = 0;
  double gaps = 0;

  void add(const double (&ratio)[kPolicies + 1]) {
    double best = 0;
    double worst = 100;
    for (uint32_t kind = 0; kind < kPolicies; ++kind) {
      best = std::max(best, ratio[kind]);
      if (std::ranges::count(apus::cache::Adaptive::kKind,
                             static_cast<apus::cache::PolicyKind>(kind)))
        worst = std::min(worst, ratio[kind]);
    }
    const double gap = best - ratio[kPolicies];
    ++cells;
    near += gap <= 1;
    below += ratio[kPolicies] < worst - 0.05;
    gaps += gap;
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<Tally> tallies(argc > 1 ? std::max(1, std::atoi(argv[1])) : 1);
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string path;
    words >> path;
    std::ifstream file(path, std::ios::binary);
    apus::cache::Trace trace;
    uint32_t key;
    while (file.read(reinterpret_cast<char*>(&key), sizeof key)) trace.add(key);
    for (uint32_t size; words >> size;) {
      std::printf("%s %u", path.c_str(), size);
      double sum[kPolicies + 1] = {};
      for (size_t seed = 0; seed < tallies.size(); ++seed) {
        double ratio[kPolicies + 1];
        for (uint32_t kind = 0; kind <= kPolicies; ++kind)
          sum[kind] += ratio[kind] = trace.hit_ratio(
              kind, size, static_cast<uint32_t>(seed) * 0x9E3779B1u);
        tallies[seed].add(ratio);
      }
      for (const double each : sum)
        std::printf(" %.2f", each / static_cast<double>(tallies.size()));
      std::printf("\n");
    }
  }
  for (const Tally& tally : tallies)
    std::printf("%d of %d within a point, %d below, mean gap %.3f\n",
                tally.near, tally.cells, tally.below, tally.gaps / tally.cells);
}
