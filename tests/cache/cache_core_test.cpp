// CacheCore serves both kinds of cache with the same calls, and fields that
// JavaScript reads in place lie where layout.h says.
#include "apus/cache/cache_core.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "apus/cache/layout.h"

namespace apus::cache {
namespace {

using Storage = CacheCore::Storage;
using Number = CacheCore::Number;

constexpr double kNoLimit = std::numeric_limits<double>::infinity();
constexpr double kNoDeadline = std::numeric_limits<double>::infinity();

// The kinds of cache.
struct Values {
  using Core = CacheCore;
  static constexpr Storage kStorage = Storage::kJavaScript;
};
struct Bytes {
  using Core = ByteCore;
  static constexpr Storage kStorage = Storage::kBytes;
};
struct Texts {
  using Core = ByteCore;
  static constexpr Storage kStorage = Storage::kTexts;
};

template <typename Kind>
auto make(double entries = kNoLimit, double bytes = kNoLimit) {
  using Core = Kind::Core;
  return std::unique_ptr<Core>(
      Core::create(0, entries, bytes, Kind::kStorage, 1));
}

const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

template <typename Kind>
class EveryStorage : public testing::Test {};

// Puts a new entry of `size` bytes into the cache, whatever its kind.
SlotIndex put(CacheCore& core, uint32_t number, uint32_t size,
              uint32_t tick = TimerWheel::kNever) {
  return core.insert(0, number, size, 0, tick);
}
SlotIndex put(ByteCore& core, uint32_t number, uint32_t size,
              uint32_t tick = TimerWheel::kNever) {
  const std::string key = std::to_string(number + 10);  // 2 bytes
  const std::string value(size - 2, '.');
  return core.set(bytes_of(key), 2, bytes_of(value), size - 2, 0, kNoDeadline,
                  tick);
}

using Kinds = testing::Types<Values, Bytes, Texts>;
TYPED_TEST_SUITE(EveryStorage, Kinds);

TYPED_TEST(EveryStorage, CountsEntriesAndBytes) {
  const auto core = make<TypeParam>();
  put(*core, 0, 10);
  put(*core, 1, 12);
  EXPECT_EQ(core->number(Number::kEntries), 2);
  EXPECT_EQ(core->number(Number::kBytes), 22);
  core->clear();
  EXPECT_EQ(core->number(Number::kEntries), 0);
  EXPECT_EQ(core->number(Number::kBytes), 0);
}

TYPED_TEST(EveryStorage, EvictsTheLeastRecentlyUsedEntryAfterTheUsesInTheRing) {
  const auto core = make<TypeParam>(2);
  const SlotIndex first = put(*core, 0, 10);
  const SlotIndex second = put(*core, 1, 10);
  core->shared().ring[0] = first;
  core->touch(1);
  put(*core, 2, 10);
  EXPECT_EQ(core->shared().victims.count, 1u);
  EXPECT_EQ(core->shared().victims.slots[0], second);
}

TYPED_TEST(EveryStorage, EvictsWhenItsLimitsShrink) {
  const auto core = make<TypeParam>();
  for (uint32_t i = 0; i < 5; ++i) put(*core, i, 10);
  EXPECT_NE(core->resize(2, kNoLimit), kMoreRoom);
  EXPECT_EQ(core->shared().victims.count, 3u);
  EXPECT_NE(core->resize(kNoLimit, 10), kMoreRoom);
  EXPECT_EQ(core->number(Number::kEntries), 1);
}

TYPED_TEST(EveryStorage, RemovesEntriesByTag) {
  const auto core = make<TypeParam>();
  const SlotIndex tagged = put(*core, 0, 10);
  put(*core, 1, 10);
  ASSERT_TRUE(core->engine().tag(tagged, 3));
  EXPECT_EQ(core->remove_tagged(3), kNoSlot);
  EXPECT_EQ(core->shared().victims.count, 1u);
  EXPECT_EQ(core->shared().victims.slots[0], tagged);
  EXPECT_EQ(core->number(Number::kEntries), 1);
}

TYPED_TEST(EveryStorage, ExpiresEntriesWhenTheirTickComes) {
  const auto core = make<TypeParam>();
  const SlotIndex slot = put(*core, 0, 10, 5);
  put(*core, 1, 10);
  EXPECT_LE(core->number(Number::kNextExpiry), 5);
  EXPECT_EQ(core->expire(4, 64), kNoSlot);
  EXPECT_EQ(core->shared().victims.count, 0u);
  EXPECT_EQ(core->expire(6, 64), kNoSlot);
  EXPECT_EQ(core->shared().victims.count, 1u);
  EXPECT_EQ(core->shared().victims.slots[0], slot);
  EXPECT_EQ(core->number(Number::kNextExpiry),
            static_cast<double>(TimerWheel::kNever));
}

TYPED_TEST(EveryStorage, RemovesAnEntry) {
  const auto core = make<TypeParam>();
  const SlotIndex slot = put(*core, 0, 10);
  core->remove(slot);
  EXPECT_EQ(core->number(Number::kEntries), 0);
  EXPECT_EQ(put(*core, 0, 10), slot);
}

TYPED_TEST(EveryStorage, ReportsSizePriorityAndTags) {
  const auto core = make<TypeParam>();
  const SlotIndex slot = put(*core, 0, 10);
  ASSERT_TRUE(core->engine().tag(slot, 7));
  ASSERT_TRUE(core->engine().tag(slot, 8));
  uint32_t about[CacheCore::kAboutTags + 2];
  ASSERT_EQ(core->about(slot, about, std::size(about)), 2u);
  EXPECT_EQ(about[0], 10u);
  EXPECT_EQ(about[1], 0u);
  EXPECT_EQ(about[2] + about[3], 15u);
  EXPECT_EQ(core->about(slot, about, CacheCore::kAboutTags), 0u);
}

TYPED_TEST(EveryStorage, ReportsThePolicyAtWork) {
  const auto core = make<TypeParam>();
  EXPECT_EQ(core->number(Number::kPolicy), 0);
  core->engine().set_kind(2);
  EXPECT_EQ(core->number(Number::kPolicy), 2);
}

TEST(CacheCore, AppliesUsesBeforeItInsertsOrUpdates) {
  const auto core = make<Values>(2);
  const SlotIndex first = core->insert(0, 0, 1, 0, TimerWheel::kNever);
  const SlotIndex second = core->insert(0, 1, 1, 0, TimerWheel::kNever);
  core->shared().ring[0] = first;
  const SlotIndex third = core->insert(1, 2, 1, 0, TimerWheel::kNever);
  EXPECT_EQ(core->shared().victims.slots[0], second);
  core->shared().ring[0] = first;
  core->update(1, third, 1, 0, TimerWheel::kNever);
  core->insert(0, 3, 1, 0, TimerWheel::kNever);
  EXPECT_EQ(core->shared().victims.slots[0], first);
}

TEST(CacheCore, ShowsTheRecordThatWasFound) {
  const auto core = make<Bytes>();
  const SlotIndex slot =
      core->set(bytes_of("key"), 3, bytes_of("value"), 5, 0, 99, 50);
  EXPECT_EQ(core->find(bytes_of("none"), 4, true), kNoSlot);
  ASSERT_EQ(core->find(bytes_of("key"), 3, true), slot);
  const ByteHeap::Record& record = core->shared().record;
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(record.key),
                             record.key_size),
            "key");
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(record.value),
                             record.value_size),
            "value");
  EXPECT_EQ(core->shared().deadline, 99);
}

TEST(CacheCore, ShowsOnlySlotsInUse) {
  const auto core = make<Bytes>();
  const SlotIndex slot = core->set(bytes_of("key"), 3, bytes_of("value"), 5, 0,
                                   kNoDeadline, TimerWheel::kNever);
  EXPECT_TRUE(core->show(slot));
  core->remove(slot);
  EXPECT_FALSE(core->show(slot));
  EXPECT_FALSE(core->show(kNoSlot));
}

TEST(CacheCore, ShowsVictims) {
  const auto core = make<Bytes>(1);
  core->set(bytes_of("one"), 3, bytes_of("1"), 1, 0, kNoDeadline,
            TimerWheel::kNever);
  core->set(bytes_of("two"), 3, bytes_of("2"), 1, 0, kNoDeadline,
            TimerWheel::kNever);
  ASSERT_EQ(core->shared().victims.count, 1u);
  core->show_victim(0);
  EXPECT_EQ(*core->shared().record.value, '1');
}

TEST(CacheCore, CountsAUseWhenFindIsAskedToUnlessThereIsADeadline) {
  for (const double deadline : {kNoDeadline, 1000.0}) {
    for (const bool use : {false, true}) {
      const auto core = make<Bytes>(2);
      const SlotIndex first = core->set(bytes_of("one"), 3, bytes_of("1"), 1, 0,
                                        deadline, TimerWheel::kNever);
      core->set(bytes_of("two"), 3, bytes_of("2"), 1, 0, deadline,
                TimerWheel::kNever);
      core->find(bytes_of("one"), 3, use);
      core->set(bytes_of("new"), 3, bytes_of("3"), 1, 0, deadline,
                TimerWheel::kNever);
      const bool used = use && deadline == kNoDeadline;
      EXPECT_EQ(core->shared().victims.slots[0] == first, !used);
    }
  }
}

TEST(CacheCore, LiesWhereJavaScriptReadsIt) {
  const auto core = make<Values>();
  EXPECT_EQ(static_cast<void*>(core.get()), &core->shared());
  const auto* words = reinterpret_cast<const uint32_t*>(core.get());
  core->shared().ring[0] = 41;
  core->shared().ring[CacheCore::kRing - 1] = 42;
  for (const LayoutEntry& entry : kLayout) {
    if (std::string_view(entry.name) != "CACHE_RING") continue;
    EXPECT_EQ(words[entry.value], 41u);
    EXPECT_EQ(words[entry.value + 127], 42u);
    return;
  }
  FAIL() << "no CACHE_RING";
}

}  // namespace
}  // namespace apus::cache
