// The readers return what the builder packed, and refuse damaged records.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "apus/store/segment_body.h"
#include "apus/store/segment_builder.h"
#include "apus/store/segment_head.h"
#include "apus/store/xxhash64.h"
#include "bytes.h"

namespace apus::store {
namespace {

using testing::bytes_of;
using testing::Random;
using testing::string_of;

struct Record {
  Entry entry;
  std::string key, value;
};

struct Segment {
  std::vector<uint8_t> head, body;
};

std::vector<Record> random_records(Random& random, uint32_t count,
                                   uint32_t tag_sets) {
  std::vector<Record> records(count);
  Stamp time = 1'000'000 + random.below(1000);
  for (Record& record : records) {
    time += random.below(3);
    Entry& entry = record.entry;
    entry.kind = static_cast<Kind>(random.below(5));
    entry.stamp =
        time << kNodeBits | (random.below(10) == 0 ? random.below(65536) : 7);
    entry.expires_ms =
        random.below(2) ? 0 : 1'600'000'000'000 + random.below(1'000'000);
    entry.priority = static_cast<int8_t>(random.below(256));
    entry.tag_set = random.below(tag_sets + 1);
    record.key = "key " + std::to_string(random.next() >> random.below(64));
    if (entry.kind == Kind::kText)
      record.value = "{\"n\":" + std::to_string(random.next()) + "}";
    if (entry.kind == Kind::kRaw)
      record.value.assign(random.below(300), static_cast<char>(time));
  }
  return records;
}

Segment pack(SegmentBuilder& builder, Codec& codec,
             const std::vector<Record>& records,
             const std::vector<std::string>& sets) {
  builder.begin(1'600'000'000'000);
  for (const auto& set : sets) builder.add_tag_set(bytes_of(set));
  for (const auto& record : records) {
    builder.add(record.entry, bytes_of(record.key), bytes_of(record.value));
  }
  EXPECT_EQ(builder.finish(codec, 1), Status::kOk);
  return {{builder.head().begin(), builder.head().end()},
          {builder.body().begin(), builder.body().end()}};
}

TEST(Segment, ReturnsThePackedEntries) {
  Random random(1);
  SegmentBuilder builder;
  Codec codec;
  for (const uint32_t count : {0u, 1u, 2u, 5u, 100u, 3000u}) {
    const std::vector<std::string> sets = {"one", std::string("a\0b", 3), ""};
    const auto records = random_records(random, count, 3);
    const Segment segment = pack(builder, codec, records, sets);

    SegmentHead head;
    ASSERT_EQ(head.open(segment.head, codec), Status::kOk);
    EXPECT_EQ(head.header().entries, count);
    ASSERT_EQ(head.tag_sets().size(), 3u);
    EXPECT_EQ(string_of(head.tag_sets()[1]), sets[1]);
    SegmentBody body;
    ASSERT_EQ(body.open(head.header(), segment.body, codec), Status::kOk);
    Entry entry;
    for (uint32_t row = 0; row < count; ++row) {
      const Record& record = records[row];
      ASSERT_TRUE(head.next(entry));
      EXPECT_EQ(entry.hash, key_hash(record.entry.kind, bytes_of(record.key)));
      EXPECT_EQ(entry.stamp, record.entry.stamp);
      EXPECT_EQ(entry.expires_ms, record.entry.expires_ms);
      EXPECT_EQ(entry.kind, record.entry.kind);
      EXPECT_EQ(entry.priority, record.entry.priority);
      EXPECT_EQ(entry.tag_set, record.entry.tag_set);
      EXPECT_EQ(string_of(body.key(row)), record.key);
      EXPECT_EQ(string_of(body.value(row)), record.value);
    }
    EXPECT_FALSE(head.next(entry));
  }
}

TEST(Segment, SizesAreKeptToAnEighth) {
  for (uint32_t bytes = 0; bytes < 3'000'000; bytes += 1 + bytes / 9) {
    const uint32_t kept = size_of_class(size_class(bytes));
    EXPECT_LE(kept, bytes);
    EXPECT_GE(kept + kept / 8, bytes);
  }
  EXPECT_GT(size_of_class(size_class(0xffffffff)), 0xe0000000u);
}

TEST(Segment, EveryFlippedByteAndEveryTruncationIsNoticed) {
  Random random(2);
  SegmentBuilder builder;
  Codec codec;
  const Segment segment =
      pack(builder, codec, random_records(random, 60, 2), {"x", "y"});
  SegmentHead head;
  SegmentBody body;
  ASSERT_EQ(head.open(segment.head, codec), Status::kOk);
  const Header header = head.header();
  for (size_t at = 0; at < segment.head.size(); ++at) {
    auto damaged = segment.head;
    damaged[at] = static_cast<uint8_t>(damaged[at] ^ (1 + random.below(255)));
    EXPECT_NE(head.open(damaged, codec), Status::kOk) << at;
    damaged.resize(at);
    EXPECT_NE(head.open(damaged, codec), Status::kOk) << at;
  }
  for (size_t at = 0; at < segment.body.size(); ++at) {
    auto damaged = segment.body;
    damaged[at] = static_cast<uint8_t>(damaged[at] ^ (1 + random.below(255)));
    // The copy of the header is needed only when the head is lost.
    EXPECT_EQ(at < kHeaderBytes
                  ? Header::read(damaged).has_value()
                  : body.open(header, damaged, codec) == Status::kOk,
              false)
        << at;
    damaged.resize(at);
    EXPECT_EQ(body.open(header, damaged, codec), Status::kCorrupt) << at;
  }
}

TEST(Segment, DistinguishesANewerVersionFromDamage) {
  SegmentBuilder builder;
  Codec codec;
  Segment segment = pack(builder, codec, {}, {});
  auto header = Header::read(segment.head);
  ASSERT_TRUE(header.has_value());
  segment.head[4] = 2;
  EXPECT_EQ(Header::read(segment.head).error(), Status::kCorrupt);
  store_u64(segment.head.data() + 80,
            xxhash64(std::span(segment.head).first(80)));
  EXPECT_EQ(Header::read(segment.head).error(), Status::kUnsupported);
}

}  // namespace
}  // namespace apus::store
