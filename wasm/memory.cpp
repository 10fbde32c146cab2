// The bulk buffer: one growing block of linear memory through which arrays
// cross the boundary in either direction. JavaScript requests room, writes,
// and passes the address to the call that reads it; or the core leaves its
// result there. The content is valid until the next request for room.
//
// Memory grows through JavaScript, the only import of every module. Tests can
// refuse it there, as an engine may.
#include <emscripten.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {
void* buffer = nullptr;
size_t capacity = 0;
}  // namespace

extern "C" {

// Whether linear memory has grown by that many pages (js/core/instantiate.js).
bool apus_grow(size_t pages);

// Replaces Emscripten's function at link time: memory grows by at least 2%,
// so growing requests seldom move the views. If that is refused, it grows by
// the needed pages only.
bool __wrap_emscripten_resize_heap(size_t bytes) {
  constexpr size_t kPage = 65536;
  const size_t have = __builtin_wasm_memory_size(0);
  const size_t need = bytes / kPage + (bytes % kPage != 0) - have;
  const size_t more = have / 50;
  return (more > need && apus_grow(more)) || apus_grow(need);
}

// The address of at least `bytes` bytes, aligned to 16, or 0 when memory is
// exhausted (the old buffer then stays as it was).
EMSCRIPTEN_KEEPALIVE void* apus_buffer(size_t bytes) {
  if (bytes > capacity) {
    // Half as much again, so that slowly growing requests allocate seldom.
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
