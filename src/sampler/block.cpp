#include "apus/sampler/block.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

namespace apus::sampler {

void Totals::add(const Totals& other) {
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  count += other.count;
  sum += other.sum;
  zeros += other.zeros;
}

uint32_t BlockReader::read() {
  uint32_t number = 0;
  for (uint32_t shift = 0;; shift += 7) {
    const uint8_t byte = *at_++;
    number |= static_cast<uint32_t>(byte & 127) << shift;
    if (byte < 128) return number;
  }
}

void BlockReader::next() {
  if (at_ == end_) {
    bucket_ = kEnd;
    return;
  }
  // kEnd + 1 is 0. The lowest bit tells whether a count follows.
  const uint32_t number = read();
  bucket_ += (number >> 1) + 1;
  count_ = number & 1 ? read() : 1;
}

void BlockWriter::write(uint32_t number) {
  for (; number > 127; number >>= 7)
    bytes_[size_++] = static_cast<uint8_t>(number | 128);
  bytes_[size_++] = static_cast<uint8_t>(number);
}

void BlockWriter::flush() {
  if (count_ == 0) return;
  const uint32_t gap = bucket_ - last_ - 1;
  last_ = bucket_;
  write(gap << 1 | (count_ > 1 ? 1 : 0));
  if (count_ > 1) write(count_);
}

BlockPtr BlockWriter::finish(const Totals& totals) {
  flush();
  void* memory = ::operator new(sizeof(Block) + size_, std::nothrow);
  if (memory == nullptr) return nullptr;
  BlockPtr block(new (memory) Block{.totals = totals, .size = size_});
  std::memcpy(block->data(), bytes_.data(), size_);
  return block;
}

}  // namespace apus::sampler
