// The bulk buffer: one growing block of linear memory through which arrays
// cross the boundary in either direction. JavaScript asks for room, writes,
// and passes the address to the call that reads it; or the core leaves its
// answer there. The content lives until the next request for room.
#include <emscripten.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {
void* buffer = nullptr;
size_t capacity = 0;
}  // namespace

extern "C" {

// The address of at least `bytes` bytes, aligned to 16, or 0 when memory is
// exhausted (the old buffer then stays as it was).
EMSCRIPTEN_KEEPALIVE void* apus_buffer(size_t bytes) {
  if (bytes > capacity) {
    // Half as much again: requests that creep up allocate seldom.
    if (bytes > SIZE_MAX / 3 * 2 - 16) return nullptr;
    const size_t grown = (bytes + bytes / 2 + 15) & ~size_t{15};
    void* block = std::aligned_alloc(16, grown);
    if (block == nullptr) return nullptr;
    std::free(buffer);
    buffer = block;
    capacity = grown;
  }
  return buffer;
}

}  // extern "C"
