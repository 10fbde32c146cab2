// Compresses whole blocks with zstd (RFC 8878). No other file uses
// the library; only its fast strategies are compiled in.
//
// A Codec keeps its working memory (about 1 MB for each direction, allocated at
// its first use, and twice the largest block) for the next block. Not
// thread-safe.
#ifndef APUS_STORE_CODEC_H_
#define APUS_STORE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "apus/store/byte_buffer.h"
#include "apus/store/status.h"

namespace apus::store {

class Codec {
 public:
  Codec() = default;
  ~Codec();
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  // Where a caller may lay out a block to compress: nobody needs memory of the
  // size of a block of their own.
  ByteBuffer& block() { return block_; }

  // Returns the compressed block, valid until the next one, or nullopt when
  // memory is short. `level` is zstd's (negative is faster); levels beyond the
  // fast strategies count as the highest of them. Decompressing needs the same
  // dictionary, which may be any bytes.
  std::optional<std::span<const uint8_t>> compress(
      std::span<const uint8_t> from, int level,
      std::span<const uint8_t> dictionary = {});

  // Fills `to` exactly, or fails with kCorrupt or kOutOfMemory. Safe on any
  // bytes.
  Status decompress(std::span<uint8_t> to, std::span<const uint8_t> from,
                    std::span<const uint8_t> dictionary = {});

 private:
  void* compressor_ = nullptr;
  void* decompressor_ = nullptr;
  ByteBuffer block_;
  ByteBuffer compressed_;
};

}  // namespace apus::store

#endif  // APUS_STORE_CODEC_H_
