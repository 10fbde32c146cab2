#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <memory>
#include <string>

#include "apus/cache/byte_heap.h"
#include "refused.h"

namespace apus::cache {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// 0 to 4: the policies; 5: adaptive.
class EveryPolicy : public testing::TestWithParam<uint32_t> {};

TEST_P(EveryPolicy, EvictsOrRefusesEntriesOfTheJavaScriptHeap) {
  const uint64_t allocations = refuse_each([] {
    Victims victims;
    Engine engine(GetParam(), {500, 40'000}, &victims);
    if (!engine.usable()) return;
    uint64_t state = 1;
    uint32_t live = 0;
    for (uint32_t i = 0; i < 3000; ++i) {
      state = state * 6364136223846793005 + 1442695040888963407;
      const auto hash = static_cast<uint32_t>(state >> 40);
      const SlotIndex slot = engine.insert(hash, 1 + hash % 200, 0,
                                           i % 5 ? TimerWheel::kNever : i);
      live -= victims.count;
      if (slot < kMoreRoom) {
        ++live;
        engine.touch(&slot, 1);
        // It must not stay without its tag.
        if (i % 3 == 0 && !engine.tag(slot, i % 7)) engine.remove(slot), --live;
      }
      if (i % 500 == 499) {
        while (engine.expire(i, 64) == kMoreRoom) live -= victims.count;
        live -= victims.count;
      }
      if (i == 1500) engine.set_kind((GetParam() + 1) % 6);
    }
    while (engine.remove_tagged(3) == kMoreRoom) live -= victims.count;
    live -= victims.count;
    const Allowed allowed;
    EXPECT_EQ(engine.policy().size(), live);
  });
  EXPECT_GT(allocations, 8u);
}

TEST_P(EveryPolicy, EvictsOrRefusesEntriesOfTheByteHeap) {
  std::map<std::string, std::string> model;
  const uint64_t allocations = refuse_each([&] {
    {
      const Allowed allowed;
      model.clear();
    }
    Victims victims;
    ByteHeap heap(GetParam(), {300, 60'000}, &victims, 4096);
    if (!heap.usable()) return;
    const auto forget = [&] {
      for (uint32_t i = 0; i < victims.count; ++i) {
        const ByteHeap::Record gone = heap.victim(i);
        const Allowed allowed;
        model.erase(std::string(reinterpret_cast<const char*>(gone.key),
                                gone.key_size));
      }
    };
    uint64_t state = 7;
    for (uint32_t i = 0; i < 1200; ++i) {
      state = state * 6364136223846793005 + 1442695040888963407;
      const auto random = static_cast<uint32_t>(state >> 40);
      std::string key, value;
      {
        const Allowed allowed;
        key = "key/" + std::to_string(random % 700);
        while (value.size() < random % 400) value += R"({"name":"value"})";
        if (i % 400 == 399) value.assign(30'000, 'x');
      }
      const auto* bytes = reinterpret_cast<const uint8_t*>(key.data());
      const auto size = static_cast<uint32_t>(key.size());
      SlotIndex slot;
      do {
        slot = heap.set(bytes, size,
                        reinterpret_cast<const uint8_t*>(value.data()),
                        static_cast<uint32_t>(value.size()), 0,
                        i % 4 ? kNever : 1e6 + i, TimerWheel::kNever);
        forget();
      } while (slot == kMoreRoom);
      const SlotIndex found = heap.find(bytes, size);
      const Allowed allowed;
      EXPECT_EQ(found, slot);
      model.erase(key);
      if (slot != kNoSlot) model[key] = value;
    }
    for (const auto& [key, value] : model) {
      const SlotIndex slot =
          heap.find(reinterpret_cast<const uint8_t*>(key.data()),
                    static_cast<uint32_t>(key.size()));
      ASSERT_NE(slot, kNoSlot);
      const ByteHeap::Record record = heap.record(slot);
      const Allowed allowed;
      ASSERT_EQ(std::string(reinterpret_cast<const char*>(record.value),
                            record.value_size),
                value);
    }
    const Allowed allowed;
    EXPECT_EQ(heap.engine().policy().size(), model.size());
  });
  EXPECT_GT(allocations, 20u);
}

INSTANTIATE_TEST_SUITE_P(RefusedMemory, EveryPolicy, testing::Range(0u, 6u));

}  // namespace
}  // namespace apus::cache
