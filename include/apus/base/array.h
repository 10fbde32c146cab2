// A growing array of plain data whose growth can fail: std::vector without
// exceptions would abort. Memory that must not be refused in the middle of an
// operation is reserved before it. New elements are zero. Owns its memory;
// elements are moved by memcpy; appending is amortised O(1).
#ifndef APUS_BASE_ARRAY_H_
#define APUS_BASE_ARRAY_H_

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

namespace apus {

template <typename T>
class Array {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Array() = default;
  Array(Array&& other) noexcept { swap(other); }
  Array& operator=(Array&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Array() { std::free(data_); }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

  // Reserves memory for that many. Here and below, false means that memory is
  // exhausted and nothing has changed.
  [[nodiscard]] bool reserve(size_t size) {
    if (size <= capacity_) return true;
    const size_t half = capacity_ + capacity_ / 2;
    const size_t grown = size < half ? half : size;
    void* block = std::realloc(static_cast<void*>(data_), grown * sizeof(T));
    if (block == nullptr) return false;
    data_ = static_cast<T*>(block);
    capacity_ = grown;
    return true;
  }
  [[nodiscard]] bool resize(size_t size) {
    if (!reserve(size)) return false;
    if (size > size_) {
      std::memset(static_cast<void*>(data_ + size_), 0,
                  (size - size_) * sizeof(T));
    }
    size_ = size;
    return true;
  }
  // Cannot fail when there is room by reserve().
  bool push_back(const T& value) {
    const T copy = value;  // it may lie in this array
    if (!reserve(size_ + 1)) return false;
    data_[size_++] = copy;
    return true;
  }
  // Requires: not empty.
  void pop_back() { --size_; }
  // Requires: size <= this->size().
  void truncate(size_t size) { size_ = size; }
  void clear() { size_ = 0; }

  void swap(Array& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace apus

#endif  // APUS_BASE_ARRAY_H_
