#include "apus/sampler/chunk_pool.h"

#include <new>

namespace apus::sampler {

uint16_t ChunkPool::take(uint8_t key) {
  if (free_ == 0) {
    if (slab_count_ == max_slabs_) return 0;
    std::unique_ptr<Chunk[]> slab(new (std::nothrow) Chunk[kPerSlab]);
    if (slab == nullptr) return 0;
    slabs_[slab_count_] = std::move(slab);
    const uint32_t first = slab_count_ * kPerSlab + 1;
    ++slab_count_;
    for (uint32_t i = kPerSlab; i-- > 0;) {
      const uint16_t id = static_cast<uint16_t>(first + i);
      (*this)[id].next = free_;
      free_ = id;
    }
  }
  const uint16_t id = free_;
  Chunk& chunk = (*this)[id];
  free_ = chunk.next;
  chunk = {.counts = {}, .next = 0, .key = key};
  ++in_use_;
  return id;
}

void ChunkPool::give_back(uint16_t id) {
  (*this)[id].next = free_;
  free_ = id;
  --in_use_;
}

}  // namespace apus::sampler
