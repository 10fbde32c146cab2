#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../memory/refused.h"
#include "apus/store/engine.h"

namespace apus::store {
namespace {

constexpr double kNow = 1'600'000'000'000;
using Bytes = std::vector<uint8_t>;
struct Segment {
  Bytes head, body;
};

// Entries key/<from> to key/<from + 39>, tagged, as JavaScript lays them out.
struct Laid {
  std::string keys, texts, sets;
  std::vector<double> stamps, expiries;
  std::vector<uint32_t> key_units, value_units, meta;
};

Laid lay(uint32_t from) {
  Laid laid;
  for (uint32_t set = 0; set < 6; ++set) {
    const std::string text =
        "all" + std::string(1, '\0') + "tag " + std::to_string(from + set);
    const auto size = static_cast<uint32_t>(text.size());
    laid.sets.append(reinterpret_cast<const char*>(&size), 4);
    laid.sets += text;
  }
  for (uint32_t i = 0; i < 40; ++i) {
    const std::string key = "key/" + std::to_string(from + i);
    const std::string value =
        R"({"name":"value )" + std::to_string(i) + R"(","list":[1,2,3]})";
    laid.keys += key + "\n";
    laid.texts += value + ",";
    laid.key_units.push_back(static_cast<uint32_t>(key.size()));
    laid.value_units.push_back(static_cast<uint32_t>(value.size()));
    laid.meta.push_back((i % 7) << 16);
    laid.stamps.push_back(kNow * 4 + from + i);
    laid.expiries.push_back(0);
  }
  return laid;
}

std::span<const uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Status pack(Engine& engine, const Laid& laid) {
  return engine.pack({static_cast<uint32_t>(laid.stamps.size()),
                      laid.stamps.data(),
                      laid.expiries.data(),
                      laid.key_units.data(),
                      laid.value_units.data(),
                      laid.meta.data(),
                      bytes(laid.keys),
                      bytes(laid.texts),
                      {},
                      bytes(laid.sets)},
                     kNow, 1);
}

Segment packed(const Engine& engine) {
  const Packed& made = engine.packed();
  return {Bytes(made.head, made.head + made.head_bytes),
          Bytes(made.body, made.body + made.body_bytes)};
}

TEST(RefusedMemory, IsAnErrorAndNeverDamage) {
  const Laid laid[] = {lay(0), lay(20), lay(100)};
  const std::string words(3000, 'w');
  std::vector<Segment> segments;
  {
    Engine engine(1, 7);
    for (const Laid& each : laid) {
      ASSERT_EQ(pack(engine, each), Status::kOk);
      segments.push_back(packed(engine));
    }
  }
  const auto memory = [](Status status) {
    return status == Status::kOk || status == Status::kOutOfMemory;
  };
  const uint64_t allocations = refuse_each([&] {
    Engine engine(1, 7);
    engine.add_dictionary(bytes(words), false);
    bool whole = true;
    int32_t slots[3];
    for (size_t i = 0; i < 3; ++i) {
      slots[i] = engine.add(segments[i].head, kNow);
      EXPECT_TRUE(slots[i] >= 0 ||
                  slots[i] == -1 - static_cast<int32_t>(Status::kOutOfMemory));
      whole = whole && slots[i] >= 0;
    }
    engine.log().sweep(static_cast<uint64_t>(kNow));
    for (size_t i = 0; i < 3; ++i) {
      if (slots[i] < 0) continue;
      const Status status = engine.decode(static_cast<uint32_t>(slots[i]),
                                          segments[i].body, kNow);
      EXPECT_TRUE(memory(status)) << static_cast<int>(status);
    }
    const std::string key = "key/30";
    EXPECT_TRUE(!whole || engine.find(bytes(key), kNow));
    const bool told =
        engine.invalidate_tag(bytes(std::string("tag 20")), kNow * 4 + 1000);
    EXPECT_TRUE(told || Refused::happened());
    engine.plan_eviction(0);
    engine.plan_removal();
    engine.plan_compaction(1e6);
    engine.rewrite_begin(kNow, 0);
    bool rewritten = true;
    for (size_t i = 0; i < 3; ++i) {
      if (slots[i] < 0) continue;
      const Status status =
          engine.rewrite_add(static_cast<uint32_t>(slots[i]), segments[i].head,
                             segments[i].body, true);
      EXPECT_TRUE(memory(status)) << static_cast<int>(status);
      rewritten = rewritten && status == Status::kOk;
    }
    EXPECT_TRUE(memory(engine.rewrite_finish(1)));
    EXPECT_TRUE(memory(pack(engine, laid[0])));
    EXPECT_TRUE(memory(engine.salvage(segments[0].body, kNow, kNow * 4)));
    engine.clear(kNow * 4 + 2000);
    for (const int32_t slot : slots)
      if (slot >= 0) engine.log().remove(static_cast<uint32_t>(slot));
    const Allowed allowed;
    EXPECT_EQ(engine.stats().entries, 0);
  });
  EXPECT_GT(allocations, 40u);
}

}  // namespace
}  // namespace apus::store
