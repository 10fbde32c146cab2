// Refused memory: runs a scenario again and again, and each time another of its
// allocations fails, once alone and once with all that follow. Every call must
// end in an error or an eviction; an abort ends the test.
//
// The executable's malloc, realloc, calloc, aligned_alloc and operator new ask
// here first (refused.cpp).
#ifndef APUS_TESTS_MEMORY_REFUSED_H_
#define APUS_TESTS_MEMORY_REFUSED_H_

#include <cstdint>
#include <initializer_list>

namespace apus {

// Counts and refuses allocations while it lives.
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

// Calls scenario() until it needs fewer than n allocations. Returns n.
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
