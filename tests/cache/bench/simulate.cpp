// Hit ratios of every policy over traces, natively: a line for each trace and
// size, in the order of PolicyKind, `adaptive` last. Reads lines "FILE SIZE..."
// from its input; a file has keys as 32-bit words (trace-files.js --write makes
// them).
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "../hit_ratio.h"

int main() {
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
      for (uint32_t kind = 0; kind <= apus::cache::Engine::kAdaptive; ++kind)
        std::printf(" %.2f", trace.hit_ratio(kind, size));
      std::printf("\n");
    }
  }
}
