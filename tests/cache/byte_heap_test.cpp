#include "apus/cache/byte_heap.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>
#include <string>

#include "../base/random.h"

namespace apus::cache {
namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();

const uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

SlotIndex find(const ByteHeap& heap, const std::string& key) {
  return heap.find(bytes_of(key), static_cast<uint32_t>(key.size()));
}

std::string text(const uint8_t* data, uint32_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The heap next to a std::map that is told of every entry that leaves.
struct Checked {
  Victims victims;
  ByteHeap heap;
  std::map<std::string, std::string> model;
  bool packs;
  uint64_t evicted = 0;

  // `sample`: bytes of values to learn the packing from, 0 for none.
  explicit Checked(Budget budget, uint32_t sample = 0)
      : heap(0, budget, &victims, sample), packs(sample > 0) {}

  bool set(const std::string& key, const std::string& value) {
    SlotIndex slot;
    do {
      slot = heap.set(bytes_of(key), static_cast<uint32_t>(key.size()),
                      bytes_of(value), static_cast<uint32_t>(value.size()), 0,
                      kForEver, TimerWheel::kNever);
      for (uint32_t i = 0; i < victims.count; ++i) {
        const ByteHeap::Record gone = heap.victim(i);
        const auto found = model.find(text(gone.key, gone.key_size));
        EXPECT_NE(found, model.end());
        if (found == model.end()) return false;
        EXPECT_EQ(found->second, text(gone.value, gone.value_size));
        model.erase(found);
        ++evicted;
      }
    } while (slot == kMoreRoom);
    model.erase(key);
    if (slot != kNoSlot) model[key] = value;
    return slot != kNoSlot;
  }

  void check() {
    ASSERT_EQ(heap.engine().policy().size(), model.size());
    uint64_t bytes = 0;
    for (const auto& [key, value] : model) {
      const SlotIndex slot = find(heap, key);
      ASSERT_NE(slot, kNoSlot) << key;
      const ByteHeap::Record record = heap.record(slot);
      ASSERT_EQ(text(record.key, record.key_size), key);
      ASSERT_EQ(text(record.value, record.value_size), value);
      const uint32_t kept = heap.engine().policy().bytes_of(slot);
      if (packs) {
        ASSERT_LE(kept, key.size() + value.size());
      } else {
        ASSERT_EQ(kept, key.size() + value.size());
      }
      bytes += kept;
    }
    ASSERT_EQ(heap.engine().policy().bytes(), bytes);
  }
};

// Two words whose differences cancel out, whatever the seed, in a hash that
// multiplies by a public number: (x ^ top bit) * odd keeps the bit, and
// x ^ x >> 32 copies it to bit 31.
std::string chosen(uint32_t number, uint32_t words) {
  std::string key(words * 8, 'k');
  for (uint32_t i = 0; i + 1 < words; ++i) {
    if ((number >> i & 1) == 0) continue;
    key[i * 8 + 7] = static_cast<char>(key[i * 8 + 7] ^ 0x80);
    key[i * 8 + 15] = static_cast<char>(key[i * 8 + 15] ^ 0x80);
    key[i * 8 + 11] = static_cast<char>(key[i * 8 + 11] ^ 0x80);
  }
  return key;
}

TEST(ByteHeap, NobodyCanChooseKeysOfOneHash) {
  for (const uint64_t seed : {0ull, 1ull, 0x123456789ABCDEFull}) {
    Victims victims;
    ByteHeap heap(0, {1 << 20, 1 << 30}, &victims, 0, seed);
    std::set<uint32_t> hashes;
    for (uint32_t i = 0; i < 1024; ++i) {
      const std::string key = chosen(i, 11);
      heap.set(bytes_of(key), 88, bytes_of(key), 1, 0, kForEver,
               TimerWheel::kNever);
      hashes.insert(heap.engine().policy().hash_of(find(heap, key)));
    }
    EXPECT_GT(hashes.size(), 1000u) << seed;
  }
}

TEST(ByteHeap, HashesDependOnTheSeed) {
  Victims victims;
  ByteHeap one(0, {1000, 1 << 20}, &victims, 0, 1);
  ByteHeap two(0, {1000, 1 << 20}, &victims, 0, 2);
  uint32_t same = 0;
  for (uint32_t size = 0; size < 100; ++size) {
    const std::string key(size, 'k');
    for (ByteHeap* heap : {&one, &two})
      heap->set(bytes_of(key), size, bytes_of(key), 0, 0, kForEver,
                TimerWheel::kNever);
    same += one.engine().policy().hash_of(find(one, key)) ==
            two.engine().policy().hash_of(find(two, key));
  }
  EXPECT_EQ(same, 0u);
}

TEST(ByteHeap, KnowsWhichSlotsAreInUse) {
  Checked checked({10, 1 << 20});
  EXPECT_FALSE(checked.heap.has(0));
  EXPECT_FALSE(checked.heap.has(3));
  checked.set("a", "1");
  const SlotIndex slot = find(checked.heap, "a");
  EXPECT_TRUE(checked.heap.has(slot));
  EXPECT_FALSE(checked.heap.has(slot + 1));
  EXPECT_FALSE(checked.heap.has(kNoSlot));
  checked.heap.remove(slot);
  EXPECT_FALSE(checked.heap.has(slot));
  checked.set("b", "2");
  checked.heap.clear();
  EXPECT_FALSE(checked.heap.has(slot));
}

TEST(ByteHeap, HoldsTheSameAsAMapUnderRandomOperations) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    Random random(seed);
    Checked it(
        {seed % 2 ? 500 : Budget::kNoLimit, seed % 3 ? 200'000 : UINT64_MAX},
        seed % 4 ? 500 * seed : 0);
    for (int step = 0; step < 20'000; ++step) {
      const std::string key(random() % 4
                                ? "key " + std::to_string(random() % 1500)
                                : std::string(random() % 300, 'k'));
      const uint32_t kind = random() % 10;
      if (kind < 6) {
        const uint32_t size =
            random() % 100 == 0 ? random() % 50'000 : random() % 200;
        std::string value(size, static_cast<char>('a' + step % 26));
        for (size_t at = 0; at < size; at += 5)
          value[at] = static_cast<char>(random() % 64);
        it.set(key, value);
      } else if (kind < 8) {
        const SlotIndex slot = find(it.heap, key);
        ASSERT_EQ(slot != kNoSlot, it.model.contains(key));
        if (slot != kNoSlot) it.heap.engine().touch(&slot, 1);
      } else if (kind < 9) {
        const SlotIndex slot = find(it.heap, key);
        if (slot != kNoSlot) it.heap.remove(slot);
        it.model.erase(key);
      } else {
        ASSERT_EQ(find(it.heap, key) != kNoSlot, it.model.contains(key));
      }
    }
    it.check();
    it.heap.clear();
    it.model.clear();
    it.set("after", "clear");
    it.check();
  }
}

TEST(ByteHeap, FragmentationStaysBoundedWhenSizesChange) {
  Checked it({Budget::kNoLimit, 8 << 20});
  Random random(1);
  for (const uint32_t size :
       {20u, 3000u, 50u, 700u, 15'000u, 100u, 30'000u, 33u}) {
    for (int step = 0; step < 30'000; ++step) {
      it.set("key " + std::to_string(random() % 200'000),
             std::string(size + random() % 16, 'x'));
      const LogArena& arena = it.heap.arena();
      ASSERT_LE(arena.taken(), arena.live() * 4 / 3 + 8 * 65'536 + 32'768);
    }
  }
  it.check();
}

TEST(ByteHeap, EvictsWhenMemoryIsRefused) {
  Checked it({Budget::kNoLimit, UINT64_MAX});
  it.heap.arena().set_limit(1 << 20);
  Random random(3);
  for (int step = 0; step < 20'000; ++step) {
    ASSERT_TRUE(it.set("key " + std::to_string(step),
                       std::string(random() % 400, 'x')));
    ASSERT_LE(it.heap.arena().taken(), (1 << 20) + 65'536);
  }
  EXPECT_GT(it.evicted, 10'000u);
  EXPECT_GT(it.model.size(), 2000u);
  it.check();
  EXPECT_FALSE(it.set("huge", std::string(2 << 20, 'x')));
  EXPECT_TRUE(it.set("small", "again"));
  it.check();
}

TEST(ByteHeap, ChurnDoesNotGrowMemory) {
  Checked it({1000, UINT64_MAX});
  Random random(5);
  uint64_t taken = 0;
  for (int step = 0; step < 300'000; ++step) {
    it.set("key " + std::to_string(random() % 5000),
           std::string(random() % 300, 'x'));
    if (step == 50'000) taken = it.heap.taken();
  }
  EXPECT_LE(it.heap.taken(), taken + taken / 2);
  it.check();
}

}  // namespace
}  // namespace apus::cache
