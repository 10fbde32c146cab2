// The log next to a naive model: a list of every entry ever written, which is
// searched as a whole for the newest entry of a key.
#include "apus/store/segment_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "apus/store/rewriter.h"
#include "apus/store/segment_builder.h"
#include "bytes.h"

namespace apus::store {
namespace {

using testing::bytes_of;
using testing::Random;

struct Written {
  Entry entry;
  std::string key;  // or tag
  std::string tag;  // of a value, may be empty
};

constexpr uint64_t kNow = 1'600'000'000'000;

const Written* naive_find(const std::vector<Written>& all,
                          const std::string& key, uint64_t now) {
  const Written* newest = nullptr;
  for (const Written& written : all) {
    if (written.entry.kind > Kind::kDeleted || written.key != key) continue;
    if (newest == nullptr || written.entry.stamp > newest->entry.stamp)
      newest = &written;
  }
  if (newest == nullptr || newest->entry.kind == Kind::kDeleted) return nullptr;
  if (newest->entry.expires_ms != 0 && newest->entry.expires_ms <= now)
    return nullptr;
  for (const Written& written : all) {
    const bool hides = written.entry.kind == Kind::kClear ||
                       (written.entry.kind == Kind::kTag &&
                        !newest->tag.empty() && written.key == newest->tag);
    if (hides && written.entry.stamp >= newest->entry.stamp) return nullptr;
  }
  return newest;
}

std::vector<Written> random_segment(Random& random, Stamp& time) {
  std::vector<Written> written;
  std::map<std::string, bool> used;
  const uint32_t count = 1 + random.below(20);
  for (uint32_t i = 0; i < count; ++i) {
    Written one;
    const uint32_t dice = random.below(100);
    one.entry.kind = dice < 70   ? Kind::kText
                     : dice < 80 ? Kind::kRaw
                     : dice < 95 ? Kind::kDeleted
                     : dice < 99 ? Kind::kTag
                                 : Kind::kClear;
    // Tabs run in parallel: stamps are unique but come in any order.
    time += 1;
    one.entry.stamp = (time + random.below(40)) << 24 | (time << 8 & 0xffff00);
    if (one.entry.kind == Kind::kTag) {
      one.key = "tag " + std::to_string(random.below(4));
    } else if (one.entry.kind != Kind::kClear) {
      one.key = "key " + std::to_string(random.below(40));
    }
    if (one.entry.kind <= Kind::kRaw) {
      if (random.below(3) == 0)
        one.tag = "tag " + std::to_string(random.below(4));
      if (random.below(4) == 0)
        one.entry.expires_ms = kNow + random.below(1000);
    }
    if (used.emplace(
                std::to_string(static_cast<int>(one.entry.kind) > 2) + one.key,
                true)
            .second) {
      written.push_back(one);
    }
  }
  return written;
}

std::vector<uint8_t> pack(SegmentBuilder& builder, Codec& codec,
                          const std::vector<Written>& written) {
  builder.begin(kNow);
  for (Written one : written) {
    if (!one.tag.empty())
      one.entry.tag_set = builder.add_tag_set(bytes_of(one.tag));
    builder.add(one.entry, bytes_of(one.key), {});
  }
  EXPECT_EQ(builder.finish(codec, 1), Status::kOk);
  return {builder.head().begin(), builder.head().end()};
}

void expect_agreement(SegmentLog& log, const std::vector<Written>& all,
                      uint64_t now) {
  uint32_t live = 0;
  for (uint32_t key = 0; key < 40; ++key) {
    const std::string name = "key " + std::to_string(key);
    const Written* model = naive_find(all, name, now);
    const auto entry = log.find(bytes_of(name), now);
    ASSERT_EQ(entry.has_value(), model != nullptr) << name;
    if (!entry) continue;
    live += 1;
    EXPECT_EQ(entry->stamp, model->entry.stamp);
    EXPECT_EQ(entry->expires_ms, model->entry.expires_ms);
  }
  EXPECT_EQ(log.live_entries(), live);
}

TEST(SegmentLog, AgreesWithTheModelInAnyOrderOfSegments) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    SegmentBuilder builder;
    Codec codec;
    std::vector<Written> all;
    std::vector<std::vector<uint8_t>> heads;
    Stamp time = 1000;
    for (int i = 0; i < 30; ++i) {
      const auto written = random_segment(random, time);
      all.insert(all.end(), written.begin(), written.end());
      heads.push_back(pack(builder, codec, written));
    }
    for (size_t i = heads.size(); i > 1; --i) {
      std::swap(heads[i - 1], heads[random.below(static_cast<uint32_t>(i))]);
    }
    SegmentLog log;
    for (const auto& head : heads)
      ASSERT_TRUE(log.add(head, codec, kNow).has_value());
    for (const uint64_t now : {kNow, kNow + 300, kNow + 2000}) {
      log.sweep(now);
      expect_agreement(log, all, now);
    }
  }
}

// Compacts and evicts at random while segments come, then reopens the rest.
TEST(SegmentLog, RewritingChangesNothingThatIsNotEvicted) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    SegmentBuilder builder;
    Codec codec;
    Rewriter rewriter;
    SegmentLog log;
    std::vector<Written> all;
    std::map<uint32_t, std::vector<uint8_t>>
        heads;  // what is on the disk, by slot
    std::map<uint32_t, std::vector<uint8_t>> bodies;
    const auto put = [&](const SegmentBuilder& segment) {
      const auto slot = log.add(segment.head(), codec, kNow);
      ASSERT_TRUE(slot.has_value());
      heads[*slot] = {segment.head().begin(), segment.head().end()};
      bodies[*slot] = {segment.body().begin(), segment.body().end()};
    };
    Stamp time = 1000;
    for (int i = 0; i < 40; ++i) {
      const auto written = random_segment(random, time);
      all.insert(all.end(), written.begin(), written.end());
      pack(builder, codec, written);
      put(builder);
      log.sweep(kNow);
      if (random.below(3) > 0) continue;
      const bool values = random.below(4) > 0;
      const auto plan = values ? log.plan_compaction(2000)
                               : log.plan_eviction(random.below(4000));
      if (plan.empty()) continue;
      if (!values) {  // evicted entries count as deleted
        for (Written& one : all) {
          const auto entry = log.find(bytes_of(one.key), kNow);
          if (entry && entry->stamp == one.entry.stamp &&
              std::ranges::find(plan, entry->segment) != plan.end())
            one.entry.kind = Kind::kDeleted;
        }
      }
      rewriter.begin(log, plan, kNow, time << 24);  // older ones do not follow
      for (const uint32_t slot : plan) {
        ASSERT_EQ(
            rewriter.add(log, slot, heads[slot], bodies[slot], values, codec),
            Status::kOk);
      }
      ASSERT_EQ(rewriter.finish(codec, 1), Status::kOk);
      if (rewriter.entries() > 0) put(rewriter.segment());
      for (const uint32_t slot : plan) {
        log.remove(slot);
        heads.erase(slot);
        bodies.erase(slot);
      }
      expect_agreement(log, all, kNow);
    }
    SegmentLog again;
    for (const auto& [slot, head] : heads)
      ASSERT_TRUE(again.add(head, codec, kNow).has_value());
    again.sweep(kNow + 500);
    log.sweep(kNow + 500);
    expect_agreement(log, all, kNow + 500);
    expect_agreement(again, all, kNow + 500);
  }
}

TEST(SegmentLog, HidesClearedAndInvalidatedEntriesAtOnce) {
  SegmentBuilder builder;
  Codec codec;
  SegmentLog log;
  std::vector<Written> written(3);
  for (uint32_t i = 0; i < 3; ++i) {
    written[i].key = "key " + std::to_string(i);
    written[i].entry.stamp = Stamp{10 + i} << kNodeBits;
  }
  written[1].tag = "t";
  ASSERT_TRUE(log.add(pack(builder, codec, written), codec, kNow).has_value());
  log.invalidate_tag(bytes_of("t"), Stamp{20} << kNodeBits);
  EXPECT_TRUE(log.find(bytes_of("key 0"), kNow));
  EXPECT_FALSE(log.find(bytes_of("key 1"), kNow));
  log.clear(Stamp{11} << kNodeBits);
  EXPECT_FALSE(log.find(bytes_of("key 0"), kNow));
  EXPECT_TRUE(log.find(bytes_of("key 2"), kNow));
  EXPECT_EQ(log.live_entries(), 1u);
}

TEST(SegmentLog, AnExpiryWrittenInTheFutureDoesNotCount) {
  SegmentBuilder builder;
  Codec codec;
  SegmentLog log;
  std::vector<Written> written(2);
  written[0].key = "forever";
  written[1].key = "for an hour";
  written[0].entry.stamp = written[1].entry.stamp = Stamp{10} << kNodeBits;
  written[1].entry.expires_ms = kNow + 3'600'000;
  const uint64_t a_day_before = kNow - 86'400'000;
  ASSERT_TRUE(
      log.add(pack(builder, codec, written), codec, a_day_before).has_value());
  EXPECT_TRUE(log.find(bytes_of("forever"), a_day_before));
  EXPECT_FALSE(log.find(bytes_of("for an hour"), a_day_before));
}

TEST(SegmentLog, ForgetsARemovedSegmentAndReusesItsSlot) {
  SegmentBuilder builder;
  Codec codec;
  SegmentLog log;
  std::vector<Written> written(1);
  written[0].key = "a";
  written[0].entry.stamp = Stamp{10} << kNodeBits;
  const auto slot = log.add(pack(builder, codec, written), codec, kNow);
  ASSERT_TRUE(slot.has_value());
  log.remove(*slot);
  EXPECT_FALSE(log.find(bytes_of("a"), kNow));
  EXPECT_EQ(log.index().size(), 0u);
  EXPECT_EQ(log.add(pack(builder, codec, written), codec, kNow), *slot);
  EXPECT_TRUE(log.find(bytes_of("a"), kNow));
}

TEST(KeyIndex, KeepsEveryEntryFindableUnderInsertsAndErases) {
  Random random(3);
  KeyIndex index;
  std::map<uint64_t, uint32_t> model;
  for (int step = 0; step < 50'000; ++step) {
    const uint64_t hash =
        random.below(3000) * 0x100000001u;  // many share low bits
    const uint32_t at = index.find(hash);
    ASSERT_EQ(at != KeyIndex::kNone, model.contains(hash));
    if (at == KeyIndex::kNone) {
      IndexEntry entry{};
      entry.hash = hash;
      entry.row = static_cast<uint32_t>(step);
      ASSERT_TRUE(index.reserve(index.size() + 1));
      const uint32_t block = index.add_block({&entry, 1});
      index.put(KeyIndex::place_of(block, 0));
      model[hash] = entry.row;
    } else {
      ASSERT_EQ(index[at].row, model[hash]);
      if (random.below(2)) {
        index.erase(at);
        index.remove_block(KeyIndex::block_of(at));
        model.erase(hash);
      }
    }
    ASSERT_EQ(index.size(), model.size());
  }
}

}  // namespace
}  // namespace apus::store
