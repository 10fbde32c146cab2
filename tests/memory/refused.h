// Memory that is refused: runs a scenario again and again, and each time
// another allocation of it fails, once alone and once with all that follow.
// Whatever it calls must end in an error or an eviction; an abort ends the
// test.
//
// The executable's malloc, realloc, calloc, aligned_alloc and operator new ask
// here first (refused.cpp).
#ifndef APUS_TESTS_MEMORY_REFUSED_H_
#define APUS_TESTS_MEMORY_REFUSED_H_

#include <cstdint>
#include <initializer_list>

namespace apus {

// Allocations are counted, and refused, while one of these lives.
class Refused {
 public:
  // Refuses the n-th allocation from now on, and with `all` those after it.
  Refused(uint64_t n, bool all);
  ~Refused();

  // Whether an allocation was refused since.
  static bool happened();
};

// Allocations of the test itself, which succeed.
class Allowed {
 public:
  Allowed();
  ~Allowed();

 private:
  bool before_;
};

// Calls scenario() until it gets by with fewer than n allocations. Returns n.
template <typename Scenario>
uint64_t refuse_each(Scenario scenario) {
  uint64_t most = 0;
  for (const bool all : {false, true}) {
    for (uint64_t n = 1;; ++n) {
      bool happened;
      {
        Refused refused(n, all);
        scenario();
        happened = Refused::happened();
      }
      if (!happened) {
        most = n > most ? n : most;
        break;
      }
    }
  }
  return most;
}

}  // namespace apus

#endif  // APUS_TESTS_MEMORY_REFUSED_H_
