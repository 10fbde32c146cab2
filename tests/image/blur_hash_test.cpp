#include "apus/image/blur_hash.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace apus::image {
namespace {

bool decode(const std::string& hash, uint32_t width, uint32_t height,
            std::vector<uint8_t>& pixels) {
  return decode_blur_hash(reinterpret_cast<const uint8_t*>(hash.data()),
                          static_cast<uint32_t>(hash.size()), width, height,
                          pixels.data());
}

TEST(BlurHash, OneComponentIsOneColour) {
  std::vector<uint8_t> pixels(4 * 4 * 4);
  // 0xFF8000 in base 83
  const std::string digits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
      "#$%*+,-.:;=?@[]^_{|}~";
  std::string color;
  for (uint32_t rest = 0xFF8000, i = 0; i < 4; ++i, rest /= 83)
    color.insert(0, 1, digits[rest % 83]);
  ASSERT_TRUE(decode("00" + color, 4, 4, pixels));
  for (size_t i = 0; i < pixels.size(); i += 4) {
    EXPECT_EQ(pixels[i], 0xFF);
    EXPECT_EQ(pixels[i + 1], 0x80);
    EXPECT_EQ(pixels[i + 2], 0x00);
    EXPECT_EQ(pixels[i + 3], 255);
  }
}

TEST(BlurHash, HostileHashesAreRefusedAndWriteNothing) {
  std::vector<uint8_t> pixels(4 * 4 * 4, 7);
  const std::string good = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";
  for (const std::string& hash :
       {std::string(), std::string("00000"), good.substr(1), good + "0",
        good.substr(0, 20) + "\"" + good.substr(21), std::string(28, '\0'),
        "~" + good.substr(1), std::string(1 << 16, '0'),
        // more than 24 bits of colour
        std::string("00~~~~")}) {
    EXPECT_FALSE(decode(hash, 4, 4, pixels)) << hash.substr(0, 40);
  }
  for (const uint32_t side : {0u, kMaxSide + 1, ~0u}) {
    EXPECT_FALSE(decode(good, side, 4, pixels));
    EXPECT_FALSE(decode(good, 4, side, pixels));
  }
  EXPECT_EQ(pixels, std::vector<uint8_t>(4 * 4 * 4, 7));
  EXPECT_TRUE(decode(good, 4, 4, pixels));
}

}  // namespace
}  // namespace apus::image
