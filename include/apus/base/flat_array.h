// A growable array of plain data whose growth can fail: the core is built
// without exceptions, and a refused allocation must end in an error or an
// eviction, not in a crash. Owns its memory; elements are moved by memcpy.
#ifndef APUS_BASE_FLAT_ARRAY_H_
#define APUS_BASE_FLAT_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

namespace apus {

template <typename T>
class FlatArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  FlatArray() = default;
  FlatArray(const FlatArray&) = delete;
  FlatArray& operator=(const FlatArray&) = delete;
  ~FlatArray() { std::free(data_); }

  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T* data() { return data_; }
  uint32_t size() const { return size_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

  // Makes the array `size` long; new elements are not initialised. False when
  // memory is exhausted; then nothing has changed.
  bool resize(size_t size) {
    void* block = std::realloc(data_, (size ? size : 1) * sizeof(T));
    if (block == nullptr) return false;
    data_ = static_cast<T*>(block);
    size_ = static_cast<uint32_t>(size);
    return true;
  }

  // Becomes a copy of another. False when memory is exhausted; then nothing has
  // changed.
  bool copy(const FlatArray& other) {
    if (!resize(other.size_)) return false;
    if (size_ > 0) std::memcpy(data_, other.data_, size_ * sizeof(T));
    return true;
  }

  // Keeps the memory. Requires: size <= this->size().
  void truncate(size_t size) { size_ = static_cast<uint32_t>(size); }

  void swap(FlatArray& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

 private:
  T* data_ = nullptr;
  uint32_t size_ = 0;
};

}  // namespace apus

#endif  // APUS_BASE_FLAT_ARRAY_H_
