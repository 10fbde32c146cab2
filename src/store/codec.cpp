#include "apus/store/codec.h"

#include <zstd.h>

namespace apus::store {

Codec::~Codec() {
  ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(compressor_));
  ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(decompressor_));
}

std::optional<std::span<const uint8_t>> Codec::compress(
    std::span<const uint8_t> from, int level,
    std::span<const uint8_t> dictionary) {
  if (compressor_ == nullptr) compressor_ = ZSTD_createCCtx();
  if (compressor_ == nullptr) return std::nullopt;
  const size_t room = ZSTD_COMPRESSBOUND(from.size());
  compressed_.clear();
  uint8_t* to = compressed_.extend(room);
  if (to == nullptr) return std::nullopt;
  const size_t size = ZSTD_compress_usingDict(
      static_cast<ZSTD_CCtx*>(compressor_), to, room, from.data(), from.size(),
      dictionary.data(), dictionary.size(), level);
  if (ZSTD_isError(size)) return std::nullopt;
  return compressed_.bytes().first(size);
}

Status Codec::decompress(std::span<uint8_t> to, std::span<const uint8_t> from,
                         std::span<const uint8_t> dictionary) {
  if (decompressor_ == nullptr) decompressor_ = ZSTD_createDCtx();
  if (decompressor_ == nullptr) return Status::kOutOfMemory;
  const size_t size = ZSTD_decompress_usingDict(
      static_cast<ZSTD_DCtx*>(decompressor_), to.data(), to.size(), from.data(),
      from.size(), dictionary.data(), dictionary.size());
  return size == to.size() ? Status::kOk : Status::kCorrupt;
}

}  // namespace apus::store
