// The dictionaries of one cache: bytes that a body may refer back to as if they
// stood before it, which makes small segments much smaller. A header names its
// body's by the bytes' xxHash64; 0 names none.
//
// Owns copies. There are one or two, so find is O(dictionaries).
#ifndef APUS_STORE_DICTIONARIES_H_
#define APUS_STORE_DICTIONARIES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "apus/store/xxhash64.h"

namespace apus {

class Dictionaries {
 public:
  // Keeps a dictionary and gives its id, 0 for one without bytes.
  uint64_t add(std::span<const uint8_t> bytes) {
    const uint64_t id = bytes.empty() ? 0 : xxhash64(bytes);
    if (!find(id)) all_.push_back({id, {bytes.begin(), bytes.end()}});
    return id;
  }

  // The bytes of an id, none for 0; nothing for one that is not known. The span
  // holds until the next add().
  std::optional<std::span<const uint8_t>> find(uint64_t id) const {
    if (id == 0) return std::span<const uint8_t>{};
    for (const Dictionary& dictionary : all_)
      if (dictionary.id == id) return dictionary.bytes;
    return std::nullopt;
  }

 private:
  struct Dictionary {
    uint64_t id;
    std::vector<uint8_t> bytes;
  };
  std::vector<Dictionary> all_;
};

}  // namespace apus

#endif  // APUS_STORE_DICTIONARIES_H_
