#include "apus/sync/change_log.h"

#include <gtest/gtest.h>

#include <vector>

#include "../base/random.h"
#include "change_log_model.h"

namespace apus::sync {
namespace {

using testing::bytes_of;
using testing::hash_of;

// `must` aborts, so that the fuzz target shares the model.
void run_random(uint64_t seed, uint32_t steps, bool exact) {
  Random random(seed);
  std::vector<uint8_t> input(steps * 6);
  for (uint8_t& byte : input) byte = static_cast<uint8_t>(random());
  testing::Model(input, exact).run();
}

TEST(ChangeLog, AgreesWithANaiveHolder) {
  for (uint64_t seed = 0; seed < 1000; ++seed) run_random(seed, 300, true);
}

TEST(ChangeLog, StaysSafeWhenItForgets) {
  for (uint64_t seed = 0; seed < 1000; ++seed) run_random(seed, 300, false);
}

bool stale(const ChangeLog& changes, const std::string& names, Position as_of,
           Position tags_as_of) {
  return changes.stale(bytes_of(names), static_cast<uint32_t>(names.size()),
                       as_of, tags_as_of);
}

TEST(ChangeLog, ForgetsTheOldestNamesAndRaisesTheirFloors) {
  ChangeLog changes(8, 1);
  changes.place(kTagsLog, {5, 0});
  for (double offset = 1; offset <= 100; ++offset) {
    const std::string tag = "t" + std::to_string(offset);
    ASSERT_EQ(changes.hear(kTagsLog, Subject::kTag, {5, offset}, bytes_of(tag),
                           static_cast<uint32_t>(tag.size())),
              Verdict::kNext);
  }
  const auto names = [](double offset) {
    return std::string("k\0t", 3) + std::to_string(offset);
  };
  // The newest ones exactly.
  EXPECT_TRUE(stale(changes, names(100), {}, {5, 99}));
  EXPECT_FALSE(stale(changes, names(100), {}, {5, 100}));
  // A forgotten one: whatever is as of before it.
  EXPECT_TRUE(stale(changes, names(1), {}, {5, 0}));
  EXPECT_FALSE(stale(changes, names(1), {}, {5, 100}));
}

TEST(ChangeLog, SaysNothingOfLogsThatNobodyFollows) {
  const ChangeLog changes(8, 1);
  EXPECT_FALSE(stale(changes, "key", {0, 0}, {0, 0}));
  EXPECT_FALSE(stale(changes, "key", {9, 9}, {9, 9}));
}

TEST(ChangeLog, HoldsNamesAsLongAsTheyMayBe) {
  ChangeLog changes(8, 1);
  const std::string name(GenerationTable::kMaxName, 'x');
  changes.place(kTagsLog, {1, 0});
  changes.hear(kTagsLog, Subject::kPrefix, {1, 1}, bytes_of(name),
               GenerationTable::kMaxName);
  EXPECT_TRUE(stale(changes, name, {}, {1, 0}));
  EXPECT_TRUE(stale(changes, name + "y", {}, {1, 0}));
  EXPECT_FALSE(stale(changes, name.substr(1), {}, {1, 0}));
}

TEST(NameHash, PlacesKeysAsThePageDoes) {
  // tests/sync/bucket.test.js has the same.
  const auto place = [](const std::string& name) {
    const uint32_t hash = hash_of(name);
    return std::vector<uint32_t>{hash % 64, hash / 64 % 8};
  };
  EXPECT_EQ(place(""), (std::vector<uint32_t>{11, 0}));
  EXPECT_EQ(place("product:42"), (std::vector<uint32_t>{38, 3}));
  EXPECT_EQ(place("gr\u00FCn"), (std::vector<uint32_t>{37, 5}));
}

TEST(NameHash, PicksTheBucketByTheTextInBraces) {
  const auto bucket = [](const std::string& key) {
    const uint32_t hash =
        bucket_hash(bytes_of(key), static_cast<uint32_t>(key.size()),
                    hash_of(key)) %
        64;
    EXPECT_EQ(hash, testing::bucket_of(key)) << key;
    return hash;
  };
  // tests/sync/bucket.test.js has the same.
  for (const char* key : {"cart:7", "{cart:7}", "{cart:7}:items", "a{cart:7}",
                          "{cart:7}{other}", "{cart:7}}"})
    EXPECT_EQ(bucket(key), 53u) << key;
  EXPECT_EQ(bucket("{}:items"), 46u);
  EXPECT_EQ(bucket("{open"), 23u);
  EXPECT_EQ(bucket("}{a"), 29u);
  EXPECT_EQ(bucket("{{a}}"), bucket("{a"));
}

}  // namespace
}  // namespace apus::sync
