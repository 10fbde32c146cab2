// BlurHash (blurha.sh): a picture of a few cosines in 6 to 166 characters, the
// placeholder of an image that is still on its way.
#ifndef APUS_IMAGE_BLUR_HASH_H_
#define APUS_IMAGE_BLUR_HASH_H_

#include <cstdint>

namespace apus::image {

// A longer text is no hash: 9 x 9 components of two characters.
inline constexpr uint32_t kMaxHash = 4 + 2 * 9 * 9;
// Of the picture, pixels; more than a placeholder shows.
inline constexpr uint32_t kMaxSide = 128;

// Writes width x height pixels, RGBA, 4 bytes each, to `pixels`, and returns
// true. False, with nothing written: `hash` is not a BlurHash, or a side is not
// 1 to kMaxSide. O(width * height * components across).
bool decode_blur_hash(const uint8_t* hash, uint32_t size, uint32_t width,
                      uint32_t height, uint8_t* pixels);

}  // namespace apus::image

#endif  // APUS_IMAGE_BLUR_HASH_H_
