// Records with correct checksums that no writer makes: a script that once ran
// in the page can leave them, and every later visit reads them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "apus/store/engine.h"
#include "bytes.h"
#include "forge.h"

namespace apus::store {
namespace {

using testing::append_varint;
using testing::Bytes;
using testing::bytes_of;
using testing::forge;
using testing::Forged;
using testing::seal;
using testing::Sealed;

constexpr double kNow = 1'800'000'000'000;
constexpr int32_t kRefused = -1 - static_cast<int32_t>(Status::kCorrupt);
const Stamp kToday = wall_stamp(static_cast<uint64_t>(kNow));

TEST(HostileHead, AnHonestOneIsAccepted) {
  Codec codec;
  Bytes table = {1, 1, 't'};
  const Sealed sealed = seal(forge(Kind::kText, {kToday}, 1, table), codec);
  Engine engine(1);
  EXPECT_EQ(engine.add(sealed.head, kNow), 0);
}

TEST(HostileHead, ATagTableThatUnpacksToFarMoreIsRefused) {
  Codec codec;
  for (const bool one_set : {true, false}) {
    // 64 MB: one set of as many tags, or as many sets without a tag.
    constexpr uint32_t kSize = 64 << 20;
    Bytes table;
    append_varint(table, one_set ? 1 : kSize);
    if (one_set) append_varint(table, kSize);
    table.resize(table.size() + kSize);
    const Sealed sealed = seal(forge(Kind::kText, {kToday}, 1, table), codec);
    EXPECT_LT(sealed.head.size(), 8000u);
    Engine engine(1);
    EXPECT_EQ(engine.add(sealed.head, kNow), kRefused);
  }
}

// Entries times tags would be a billion look-ups.
TEST(HostileHead,
     ManyEntriesThatShareASetOfManyTagsTakeTheirSumNotTheirProduct) {
  Codec codec;
  std::string tags;
  testing::Random random(1);
  for (int i = 0; i < 100'000; ++i)
    tags += std::to_string(random.next()) + '\0';
  Bytes table;
  append_varint(table, 1);
  append_varint(table, tags.size());
  table.insert(table.end(), tags.begin(), tags.end());
  const Sealed sealed = seal(
      forge(Kind::kText, std::vector<Stamp>(10'000, kToday), 1, table), codec);
  Engine engine(1);
  EXPECT_EQ(engine.add(sealed.head, kNow), 0);
  for (int i = 0; i < 3; ++i) engine.log().sweep(static_cast<uint64_t>(kNow));
  EXPECT_EQ(engine.log().live_entries(), 10'000u);
}

TEST(HostileHead, AHeaderThatContradictsItsEntriesIsRefused) {
  Codec codec;
  const Forged honest = forge(Kind::kText, {kToday, kToday + 65536}, 0, {0});
  for (int field = 0; field < 3; ++field) {
    Forged forged = honest;
    if (field == 0) forged.header.lowest_stamp = 0;
    if (field == 1) forged.header.highest_stamp += 1;
    if (field == 2) forged.header.entry_bytes = 0xffffffff;
    Engine engine(1);
    EXPECT_EQ(engine.add(seal(forged, codec).head, kNow), kRefused) << field;
  }
}

TEST(HostileBody, OneThatUnpacksToFarMoreIsRefused) {
  Codec codec;
  Forged forged = forge(Kind::kText, {kToday}, 0, {0});
  forged.body.resize(256 << 20);
  const Sealed sealed = seal(forged, codec);
  EXPECT_LT(sealed.body.size(), 33'000u);
  Engine engine(1);
  EXPECT_EQ(engine.add(sealed.head, kNow), kRefused);
  EXPECT_EQ(engine.salvage(sealed.body, kNow, 1), Status::kOk);
  EXPECT_LT(engine.packed().head_bytes + engine.packed().body_bytes, 300u);
}

TEST(HostileBody, EndlessRowsDoNotMakeAnEndlessSalvagedSegment) {
  Codec codec;
  const Sealed sealed = seal(
      forge(Kind::kText, std::vector<Stamp>(1 << 20, kToday), 0, {0}), codec);
  EXPECT_LT(sealed.body.size(), 1000u);
  Engine engine(1);
  EXPECT_EQ(engine.salvage(sealed.body, kNow, 1), Status::kOk);
  EXPECT_LT(engine.packed().head_bytes + engine.packed().body_bytes, 300u);
}

TEST(Stamps, AreAcceptedAsFarAsClocksMayDiffer) {
  const auto at = [](double years) {
    return static_cast<uint64_t>(kNow + years * 31'557'600'000);
  };
  const Stamp latest = latest_stamp(static_cast<uint64_t>(kNow));
  EXPECT_LT(wall_stamp(at(9.9)), latest);
  EXPECT_GT(wall_stamp(at(10.1)), latest);
  // A clock with an empty battery shows 1970, or earlier.
  EXPECT_GT(latest_stamp(0), kToday);
  // Later writes get stamps above any accepted one (js/store/hybrid-clock.js).
  EXPECT_LT(latest_stamp(~uint64_t{0}) >> kNodeBits,
            (uint64_t{1} << 48) - (uint64_t{1} << 32));
}

TEST(Stamps, AClearFromTheFarFutureHidesNoLaterWrites) {
  Codec codec;
  const Stamp last = ~Stamp{0};
  const Sealed clear = seal(forge(Kind::kClear, {last}, 0, {0}), codec);
  Engine engine(1);
  const Sealed before = seal(forge(Kind::kText, {kToday}, 0, {0}), codec);
  ASSERT_GE(engine.add(before.head, kNow), 0);
  EXPECT_EQ(engine.add(clear.head, kNow), kRefused);
  // It may have been a real one, by a wrong clock: older entries are dropped.
  ASSERT_EQ(engine.salvage(clear.body, kNow, 0), Status::kOk);
  const Packed packed = engine.packed();
  ASSERT_GE(engine.add({packed.head, packed.head_bytes}, kNow), 0);
  engine.log().sweep(static_cast<uint64_t>(kNow));
  EXPECT_EQ(engine.log().live_entries(), 0u);
  const Sealed after = seal(
      forge(Kind::kText, {kToday + (Stamp{1} << kNodeBits)}, 0, {0}), codec);
  ASSERT_GE(engine.add(after.head, kNow), 0);
  engine.log().sweep(static_cast<uint64_t>(kNow));
  EXPECT_EQ(engine.log().live_entries(), 1u);
}

// Whoever chooses the keys knows their hashes, but not their places in the
// index.
TEST(KeyIndex, TheSeedSpreadsHashesChosenToCollide) {
  for (const uint64_t seed : {uint64_t{0x9E3779B97F4A7C15}, uint64_t{12345},
                              xxhash64(bytes_of("seed"))}) {
    for (const unsigned shift : {0u, 20u, 44u}) {
      KeyIndex index(xxhash64(bytes_of(std::to_string(seed))));
      for (uint64_t i = 1; i <= 40'000; ++i) {
        IndexEntry entry{};
        entry.hash = i << shift;
        ASSERT_TRUE(index.reserve(index.size() + 1));
        index.put(KeyIndex::place_of(index.add_block({&entry, 1}), 0));
      }
      uint64_t steps = 0;
      for (uint32_t block = 0; block < index.blocks(); ++block)
        steps += index.distance(KeyIndex::place_of(block, 0));
      EXPECT_LT(steps / index.size(), 50u) << shift;
    }
  }
}

TEST(TagSets, TheirPlacesDependOnTheSeed) {
  TagSets one(1), other(2);
  for (int i = 0; i < 1000; ++i) {
    const std::string text = "tag " + std::to_string(i);
    EXPECT_EQ(one.intern(bytes_of(text)), other.intern(bytes_of(text)));
  }
}

}  // namespace
}  // namespace apus::store
