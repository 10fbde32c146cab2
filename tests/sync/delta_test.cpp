#include "apus/sync/delta.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "../base/random.h"

namespace apus::sync {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes text(const char* chars) { return {chars, chars + std::strlen(chars)}; }

uint32_t size_of(const Bytes& bytes) {
  return static_cast<uint32_t>(bytes.size());
}

// The result, or nothing for a delta that is refused.
Bytes applied(const Bytes& base, const Bytes& delta, uint32_t room = 4096) {
  Bytes out(room);
  const uint32_t size = apply_delta(base, delta, out);
  out.resize(size == kBadDelta ? 0 : size);
  return out;
}

void put(Bytes& bytes, uint32_t number) {
  for (; number >= 0x80; number >>= 7)
    bytes.push_back(static_cast<uint8_t>(number | 0x80));
  bytes.push_back(static_cast<uint8_t>(number));
}

TEST(Delta, CopiesAndAdds) {
  const Bytes delta = {9, 7, 0, 6, 'x', 'y', 'z', 7, 3};
  EXPECT_EQ(applied(text("abcdef"), delta), text("abcxyzdef"));
}

TEST(Delta, RefusesWhatReachesBeyondItsBaseOrItself) {
  const Bytes base = text("abcdef");
  EXPECT_TRUE(applied(base, {7, 15, 0}).empty()) << "a copy of 7 bytes";
  EXPECT_TRUE(applied(base, {2, 5, 5}).empty()) << "a copy beyond the end";
  EXPECT_TRUE(applied(base, {1, 3, 7}).empty()) << "a copy from beyond it";
  EXPECT_TRUE(applied(base, {3, 6, 'x'}).empty()) << "bytes that are missing";
  EXPECT_TRUE(applied(base, {3, 5, 0}).empty()) << "a smaller result";
  EXPECT_TRUE(applied(base, {2, 7, 0}).empty()) << "a larger result";
  EXPECT_TRUE(applied(base, {3, 7}).empty()) << "a copy from nowhere";
  EXPECT_TRUE(applied(base, {3, 7, 0}, 2).empty()) << "beyond the room";
  EXPECT_TRUE(applied(base, {0xff, 0xff, 0xff, 0xff, 0x0f}).empty());
  EXPECT_EQ(apply_delta(base, {}, {}), kBadDelta);
}

TEST(Delta, MakesAnyListOfInstructions) {
  Random random(5);
  for (int round = 0; round < 2000; ++round) {
    Bytes base(1 + random.below(400)), right, steps, delta;
    for (uint8_t& byte : base) byte = static_cast<uint8_t>(random.below(256));
    for (uint32_t n = random.below(8); n > 0; --n) {
      const auto length = random.below(size_of(base) + 1);
      if (random.below(2) == 0) {
        const auto from =
            static_cast<uint32_t>(random.below(size_of(base) - length + 1));
        put(steps, length * 2 + 1);
        put(steps, from);
        right.insert(right.end(), base.begin() + from,
                     base.begin() + from + length);
      } else {
        put(steps, length * 2);
        const Bytes fresh(length, static_cast<uint8_t>(random.below(256)));
        steps.insert(steps.end(), fresh.begin(), fresh.end());
        right.insert(right.end(), fresh.begin(), fresh.end());
      }
    }
    put(delta, size_of(right));
    delta.insert(delta.end(), steps.begin(), steps.end());
    ASSERT_EQ(applied(base, delta), right);
    // Broken ones do no harm; the sanitizers watch.
    delta[random.below(size_of(delta))] ^=
        static_cast<uint8_t>(1 << random.below(8));
    applied(base, delta);
  }
}

}  // namespace
}  // namespace apus::sync
