#include "refused.h"

#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

bool armed = false;
bool all = false;
bool happened = false;
uint64_t left = 0;
uint64_t number = 0;

bool refuse() {
  if (!armed) return false;
  if (left > 1) {
    --left;
    return false;
  }
  if (left == 0 && !all) return false;
  left = 0;
  return happened = true;
}

void* allocate(size_t bytes) {
  void* block = std::malloc(bytes);
  if (block == nullptr) {
    std::fprintf(stderr, "aborts when allocation %llu is refused%s\n",
                 static_cast<unsigned long long>(number),
                 all ? " with all that follow" : "");
    std::abort();
  }
  return block;
}

}  // namespace

namespace apus {

Refused::Refused(uint64_t n, bool all_that_follow) {
  number = left = n;
  all = all_that_follow;
  ::happened = false;
  armed = true;
}
Refused::~Refused() { armed = false; }
bool Refused::happened() { return ::happened; }

Allowed::Allowed() : before_(armed) { armed = false; }
Allowed::~Allowed() { armed = before_; }

}  // namespace apus

extern "C" {
void* __real_malloc(size_t bytes);
void* __real_calloc(size_t count, size_t bytes);
void* __real_realloc(void* block, size_t bytes);

void* __wrap_malloc(size_t bytes) {
  return refuse() ? nullptr : __real_malloc(bytes);
}
void* __wrap_calloc(size_t count, size_t bytes) {
  return refuse() ? nullptr : __real_calloc(count, bytes);
}
void* __wrap_realloc(void* block, size_t bytes) {
  return refuse() ? nullptr : __real_realloc(block, bytes);
}
}

void* operator new(size_t bytes) { return allocate(bytes); }
void* operator new[](size_t bytes) { return allocate(bytes); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  return std::malloc(bytes);
}
void* operator new[](size_t bytes, const std::nothrow_t&) noexcept {
  return std::malloc(bytes);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }
void operator delete[](void* block, size_t) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept {
  std::free(block);
}
void operator delete[](void* block, const std::nothrow_t&) noexcept {
  std::free(block);
}
