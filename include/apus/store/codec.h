// Compression of whole blocks with zstd (RFC 8878), the only place that knows
// the library. Only its fast strategies are compiled in.
//
// A Codec keeps its working memory (about 1 MB each way, allocated at the first
// use of that way) for the next block. Not thread-safe.
#ifndef APUS_STORE_CODEC_H_
#define APUS_STORE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "apus/store/status.h"

namespace apus::store {

class Codec {
 public:
  Codec() = default;
  ~Codec();
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  // Room that the compressed form of `size` bytes needs at most.
  static size_t bound(size_t size);

  // The compressed length, or nothing when memory is short. `level` is zstd's
  // (negative is faster); those past the fast strategies count as the highest.
  // What is compressed with a dictionary, any bytes, needs it again.
  // Requires: to.size() >= bound(from.size()).
  std::optional<size_t> compress(std::span<uint8_t> to,
                                 std::span<const uint8_t> from, int level,
                                 std::span<const uint8_t> dictionary = {});

  // Fills `to` exactly, or says kCorrupt or kOutOfMemory. Safe on any bytes.
  Status decompress(std::span<uint8_t> to, std::span<const uint8_t> from,
                    std::span<const uint8_t> dictionary = {});

 private:
  void* compressor_ = nullptr;
  void* decompressor_ = nullptr;
};

}  // namespace apus::store

#endif  // APUS_STORE_CODEC_H_
