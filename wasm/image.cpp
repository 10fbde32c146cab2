// The door of the image room: a hash and its picture, both in the bulk buffer.
#include <emscripten.h>

#include "apus/image/blur_hash.h"

extern "C" {

// Whether `hash` is one and the sides are in bounds; then `pixels` has RGBA.
EMSCRIPTEN_KEEPALIVE bool apus_image_blur_hash(const uint8_t* hash,
                                               uint32_t size, uint32_t width,
                                               uint32_t height,
                                               uint8_t* pixels) {
  return apus::image::decode_blur_hash(hash, size, width, height, pixels);
}

}  // extern "C"
