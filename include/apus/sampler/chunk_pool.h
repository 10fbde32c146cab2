// Fixed-size pieces of histogram, shared by all series: 32 counters (half an
// octave) and a link, 136 bytes. Memory comes in slabs of 64 chunks when it is
// first needed and stays within the bound given at construction.
//
// Chunks are named by number; 0 is "none". Slabs never move.
#ifndef APUS_SAMPLER_CHUNK_POOL_H_
#define APUS_SAMPLER_CHUNK_POOL_H_

#include <array>
#include <cstdint>
#include <memory>

namespace apus::sampler {

inline constexpr uint32_t kPerChunk = 32;

struct Chunk {
  std::array<uint32_t, kPerChunk> counts;
  uint16_t next;  // in the slice's list, or in the list of free chunks
  uint8_t key;    // bucket / kPerChunk
};

class ChunkPool {
 public:
  static constexpr uint32_t kMaxChunks = 16384;

  // Requires: max_chunks <= kMaxChunks; it is rounded up to whole slabs.
  explicit ChunkPool(uint32_t max_chunks)
      : max_slabs_((max_chunks + kPerSlab - 1) / kPerSlab) {}

  // A chunk with all counters 0, or 0 when the bound or the allocator says no.
  // O(1).
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
