// A short run of the fuzz target on mutations of real segments; longer with
// APUS_FUZZ_SECONDS. Under sanitizers it finds reads out of bounds.
#include "segment_fuzz.cpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "apus/store/segment_builder.h"
#include "bytes.h"

// Replaces libFuzzer's function: changes, inserts or removes a few bytes.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size,
                                   size_t max_size) {
  static apus::store::testing::Random random(5);
  if (size == 0) return 0;
  const uint32_t at = random.below(static_cast<uint32_t>(size));
  const auto byte = static_cast<uint8_t>(random.next());
  switch (random.below(4)) {
    case 0:
      data[at] = static_cast<uint8_t>(data[at] ^ 1u << random.below(8));
      return size;
    case 1:
      data[at] = byte;
      return size;
    case 2:
      return at;
    default:
      if (size == max_size) return size;
      std::memmove(data + at + 1, data + at, size - at);
      data[at] = byte;
      return size + 1;
  }
}

namespace apus::store {
namespace {

using testing::bytes_of;
using testing::Random;

std::vector<uint8_t> seed_input(Random& random) {
  SegmentBuilder builder;
  Codec codec;
  builder.begin(1'600'000'000'000);
  builder.add_tag_set(bytes_of("news"));
  const uint32_t count = random.below(30);
  for (uint32_t i = 0; i < count; ++i) {
    Entry entry;
    entry.kind = static_cast<Kind>(random.below(5));
    entry.stamp = Stamp{1000 + i} << kNodeBits | 7;
    entry.tag_set = random.below(2);
    entry.expires_ms = random.below(2) * 1'600'000'060'000;
    const std::string key = "key " + std::to_string(random.below(100));
    const std::string value =
        entry.kind <= Kind::kRaw ? std::string(random.below(40), 'v') : "";
    builder.add(entry, bytes_of(key), bytes_of(value));
  }
  EXPECT_EQ(builder.finish(codec, 1), Status::kOk);
  const Bytes head(builder.head().begin(), builder.head().end());
  const Bytes body(builder.body().begin(), builder.body().end());
  Bytes input(kPrefix + head.size() + body.size());
  lay(input.data(), input.size(), static_cast<uint8_t>(random.below(8)), head,
      body);
  return input;
}

TEST(SegmentFuzz, NoInputIsReadOutOfBounds) {
  const char* asked = std::getenv("APUS_FUZZ_SECONDS");
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(asked ? atoi(asked) : 2);
  Random random(asked ? static_cast<uint64_t>(end.time_since_epoch().count())
                      : 11);
  uint64_t runs = 0;
  while (std::chrono::steady_clock::now() < end) {
    const auto seed = seed_input(random);
    for (int i = 0; i < 200; ++i, ++runs) {
      auto input = seed;
      if (i % 2) {
        size_t size = input.size();
        input.resize(1 << 20);
        for (uint32_t change = 1 + random.below(4); change > 0; --change)
          size = LLVMFuzzerCustomMutator(input.data(), size, input.size(),
                                         static_cast<unsigned>(random.next()));
        LLVMFuzzerTestOneInput(input.data(), size);
        continue;
      }
      for (uint32_t change = random.below(6); change > 0; --change) {
        const uint32_t at = random.below(static_cast<uint32_t>(input.size()));
        switch (random.below(4)) {
          case 0:
            input[at] = static_cast<uint8_t>(input[at] ^ 1u << random.below(8));
            break;
          case 1:
            input[at] = static_cast<uint8_t>(random.next());
            break;
          case 2:
            input.resize(at + 1);
            break;
          default:
            input.insert(input.begin() + at,
                         static_cast<uint8_t>(random.next()));
        }
      }
      LLVMFuzzerTestOneInput(input.data(), input.size());
    }
  }
  RecordProperty("runs", std::to_string(runs));
  EXPECT_GT(runs, 100u);
}

}  // namespace
}  // namespace apus::store
