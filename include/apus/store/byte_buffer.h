// A growing block of bytes that survives a refused allocation: the buffer then
// counts as failed and takes no more bytes. A writer checks once, at its end.
// Owns its bytes; appending is amortised O(bytes).
#ifndef APUS_STORE_BYTE_BUFFER_H_
#define APUS_STORE_BYTE_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>

#include "apus/store/endian.h"

namespace apus::store {

class ByteBuffer {
 public:
  ByteBuffer() = default;
  ~ByteBuffer() { std::free(data_); }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;

  bool failed() const { return failed_; }
  size_t size() const { return size_; }
  uint8_t* data() { return data_; }
  std::span<const uint8_t> bytes() const { return {data_, size_}; }

  // Empties the buffer and forgets a failure; keeps the memory.
  void clear() {
    size_ = 0;
    failed_ = false;
  }

  // Makes room for that many bytes in all: growing to a known size in one step
  // leaves no smaller blocks behind. False when memory is short.
  bool reserve(size_t size) {
    if (size <= capacity_) return true;
    const size_t half = capacity_ + capacity_ / 2 + 64;
    const size_t grown = size < half ? half : size;
    void* data = std::realloc(data_, grown);
    if (data == nullptr) {
      failed_ = true;
      return false;
    }
    data_ = static_cast<uint8_t*>(data);
    capacity_ = grown;
    return true;
  }

  // Appends `count` uninitialized bytes and returns their start, or null when
  // memory is short.
  uint8_t* extend(size_t count) {
    if (failed_ || !reserve(size_ + count)) return nullptr;
    uint8_t* start = data_ + size_;
    size_ += count;
    return start;
  }

  // Requires: size <= this->size().
  void truncate(size_t size) { size_ = size; }

  void push(uint8_t byte) {
    if (uint8_t* at = extend(1)) *at = byte;
  }

  void append(std::span<const uint8_t> bytes) {
    if (bytes.empty()) return;
    if (uint8_t* at = extend(bytes.size()))
      std::memcpy(at, bytes.data(), bytes.size());
  }

  void append_u32(uint32_t value) {
    if (uint8_t* at = extend(4)) store_u32(at, value);
  }

  void append_u64(uint64_t value) {
    if (uint8_t* at = extend(8)) store_u64(at, value);
  }

  // LEB128: seven bits a byte, lowest first.
  void append_varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) push(static_cast<uint8_t>(value | 0x80));
    push(static_cast<uint8_t>(value));
  }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  bool failed_ = false;
};

// Maps signed differences to small unsigned numbers: 0, -1, 1, -2, ...
inline uint64_t zigzag(uint64_t difference) {
  return (difference << 1) ^
         (static_cast<int64_t>(difference) < 0 ? ~uint64_t{0} : 0);
}
inline uint64_t unzigzag(uint64_t coded) {
  return (coded >> 1) ^ (~(coded & 1) + 1);
}

// Reads the output of a ByteBuffer, safe on any bytes: past the end, every
// read gives 0 and the reader counts as failed. Borrows the bytes.
class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes = {}) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

  std::span<const uint8_t> take(size_t count) {
    if (count > bytes_.size()) {
      failed_ = true;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  uint32_t u32() {
    const auto bytes = take(4);
    return bytes.empty() ? 0 : load_u32(bytes.data());
  }

  uint64_t u64() {
    const auto bytes = take(8);
    return bytes.empty() ? 0 : load_u64(bytes.data());
  }

  uint64_t varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = take(1);
      if (byte.empty()) return 0;
      value |= static_cast<uint64_t>(byte[0] & 0x7f) << shift;
      if (byte[0] < 0x80) return value;
    }
    failed_ = true;
    return 0;
  }

 private:
  std::span<const uint8_t> bytes_;
  bool failed_ = false;
};

}  // namespace apus::store

#endif  // APUS_STORE_BYTE_BUFFER_H_
