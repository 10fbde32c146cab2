// A pool of histogram pieces that all series share. A chunk has 32 counters
// (half an octave) and a link, 136 bytes. The pool allocates slabs of 64 chunks
// when it needs them, up to the bound given at construction.
//
// Chunks are identified by number; 0 is "none". Slabs never move.
#ifndef APUS_SAMPLER_CHUNK_POOL_H_
#define APUS_SAMPLER_CHUNK_POOL_H_

#include <array>
#include <cstdint>
#include <memory>

namespace apus::sampler {

inline constexpr uint32_t kPerChunk = 32;

struct Chunk {
  std::array<uint32_t, kPerChunk> counts;
  // In the slice's list, or in the list of free chunks.
  uint16_t next;
  // bucket / kPerChunk.
  uint8_t key;
};

class ChunkPool {
 public:
  static constexpr uint32_t kMaxChunks = 16384;

  // Rounds `max_chunks` up to whole slabs.
  // Requires: max_chunks <= kMaxChunks.
  explicit ChunkPool(uint32_t max_chunks)
      : max_slabs_((max_chunks + kPerSlab - 1) / kPerSlab) {}

  // Returns a chunk whose counters are 0; or 0 when the pool is at its bound or
  // the allocation failed. O(1).
  uint16_t take(uint8_t key);
  void give_back(uint16_t id);

  Chunk& operator[](uint16_t id) {
    return slabs_[(id - 1) / kPerSlab][(id - 1) % kPerSlab];
  }

  uint32_t in_use() const { return in_use_; }

 private:
  static constexpr uint32_t kPerSlab = 64;

  std::array<std::unique_ptr<Chunk[]>, kMaxChunks / kPerSlab> slabs_;
  uint32_t max_slabs_;
  uint32_t slab_count_ = 0;
  uint32_t in_use_ = 0;
  uint16_t free_ = 0;
};

}  // namespace apus::sampler

#endif  // APUS_SAMPLER_CHUNK_POOL_H_
