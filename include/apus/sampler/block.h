// A histogram that is no longer counted into, in few bytes: ascending buckets
// with their counters, as gaps and counts of 7 bits a byte (LEB128). A bucket
// with one value takes a byte, most others take two.
#ifndef APUS_SAMPLER_BLOCK_H_
#define APUS_SAMPLER_BLOCK_H_

#include <array>
#include <cstdint>
#include <limits>
#include <memory>

#include "apus/sampler/bucket.h"

namespace apus::sampler {

struct Totals {
  double count = 0;
  double sum = 0;
  // Infinity and -infinity when empty.
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  double zeros = 0;

  void add(const Totals& other);
};

// The encoded bytes follow the struct.
struct Block {
  Totals totals;
  uint32_t size;

  uint8_t* data() { return reinterpret_cast<uint8_t*>(this + 1); }
  // With what an allocator adds.
  uint32_t bytes() const { return uint32_t{sizeof(Block)} + 8 + size; }
};

struct FreeBlock {
  void operator()(Block* block) const { ::operator delete(block); }
};
using BlockPtr = std::unique_ptr<Block, FreeBlock>;

// Walks over a block's buckets. An empty one stands at kEnd.
class BlockReader {
 public:
  static constexpr uint32_t kEnd = 0xffffffff;

  explicit BlockReader(Block* block)
      : at_(block ? block->data() : nullptr),
        end_(block ? at_ + block->size : nullptr) {
    next();
  }

  uint32_t bucket() const { return bucket_; }
  uint32_t count() const { return count_; }
  void next();

 private:
  uint32_t read();

  const uint8_t* at_;
  const uint8_t* end_;
  uint32_t bucket_ = kEnd;
  uint32_t count_ = 0;
};

// Encodes one block at a time.
class BlockWriter {
 public:
  void start() {
    size_ = 0;
    last_ = bucket_ = BlockReader::kEnd;
    count_ = 0;
  }
  // Adds to a bucket. Requires: buckets do not descend; count > 0.
  void put(uint32_t bucket, uint32_t count) {
    if (bucket == bucket_) {
      count_ += count;
      return;
    }
    flush();
    bucket_ = bucket;
    count_ = count;
  }
  // Returns nullptr when memory was refused.
  BlockPtr finish(const Totals& totals);

 private:
  void flush();
  void write(uint32_t number);

  // Two numbers of up to 5 bytes a bucket.
  std::array<uint8_t, 10 * kBuckets> bytes_;
  uint32_t size_ = 0;
  uint32_t last_ = 0;
  uint32_t bucket_ = 0;
  uint32_t count_ = 0;
};

}  // namespace apus::sampler

#endif  // APUS_SAMPLER_BLOCK_H_
