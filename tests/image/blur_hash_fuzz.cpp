// A BlurHash of arbitrary bytes. A libFuzzer target.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "apus/image/blur_hash.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const uint32_t width = data[0];
  const uint32_t height = data[1];
  std::vector<uint8_t> pixels(size_t{4} * width * height);
  apus::image::decode_blur_hash(data + 2, static_cast<uint32_t>(size - 2),
                                width, height, pixels.data());
  return 0;
}
