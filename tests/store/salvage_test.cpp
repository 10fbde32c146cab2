// The keys of a segment whose head is lost.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "apus/store/engine.h"
#include "bytes.h"

namespace apus::store {
namespace {

using testing::bytes_of;

constexpr double kNow = 1'600'000'000'000;

struct Records {
  std::vector<uint8_t> head, body;
};

struct Row {
  double stamp;
  Kind kind;
  std::string key;
  bool tagged = false;
};

Records records_of(const Packed& packed) {
  return {{packed.head, packed.head + packed.head_bytes},
          {packed.body, packed.body + packed.body_bytes}};
}

Records pack(Engine& engine, const std::vector<Row>& rows) {
  std::vector<double> stamps, expiries(rows.size());
  std::vector<uint32_t> key_units, value_units, meta;
  std::string keys, texts;
  const std::string tag("\x01\0\0\0t", 5);
  for (const Row& row : rows) {
    stamps.push_back(row.stamp);
    key_units.push_back(static_cast<uint32_t>(row.key.size()));
    value_units.push_back(row.kind == Kind::kText ? 1 : 0);
    meta.push_back(static_cast<uint32_t>(row.kind) |
                   (row.tagged ? 1u << 16 : 0));
    keys += row.key + '\n';
    if (row.kind == Kind::kText) texts += "1,";
  }
  EXPECT_EQ(engine.pack({static_cast<uint32_t>(rows.size()),
                         stamps.data(),
                         expiries.data(),
                         key_units.data(),
                         value_units.data(),
                         meta.data(),
                         bytes_of(keys),
                         bytes_of(texts),
                         {},
                         bytes_of(tag)},
                        kNow, 1),
            Status::kOk);
  return records_of(engine.packed());
}

TEST(Salvage, HidesEverythingOlderThatTheLostSegmentMayHaveReplaced) {
  Engine writer(1);
  const Records older = pack(writer, {{10, Kind::kText, "replaced"},
                                      {10, Kind::kText, "deleted"},
                                      {10, Kind::kText, "tagged", true},
                                      {10, Kind::kText, "kept"}});
  const Records lost = pack(writer, {{20, Kind::kText, "replaced"},
                                     {21, Kind::kDeleted, "deleted"},
                                     {22, Kind::kTag, "t"}});
  const Records newer = pack(writer, {{30, Kind::kText, "replaced"}});

  Engine reader(2);
  ASSERT_EQ(reader.salvage(lost.body, kNow, 22), Status::kOk);
  const Records salvaged = records_of(reader.packed());
  ASSERT_GE(reader.add(older.head, kNow), 0);
  ASSERT_GE(reader.add(salvaged.head, kNow), 0);
  reader.log().sweep(static_cast<uint64_t>(kNow));
  EXPECT_FALSE(reader.find(bytes_of("replaced"), kNow));
  EXPECT_FALSE(reader.find(bytes_of("deleted"), kNow));
  EXPECT_FALSE(reader.find(bytes_of("tagged"), kNow));
  EXPECT_TRUE(reader.find(bytes_of("kept"), kNow));
  ASSERT_GE(reader.add(newer.head, kNow), 0);
  EXPECT_TRUE(reader.find(bytes_of("replaced"), kNow));
}

TEST(Salvage, TreatsAClearAsAClear) {
  Engine writer(1);
  const Records older = pack(writer, {{10, Kind::kText, "a"}});
  const Records lost = pack(writer, {{20, Kind::kClear, ""}});
  Engine reader(2);
  ASSERT_EQ(reader.salvage(lost.body, kNow, 20), Status::kOk);
  const Records salvaged = records_of(reader.packed());
  ASSERT_GE(reader.add(salvaged.head, kNow), 0);
  ASSERT_GE(reader.add(older.head, kNow), 0);
  EXPECT_FALSE(reader.find(bytes_of("a"), kNow));
}

TEST(Salvage, ClearsOlderEntriesWhenTheBodyIsUnreadable) {
  Engine writer(1);
  const Records older = pack(writer, {{10, Kind::kText, "a"}});
  const Records newer = pack(writer, {{30, Kind::kText, "b"}});
  const Records lost = pack(writer, {{20, Kind::kText, "a"}});
  for (size_t at = 0; at <= lost.body.size(); ++at) {
    auto body = lost.body;
    if (at < body.size())
      body[at] ^= 0x55;
    else
      body.clear();
    Engine reader(2);
    ASSERT_EQ(reader.salvage(body, kNow, 20), Status::kOk) << at;
    const Records salvaged = records_of(reader.packed());
    ASSERT_GE(reader.add(older.head, kNow), 0);
    ASSERT_GE(reader.add(newer.head, kNow), 0);
    ASSERT_GE(reader.add(salvaged.head, kNow), 0);
    reader.log().sweep(static_cast<uint64_t>(kNow));
    EXPECT_FALSE(reader.find(bytes_of("a"), kNow)) << at;
    EXPECT_TRUE(reader.find(bytes_of("b"), kNow)) << at;
  }
}

TEST(Salvage, TreatsAnInvalidClockAsNow) {
  Engine writer(1);
  const Records older = pack(writer, {{10, Kind::kText, "a"}});
  for (const double clock : {std::nan(""), -1.0, 1e300, 0x1p48}) {
    Engine reader(2);
    ASSERT_GE(reader.add(older.head, kNow), 0);
    ASSERT_EQ(reader.salvage({}, kNow, clock), Status::kOk);
    const Records salvaged = records_of(reader.packed());
    ASSERT_GE(reader.add(salvaged.head, kNow), 0);
    reader.log().sweep(static_cast<uint64_t>(kNow));
    EXPECT_FALSE(reader.find(bytes_of("a"), kNow));
  }
}

}  // namespace
}  // namespace apus::store
