#include "apus/sync/latest.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "../base/random.h"

namespace apus::sync {
namespace {

std::vector<uint32_t> latest_of(const std::vector<std::string>& keys) {
  std::string bytes;
  for (const std::string& key : keys) bytes += key + '\0';
  std::vector<uint32_t> kept(keys.size());
  kept.resize(latest(reinterpret_cast<const uint8_t*>(bytes.data()),
                     static_cast<uint32_t>(bytes.size()),
                     static_cast<uint32_t>(keys.size()), kept.data()));
  return kept;
}

TEST(Latest, KeepsTheNewestOfEachKeyInOrder) {
  EXPECT_EQ(latest_of({"a", "b", "a", "c", "b"}),
            (std::vector<uint32_t>{2, 3, 4}));
}

TEST(Latest, KeepsMessagesWithoutAKey) {
  EXPECT_EQ(latest_of({"", "a", "", "a"}), (std::vector<uint32_t>{0, 2, 3}));
}

TEST(Latest, AgreesWithANaiveModel) {
  Random random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> keys(1 + random.below(60));
    for (std::string& key : keys)
      key = std::string(random.below(3),
                        static_cast<char>('a' + random.below(4)));
    std::map<std::string, uint32_t> newest;
    for (uint32_t i = 0; i < keys.size(); ++i) newest[keys[i]] = i;
    std::vector<uint32_t> right;
    for (uint32_t i = 0; i < keys.size(); ++i)
      if (keys[i].empty() || newest[keys[i]] == i) right.push_back(i);
    ASSERT_EQ(latest_of(keys), right);
  }
}

}  // namespace
}  // namespace apus::sync
