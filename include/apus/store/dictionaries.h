// The dictionaries of one store: bytes that a body may refer back to as if they
// preceded it, which makes small segments much smaller. A header names the
// dictionary of its body by the bytes' xxHash64; 0 means none.
//
// Owns copies. find is O(dictionaries), of which there are one or two.
#ifndef APUS_STORE_DICTIONARIES_H_
#define APUS_STORE_DICTIONARIES_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>

#include "apus/base/array.h"
#include "apus/store/xxhash64.h"

namespace apus::store {

class Dictionaries {
 public:
  Dictionaries() = default;
  Dictionaries(const Dictionaries&) = delete;
  Dictionaries& operator=(const Dictionaries&) = delete;
  ~Dictionaries() {
    for (const Dictionary& dictionary : all_) std::free(dictionary.bytes);
  }

  // Copies a dictionary and returns its id: 0 for an empty one, and when memory
  // is exhausted.
  uint64_t add(std::span<const uint8_t> bytes) {
    const uint64_t id = bytes.empty() ? 0 : xxhash64(bytes);
    if (find(id)) return id;
    void* copy = std::malloc(bytes.size());
    if (copy == nullptr || !all_.reserve(all_.size() + 1))
      return std::free(copy), 0;
    std::memcpy(copy, bytes.data(), bytes.size());
    all_.push_back({id, static_cast<uint8_t*>(copy), bytes.size()});
    return id;
  }

  // The bytes of an id, empty for 0; nullopt for an unknown one.
  std::optional<std::span<const uint8_t>> find(uint64_t id) const {
    if (id == 0) return std::span<const uint8_t>{};
    for (const Dictionary& dictionary : all_)
      if (dictionary.id == id)
        return std::span<const uint8_t>{dictionary.bytes, dictionary.size};
    return std::nullopt;
  }

 private:
  struct Dictionary {
    uint64_t id;
    uint8_t* bytes;  // owned
    size_t size;
  };
  Array<Dictionary> all_;
};

}  // namespace apus::store

#endif  // APUS_STORE_DICTIONARIES_H_
