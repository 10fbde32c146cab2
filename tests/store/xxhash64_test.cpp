#include "apus/store/xxhash64.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "../base/random.h"
#include "bytes.h"

namespace apus::store {
namespace {

using testing::bytes_of;

TEST(XxHash64, AgreesWithTheSpecification) {
  EXPECT_EQ(xxhash64({}), 0xEF46DB3751D8E999u);
  EXPECT_EQ(xxhash64(bytes_of("a")), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(xxhash64(bytes_of("abc")), 0x44BC2CF5AD770999u);
  EXPECT_EQ(xxhash64(bytes_of("abcdefghijklmnopqrstuvwxyz")),
            0xCFE1F278FA89835Cu);
  EXPECT_EQ(
      xxhash64(bytes_of(
          "12345678901234567890123456789012345678901234567890123456789012345678"
          "901234567890")),
      0xE04A477F19EE145Du);
}

TEST(XxHash64, EveryBitOfTheInputMatters) {
  for (const size_t size : {1u, 4u, 7u, 8u, 31u, 32u, 33u, 100u}) {
    std::string text(size, 'x');
    std::set<uint64_t> seen{xxhash64(bytes_of(text))};
    for (size_t bit = 0; bit < size * 8; ++bit) {
      text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
      EXPECT_TRUE(seen.insert(xxhash64(bytes_of(text))).second);
      text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    }
  }
}

TEST(XxHash64, PiecesHaveTheHashOfTheWhole) {
  Random random(5);
  for (int step = 0; step < 300; ++step) {
    const uint64_t seed = random.one_in(2) ? 0 : random.next();
    std::string text(random.below(step < 200 ? 100 : 5000), ' ');
    for (char& byte : text) byte = static_cast<char>(random.below(256));
    XxHash64 hash(seed);
    std::span<const uint8_t> left = bytes_of(text);
    while (!left.empty()) {
      const size_t size =
          random.below(1 + static_cast<uint32_t>(left.size() * 4 / 3));
      const auto piece = left.first(std::min(size, left.size()));
      hash.update(piece);
      left = left.subspan(piece.size());
      EXPECT_EQ(
          hash.digest(),
          xxhash64(bytes_of(text).first(text.size() - left.size()), seed));
    }
    EXPECT_EQ(hash.digest(), xxhash64(bytes_of(text), seed));
  }
}

TEST(XxHash64, SeedsAreUnrelated) {
  EXPECT_NE(xxhash64({}, 1), xxhash64({}, 2));
}

}  // namespace
}  // namespace apus::store
